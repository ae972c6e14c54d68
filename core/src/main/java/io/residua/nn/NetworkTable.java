package io.residua.nn;

import io.residua.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

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
    Map<String, Long> cost = network.multiplyAdds(picture);
    Map<String, List<Parameter>> parameters = new LinkedHashMap<>();
    network
        .parameters()
        .forEach(p -> parameters.computeIfAbsent(p.layer(), k -> new ArrayList<>()).add(p));
    List<Row> rows = new ArrayList<>();
    for (Network.Node node : network.nodes()) {
      List<Parameter> own = parameters.getOrDefault(node.name(), List.of());
      rows.add(
          new Row(
              node.name(),
              kind(node.layer()),
              shapes.of(node.name()),
              values(own, p -> p.kind().learned()),
              values(own, p -> !p.kind().learned()),
              values(own, p -> p.kind().learned() && trained.test(p)),
              cost.getOrDefault(node.name(), 0L)));
    }
    return new NetworkTable(network.name(), picture, rows);
  }

  private static long values(List<Parameter> parameters, Predicate<Parameter> wanted) {
    return parameters.stream().filter(wanted).mapToLong(Parameter::size).sum();
  }

  private static String kind(Layer layer) {
    if (layer instanceof Layer.Conv c) {
      return Text.of(
          "conv %d×%d%s%s%s",
          c.kernel(),
          c.kernel(),
          c.stride() == 1 ? "" : " /" + c.stride(),
          c.groups() == 1 ? "" : ", " + c.groups() + " groups",
          c.bias() ? ", bias" : "");
    } else if (layer instanceof Layer.MaxPool p) {
      return Text.of("max pool %d×%d /%d", p.kernel(), p.kernel(), p.stride());
    } else if (layer instanceof Layer.AvgPool p) {
      return Text.of("average pool %d×%d /%d", p.kernel(), p.kernel(), p.stride());
    } else if (layer instanceof Layer.BatchNorm) {
      return "batch norm";
    } else if (layer instanceof Layer.GlobalAvgPool) {
      return "global average pool";
    } else if (layer instanceof Layer.PadShortcut p) {
      return "shortcut, zeros /" + p.stride();
    } else if (layer instanceof Layer.Dropout d) {
      return "dropout " + d.rate();
    } else if (layer instanceof Layer.Linear) {
      return "linear";
    } else if (layer instanceof Layer.Relu) {
      return "ReLU";
    }
    return layer.getClass().getSimpleName().toLowerCase(Locale.ROOT); // add, flatten
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

  /** Multiply-adds of one picture's forward pass. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(Row::multiplyAdds).sum();
  }
}
