package io.residua.weights;

import io.residua.Text;
import io.residua.nn.Architecture;
import io.residua.nn.Network;
import java.nio.file.Path;
import java.util.HashMap;
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
 */
public record Conversion(Path file, String architecture, Coverage coverage, WeightMap weights) {

  /**
   * Compares a file with a network.
   *
   * @param wanted the network; null for the one that the file is recognised as
   * @throws WeightsException if the file cannot be read, or is to be recognised and is not
   */
  public static Conversion of(Path path, @Nullable Architecture wanted) {
    WeightFile file = WeightFile.open(path);
    Optional<Recognition> recognised = Recognition.of(file);
    Architecture spec = wanted;
    if (spec == null) {
      spec =
          recognised
              .map(r -> Architecture.named(r.architecture()))
              .orElseThrow(
                  () ->
                      new WeightsException(
                          Text.of(
                              "cannot convert %s: %s; name a network with --model to see how far it"
                                  + " fits",
                              path,
                              Recognition.whyUnknown(file).orElse("it is of no known network"))));
    }
    boolean same = recognised.isPresent() && recognised.get().architecture().equals(spec.name());
    WeightMap weights = same ? recognised.get().weights(file) : Recognition.weights(file, spec);
    FloatTensor last = weights.asMap().get("fc.weight");
    Network network =
        last == null || last.shape().size() != 2
            ? spec.backbone()
            : spec.network(Math.max(1, last.shape().get(0)));
    WeightMap whole = weights.withZeroBiases(network);
    return new Conversion(path, spec.name(), Coverage.of(network, whole), whole);
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
