package io.residua.nn;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.internal.HeadText;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What turns a backbone's last feature map into logits: pooling, steps, and a linear layer with an
 * output for each class. Its layers are called {@code avgpool}, {@code flatten} and {@code fc}, or,
 * where there are steps, {@code fc.0}, {@code fc.1}, … as in a torch {@code Sequential} of the
 * steps and the last layer.
 *
 * @param pooling how the feature map becomes a vector
 * @param steps what comes before the last linear layer, in order of computation; at most {@link
 *     HeadText#MOST_STEPS}
 */
public record Head(Pooling pooling, List<Step> steps) {
  /** Name of the last layer, or of what holds it and the steps. */
  public static final String NAME = "fc";

  /** What makes a vector of the feature map. */
  public enum Pooling {
    /** The mean over all positions of each channel. */
    GAP,
    /** Nothing: all positions, channel by channel, so that the pictures' size is fixed. */
    FLATTEN
  }

  /** One step between pooling and the last linear layer. */
  public sealed interface Step {
    /** Its layer for a vector of that size. */
    Layer layer(int size);

    /** The form that {@link Head#parse} reads. */
    String text();

    /**
     * A linear layer.
     *
     * @param units number of outputs, 1 to 65536
     */
    record Dense(int units) implements Step {
      public Dense {
        if (units < 1 || units > HeadText.MOST_UNITS) {
          throw new IllegalArgumentException(
              Text.of("a linear layer of %d units; 1 to %d", units, HeadText.MOST_UNITS));
        }
      }

      @Override
      public Layer layer(int size) {
        return new Linear(size, units);
      }

      @Override
      public String text() {
        return "linear:" + units;
      }
    }

    /**
     * Batch normalisation of each value.
     *
     * @param epsilon added to the variance; above 0, up to 1
     */
    record Norm(double epsilon) implements Step {
      public Norm {
        if (!(epsilon > 0 && epsilon <= 1)) {
          throw new IllegalArgumentException(
              Text.of("an epsilon of %s; above 0, up to 1", epsilon));
        }
      }

      @Override
      public Layer layer(int size) {
        return new Layer.BatchNorm(size, epsilon, HeadText.NORM_MOMENTUM);
      }

      @Override
      public String text() {
        return epsilon == HeadText.USUAL_EPSILON ? "batch-norm" : "batch-norm:" + epsilon;
      }
    }

    /** max(x, 0). */
    record Rectify() implements Step {
      @Override
      public Layer layer(int size) {
        return new Relu();
      }

      @Override
      public String text() {
        return "relu";
      }
    }

    /**
     * Dropout, which does something while training only.
     *
     * @param rate probability of a zero, 0 up to 1
     */
    record Drop(double rate) implements Step {
      public Drop {
        if (!(rate >= 0 && rate < 1)) {
          throw new IllegalArgumentException(Text.of("a dropout of %s; 0 up to 1", rate));
        }
      }

      @Override
      public Layer layer(int size) {
        return new Dropout(rate);
      }

      @Override
      public String text() {
        return "dropout:" + rate;
      }
    }
  }

  public Head {
    steps = List.copyOf(steps);
    if (steps.size() > HeadText.MOST_STEPS) {
      throw new IllegalArgumentException(
          Text.of("a head of %d steps; at most %d", steps.size(), HeadText.MOST_STEPS));
    }
  }

  /** Global average pooling and one linear layer: the head ResNets were published with. */
  public static Head gapLinear() {
    return new Head(Pooling.GAP, List.of());
  }

  /**
   * Reads {@code gap-linear}, {@code gap-mlp:384}, {@code flatten-mlp:384}, {@code
   * flatten-dropout:0.5}, or all steps: {@code gap+dropout:0.5+linear:128+batch-norm+relu+linear},
   * beginning with {@code gap} or {@code flatten} and ending with {@code linear}; {@code
   * batch-norm:0.001} has another epsilon than 1e-5.
   *
   * @throws UsageException with one line that says what is allowed
   */
  public static Head parse(String text) {
    return HeadText.parse(text);
  }

  /** The form that {@link #parse} reads. */
  public String text() {
    return HeadText.of(this);
  }

  /** Name of the last linear layer: {@code fc}, or {@code fc.N} after steps. */
  public String lastLayer() {
    return steps.isEmpty() ? NAME : stepName(steps.size());
  }

  /** Name of the layer of the step of that index, from 0. */
  public static String stepName(int index) {
    return Text.of("%s.%d", NAME, index);
  }

  /** Whether a layer or array of that name belongs to the head, pooling aside. */
  public static boolean holds(String name) {
    return Network.part(name).equals(NAME);
  }

  /**
   * The backbone with this head on it.
   *
   * @param picture shape of the pictures; it decides the size of a flattening head
   * @param classes number of logits
   */
  public Network on(Network backbone, Shape picture, int classes) {
    Shape features = backbone.outputShape(picture);
    List<Node> nodes = new ArrayList<>(backbone.nodes());
    String last = backbone.output();
    int size = features.size();
    if (pooling == Pooling.GAP) {
      nodes.add(new Node("avgpool", new GlobalAvgPool(), List.of(last)));
      last = "avgpool";
      size = features.channels();
    }
    nodes.add(new Node("flatten", new Flatten(), List.of(last)));
    last = "flatten";
    for (int i = 0; i < steps.size(); i++) {
      Layer layer = steps.get(i).layer(size);
      nodes.add(new Node(stepName(i), layer, List.of(last)));
      size = layer.outputShape(List.of(Shape.vector(size))).size();
      last = stepName(i);
    }
    nodes.add(new Node(lastLayer(), new Linear(size, classes), List.of(last)));
    return new Network(backbone.name(), nodes);
  }
}
