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
 * What turns a backbone's last feature map into logits: pooling, steps, and a linear layer with an
 * output for each class. Its layers are called {@code avgpool}, {@code flatten} and {@code fc}, or,
 * where there are steps, {@code fc.0}, {@code fc.1}, … as in a torch {@code Sequential} of the
 * steps and the last layer.
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
   * Any other steps before the last linear layer.
   *
   * @param steps at most {@link HeadText#MOST_STEPS}, in order of computation
   */
  record Chain(Pooling pooling, List<Step> steps) implements Head {
    public Chain {
      steps = List.copyOf(steps);
      if (steps.size() > HeadText.MOST_STEPS) {
        throw new IllegalArgumentException(
            Text.of("a head of %d steps; at most %d", steps.size(), HeadText.MOST_STEPS));
      }
    }
  }

  /** What makes a vector of the feature map. */
  enum Pooling {
    /** The mean over all positions of each channel. */
    GAP,
    /** Nothing: all positions, channel by channel, so that the pictures' size is fixed. */
    FLATTEN
  }

  /** One step between pooling and the last linear layer. */
  sealed interface Step {
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
    }

    /** max(x, 0). */
    record Rectify() implements Step {}

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
    }
  }

  /**
   * The head with these steps before its last linear layer: one of those with a name of their own
   * where it is one.
   */
  static Head of(Pooling pooling, List<Step> steps) {
    boolean gap = pooling == Pooling.GAP;
    if (gap && steps.isEmpty()) {
      return new GapLinear();
    } else if (!gap && steps.size() == 1 && steps.get(0) instanceof Step.Drop d) {
      return new FlattenDropout(d.rate());
    } else if (steps.size() == 2
        && steps.get(0) instanceof Step.Dense hidden
        && steps.get(1) instanceof Step.Rectify) {
      return gap ? new GapMlp(hidden.units()) : new FlattenMlp(hidden.units());
    }
    return new Chain(pooling, steps);
  }

  /** How the feature map becomes a vector. */
  default Pooling pooling() {
    return this instanceof Chain c
        ? c.pooling
        : this instanceof FlattenMlp || this instanceof FlattenDropout
            ? Pooling.FLATTEN
            : Pooling.GAP;
  }

  /** What comes between pooling and the last linear layer. */
  default List<Step> steps() {
    if (this instanceof Chain c) {
      return c.steps;
    } else if (this instanceof GapMlp m) {
      return List.of(new Step.Dense(m.hidden()), new Step.Rectify());
    } else if (this instanceof FlattenMlp m) {
      return List.of(new Step.Dense(m.hidden()), new Step.Rectify());
    } else if (this instanceof FlattenDropout d) {
      return List.of(new Step.Drop(d.rate()));
    }
    return List.of();
  }

  /**
   * Reads {@code gap-linear}, {@code gap-mlp:384}, {@code flatten-mlp:384}, {@code
   * flatten-dropout:0.5}, or all steps: {@code gap+dropout:0.5+linear:128+batch-norm+relu+linear},
   * beginning with {@code gap} or {@code flatten} and ending with {@code linear}; {@code
   * batch-norm:0.001} has another epsilon than 1e-5.
   *
   * @throws IllegalArgumentException with one line that says what is allowed
   */
  static Head parse(String text) {
    return HeadText.parse(text);
  }

  /** The form that {@link #parse} reads. */
  default String text() {
    return HeadText.of(this);
  }

  /** Name of the last linear layer: {@code fc}, or {@code fc.N} after steps. */
  default String lastLayer() {
    return steps().isEmpty() ? HeadText.NAME : stepName(steps().size());
  }

  /** Name of the layer of the step of that index, from 0. */
  static String stepName(int index) {
    return Text.of("%s.%d", HeadText.NAME, index);
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
    if (pooling() == Pooling.GAP) {
      nodes.add(new Node("avgpool", new GlobalAvgPool(), List.of(last)));
      last = "avgpool";
      size = features.channels();
    }
    nodes.add(new Node("flatten", new Flatten(), List.of(last)));
    last = "flatten";
    List<Step> steps = steps();
    for (int i = 0; i < steps.size(); i++) {
      nodes.add(new Node(stepName(i), layer(steps.get(i), size), List.of(last)));
      size = steps.get(i) instanceof Step.Dense dense ? dense.units() : size;
      last = stepName(i);
    }
    nodes.add(new Node(lastLayer(), new Linear(size, classes), List.of(last)));
    return new Network(backbone.name(), nodes);
  }

  private static Layer layer(Step step, int size) {
    if (step instanceof Step.Dense dense) {
      return new Linear(size, dense.units());
    } else if (step instanceof Step.Norm norm) {
      return new Layer.BatchNorm(size, norm.epsilon(), HeadText.NORM_MOMENTUM);
    } else if (step instanceof Step.Drop drop) {
      return new Dropout(drop.rate());
    }
    return new Relu();
  }
}
