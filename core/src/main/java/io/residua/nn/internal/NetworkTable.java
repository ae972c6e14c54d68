package io.residua.nn.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.JsonRecords;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A network layer by layer: shapes, parameters and cost, as torchinfo and Keras' {@code summary}
 * show them. PyTorch counts the learned parameters alone, Keras also the running statistics of
 * batch normalisation.
 *
 * <pre>{@code
 * Network network = Architecture.named("resnet50").network(1000);
 * NetworkTable table = NetworkTable.of(network, Shape.rgb(224), parameter -> true);
 * System.out.println(table.learned()); // 25557032
 * }</pre>
 *
 * @param network its name
 * @param picture shape of the pictures
 * @param rows one a layer, in order of computation
 */
public record NetworkTable(String network, Shape picture, List<Row> rows) {
  /**
   * A layer.
   *
   * @param kind what it is, with its settings, for instance {@code conv 3×3 /2}
   * @param output shape of what it puts out
   * @param learned values of its learned parameters
   * @param statistics values of its running statistics
   * @param trained how many of the learned ones are trained
   * @param multiplyAdds of one picture's forward pass
   */
  public record Row(
      String layer,
      String kind,
      Shape output,
      long learned,
      long statistics,
      long trained,
      long multiplyAdds) {}

  private static final Layer.Visitor<String> KIND =
      new Layer.Visitor<>(
          (Layer.Conv c) ->
              Text.of(
                  "conv %d×%d%s%s%s",
                  c.kernel(),
                  c.kernel(),
                  c.stride() == 1 ? "" : " /" + c.stride(),
                  c.groups() == 1 ? "" : ", " + c.groups() + " groups",
                  c.bias() ? ", bias" : ""),
          (Layer.BatchNorm b) -> "batch norm",
          (Layer.Linear l) -> "linear",
          (Layer.Relu r) -> "ReLU",
          (Layer.MaxPool p) -> Text.of("max pool %d×%d /%d", p.kernel(), p.kernel(), p.stride()),
          (Layer.AvgPool p) ->
              Text.of("average pool %d×%d /%d", p.kernel(), p.kernel(), p.stride()),
          (Layer.GlobalAvgPool g) -> "global average pool",
          (Layer.Add a) -> "add",
          (Layer.PadShortcut p) -> "shortcut, zeros /" + p.stride(),
          (Layer.Flatten f) -> "flatten",
          (Layer.Dropout d) -> "dropout " + d.rate());

  public NetworkTable {
    rows = List.copyOf(rows);
  }

  /**
   * The table of a network.
   *
   * @param trained which learned parameters are trained
   * @throws IllegalArgumentException naming the layer, if the pictures do not fit the network
   */
  public static NetworkTable of(Network network, Shape picture, Predicate<Parameter> trained) {
    Shapes shapes = network.shapes(picture);
    List<Row> rows = new ArrayList<>();
    for (Network.Node node : network.nodes()) {
      List<Parameter> own = node.layer().parameters(node.name());
      Shape output = shapes.of(node.name());
      rows.add(
          new Row(
              node.name(),
              node.layer().accept(KIND),
              output,
              values(own, p -> p.kind().learned()),
              values(own, p -> !p.kind().learned()),
              values(own, p -> p.kind().learned() && trained.test(p)),
              node.layer().multiplyAdds(output)));
    }
    return new NetworkTable(network.name(), picture, rows);
  }

  private static long values(List<Parameter> parameters, Predicate<Parameter> wanted) {
    return parameters.stream().filter(wanted).mapToLong(Parameter::size).sum();
  }

  /** Values of all learned parameters, which PyTorch counts. */
  public long learned() {
    return rows.stream().mapToLong(Row::learned).sum();
  }

  /** Values of all running statistics. */
  public long statistics() {
    return rows.stream().mapToLong(Row::statistics).sum();
  }

  /** Values of all parameters, running statistics included, which Keras counts. */
  public long parameters() {
    return learned() + statistics();
  }

  /** Values that are trained. */
  public long trained() {
    return rows.stream().mapToLong(Row::trained).sum();
  }

  private record Json(
      String architecture,
      String head,
      int classes,
      int imageSize,
      long parameters,
      long learnedParameters,
      @JsonInclude @Nullable Long trainableParameters,
      long multiplyAdds,
      List<JsonLayer> layers) {}

  private record JsonLayer(
      String name,
      String kind,
      List<Integer> shape,
      long parameters,
      long learnedParameters,
      @JsonInclude @Nullable Long trainableParameters,
      long multiplyAdds) {}

  /**
   * This as JSON; the keys are stable.
   *
   * @param trainedKnown whether what is trained is known, else it is null
   */
  public ObjectNode toJson(String head, int classes, boolean trainedKnown) {
    return JsonRecords.toJson(
        new Json(
            network,
            head,
            classes,
            picture.height(),
            parameters(),
            learned(),
            trainedKnown ? trained() : null,
            multiplyAdds(),
            rows.stream()
                .map(
                    r ->
                        new JsonLayer(
                            r.layer(),
                            r.kind(),
                            List.of(r.output().channels(), r.output().height(), r.output().width()),
                            r.learned() + r.statistics(),
                            r.learned(),
                            trainedKnown ? r.trained() : null,
                            r.multiplyAdds()))
                .toList()));
  }

  /** Multiply-adds of one picture's forward pass. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }
}
