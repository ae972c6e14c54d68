package io.residua.export.internal;

import io.residua.export.internal.OnnxGraph.Type;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import java.util.List;

/**
 * What makes a network's input of bytes: everything of a {@link Preprocessing} but its geometry.
 */
public final class OnnxPreprocessing {
  private static final List<Integer> PER_CHANNEL = List.of(3, 1, 1);

  private final OnnxGraph graph;
  private final Preprocessing preprocessing;

  public OnnxPreprocessing(OnnxGraph graph, Preprocessing preprocessing) {
    this.graph = graph;
    this.preprocessing = preprocessing;
  }

  /**
   * Appends {@code (v / scale - mean) / std} and the change of layout.
   *
   * @param from bytes {@code N×H×W×3}, red, green, blue
   * @param to floats {@code N×3×H×W} in the network's order of colours
   */
  public void append(String from, String to) {
    String value =
        graph.node(
            "Cast", List.of(from), from + ".float", OnnxAttribute.of("to", (long) Type.FLOAT.code));
    value =
        graph.node(
            "Transpose", List.of(value), from + ".planes", OnnxAttribute.of("perm", 0, 3, 1, 2));
    if (preprocessing.channelOrder() == ChannelOrder.BGR) {
      value =
          graph.node(
              "Gather",
              List.of(value, graph.longs(from + ".order", 2, 1, 0)),
              from + ".bgr",
              OnnxAttribute.of("axis", 1));
    }
    value =
        graph.node(
            "Div",
            List.of(value, graph.floats(from + ".scale", List.of(), (float) preprocessing.scale())),
            from + ".scaled");
    value =
        graph.node(
            "Sub",
            List.of(value, graph.floats(from + ".mean", PER_CHANNEL, floats(preprocessing.mean()))),
            from + ".centred");
    graph.node(
        "Div",
        List.of(value, graph.floats(from + ".std", PER_CHANNEL, floats(preprocessing.std()))),
        to);
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
