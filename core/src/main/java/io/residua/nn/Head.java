package io.residua.nn;

import io.residua.Text;
import io.residua.nn.Layer.Dropout;
import io.residua.nn.Layer.Flatten;
import io.residua.nn.Layer.GlobalAvgPool;
import io.residua.nn.Layer.Linear;
import io.residua.nn.Layer.Relu;
import io.residua.nn.Network.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * What turns a backbone's last feature map into logits. Its layers are called {@code avgpool},
 * {@code flatten} and {@code fc} ({@code fc.0}, {@code fc.1}, … where there are several, as in a
 * torch {@code Sequential}).
 */
public sealed interface Head {
  /** Global average pooling and one linear layer: the head ResNets were published with. */
  record GapLinear() implements Head {}

  /** Global average pooling, linear to {@code hidden}, ReLU, linear. */
  record GapMlp(int hidden) implements Head {}

  /** All positions flattened, linear to {@code hidden}, ReLU, linear. */
  record FlattenMlp(int hidden) implements Head {}

  /** All positions flattened, dropout, linear. */
  record FlattenDropout(double rate) implements Head {}

  /**
   * Reads {@code gap-linear}, {@code gap-mlp:384}, {@code flatten-mlp:384} or {@code
   * flatten-dropout:0.5}.
   *
   * @throws IllegalArgumentException with one line that says what is allowed
   */
  static Head parse(String text) {
    String[] parts = text.split(":", 2);
    try {
      switch (parts[0]) {
        case "gap-linear":
          if (parts.length == 1) {
            return new GapLinear();
          }
          break;
        case "gap-mlp":
          if (parts.length == 2) {
            return new GapMlp(hidden(parts[1]));
          }
          break;
        case "flatten-mlp":
          if (parts.length == 2) {
            return new FlattenMlp(hidden(parts[1]));
          }
          break;
        case "flatten-dropout":
          if (parts.length == 2) {
            double rate = Double.parseDouble(parts[1]);
            if (rate >= 0 && rate < 1) {
              return new FlattenDropout(rate);
            }
          }
          break;
        default:
          break;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message below
    }
    throw new IllegalArgumentException(
        Text.of(
            "unknown head '%s': gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS (1 to 65536) or"
                + " flatten-dropout:RATE (0 up to 1)",
            text));
  }

  private static int hidden(String text) {
    int units = Integer.parseInt(text);
    if (units < 1 || units > 65536) {
      throw new NumberFormatException();
    }
    return units;
  }

  /** The form that {@link #parse} reads. */
  default String text() {
    if (this instanceof GapMlp m) {
      return "gap-mlp:" + m.hidden();
    } else if (this instanceof FlattenMlp m) {
      return "flatten-mlp:" + m.hidden();
    } else if (this instanceof FlattenDropout d) {
      return "flatten-dropout:" + d.rate();
    }
    return "gap-linear";
  }

  /**
   * The backbone with this head on it.
   *
   * @param picture shape of the pictures; it decides the size of a flattening head
   * @param classes number of logits
   */
  default Network on(Network backbone, Shape picture, int classes) {
    Shape features = backbone.outputShape(picture);
    List<Node> nodes = new ArrayList<>(backbone.nodes());
    String last = backbone.output();
    int size = features.size();
    if (this instanceof GapLinear || this instanceof GapMlp) {
      nodes.add(new Node("avgpool", new GlobalAvgPool(), List.of(last)));
      last = "avgpool";
      size = features.channels();
    }
    nodes.add(new Node("flatten", new Flatten(), List.of(last)));
    if (this instanceof GapLinear) {
      nodes.add(new Node("fc", new Linear(size, classes), List.of("flatten")));
    } else if (this instanceof FlattenDropout d) {
      nodes.add(new Node("fc.0", new Dropout(d.rate()), List.of("flatten")));
      nodes.add(new Node("fc.1", new Linear(size, classes), List.of("fc.0")));
    } else {
      int hidden = this instanceof GapMlp m ? m.hidden() : ((FlattenMlp) this).hidden();
      nodes.add(new Node("fc.0", new Linear(size, hidden), List.of("flatten")));
      nodes.add(new Node("fc.1", new Relu(), List.of("fc.0")));
      nodes.add(new Node("fc.2", new Linear(hidden, classes), List.of("fc.1")));
    }
    return new Network(backbone.name(), nodes);
  }
}
