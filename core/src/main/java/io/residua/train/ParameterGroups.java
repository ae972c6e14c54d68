package io.residua.train;

import io.residua.nn.Parameter;
import io.residua.nn.Parameter.Kind;

/** How an optimizer treats single parameters unlike the others. */
@FunctionalInterface
public interface ParameterGroups {
  /** The group of a parameter. */
  Group of(Parameter parameter);

  /**
   * How the members of a group are treated.
   *
   * @param learningRateFactor times the schedule's learning rate, 0 or more
   * @param weightDecayFactor times the optimizer's weight decay, 0 or more
   */
  record Group(double learningRateFactor, double weightDecayFactor) {
    public Group {
      Settings.check(
          learningRateFactor >= 0, "learning-rate factor", learningRateFactor, "0 or more");
      Settings.check(weightDecayFactor >= 0, "weight-decay factor", weightDecayFactor, "0 or more");
    }
  }

  /** All parameters alike. */
  static ParameterGroups alike() {
    return parameter -> new Group(1, 1);
  }

  /** No weight decay on biases and batch normalisation (He et al. 2018, arXiv:1812.01187). */
  static ParameterGroups decayOnlyWeights() {
    return parameter -> new Group(1, parameter.kind() == Kind.WEIGHT ? 1 : 0);
  }
}
