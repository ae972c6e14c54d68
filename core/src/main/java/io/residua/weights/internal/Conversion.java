package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A weight file of any format on its way to safetensors with torchvision's names and layout.
 *
 * @param file what is converted
 * @param architecture the network it is converted for
 * @param coverage how far the file is that network, whose number of classes is the file's own
 * @param weights under the network's names
 * @param notes for people, as {@link Recognition#notes}
 */
public record Conversion(
    Path file, String architecture, Coverage coverage, WeightMap weights, List<String> notes) {

  /**
   * Compares a file with a network.
   *
   * @param wanted the network; null for the one that the file is recognised as
   * @throws WeightsException if the file cannot be read, or is to be recognised and is not
   */
  public static Conversion of(Path path, @Nullable Architecture wanted) {
    return of(path, wanted, Optional.empty());
  }

  /**
   * Compares a file with a network.
   *
   * @param wanted the network; null for the one that the file is recognised as
   * @param prefix of the network in the file, as of {@link Recognition#of(WeightFile, Optional)}
   * @throws WeightsException if the file cannot be read, or is to be recognised and is not
   */
  public static Conversion of(Path path, @Nullable Architecture wanted, Optional<String> prefix) {
    WeightFile file = WeightFile.open(path);
    Optional<Recognition> recognised = Recognition.of(file, prefix);
    Architecture spec = wanted;
    if (spec == null) {
      spec =
          recognised
              .map(r -> Architecture.named(r.architecture()))
              .orElseThrow(
                  () ->
                      new WeightsException(
                          Text.of(
                              "cannot convert %s: %s",
                              path,
                              Recognition.whyUnknown(file, prefix)
                                  .orElse(
                                      "it is of no known network; name one with --model to see how"
                                          + " far it fits"))));
    }
    boolean same = recognised.isPresent() && recognised.get().architecture().equals(spec.name());
    WeightMap weights = same ? recognised.get().weights(file) : Recognition.weights(file, spec);
    FileHead head = same ? recognised.get().head(file, weights) : FileHead.published(weights);
    Network network = network(spec, head, weights);
    WeightMap whole = weights.withZeroBiases(network);
    return new Conversion(
        path,
        spec.name(),
        Coverage.of(network, whole),
        whole,
        same ? recognised.get().notes() : List.of());
  }

  private static Network network(Architecture spec, FileHead head, WeightMap weights) {
    FloatTensor first = weights.asMap().get("conv1.weight");
    int channels = first == null ? 3 : InputChannels.of(first.shape());
    Shape picture = Shape.picture(channels, spec.pictureSizePx());
    Network backbone = spec.backbone(picture);
    return head.head()
        .map(
            h ->
                h.on(
                    backbone,
                    picture,
                    Math.max(1, weights.get(h.lastLayer() + ".weight").shape().get(0))))
        .orElse(backbone);
  }

  /** Whether nothing is missing, unexpected or mis-shaped. */
  public boolean exact() {
    return coverage.exact();
  }

  /** One line: the network and how many tensors. */
  public String describe() {
    return Text.of("%s, %s", architecture, Text.count(coverage.matched().size(), "tensor"));
  }

  /**
   * Writes the weights with the network's name in the metadata.
   *
   * @throws WeightsException if the file is not exactly the network, or holds values that are no
   *     numbers
   */
  public void write(Path out) {
    coverage.requireExact(file.toString());
    weights.requireNumbers(file.toString());
    Map<String, String> metadata = new HashMap<>();
    metadata.put("architecture", architecture);
    metadata.put("source", String.valueOf(file.getFileName()));
    metadata.put("format", "pt"); // what the safetensors library asks for before it loads a file
    Safetensors.write(out, coverage.matching(weights), metadata);
  }
}
