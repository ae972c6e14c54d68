package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Parameter.Kind;
import java.util.List;

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
      UsageException.check(
          learningRateFactor >= 0, "learning-rate factor", learningRateFactor, "0 or more");
      UsageException.check(
          weightDecayFactor >= 0, "weight-decay factor", weightDecayFactor, "0 or more");
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

  /**
   * Lower learning rates for layers that lie deeper, which hold more general features (Howard and
   * Ruder 2018, arXiv:1801.06146). A network's parts are its stem (all before {@code layer1}), its
   * stages {@code layer1}, {@code layer2}, … and its head {@code fc}.
   *
   * @param backboneFactor times the learning rate of all parts but the head
   * @param decay times the learning rate of a part for each part between it and the end
   * @param decayAll whether weight decay is on biases and batch normalisation too
   */
  static ParameterGroups byDepth(
      Network network, double backboneFactor, double decay, boolean decayAll) {
    List<String> parts =
        network.parameters().stream().map(p -> Network.part(p.layer())).distinct().toList();
    return parameter -> {
      String part = Network.part(parameter.layer());
      int above = Math.max(0, parts.size() - 1 - parts.indexOf(part));
      double factor = Math.pow(decay, above) * (part.equals(Head.NAME) ? 1 : backboneFactor);
      return new Group(factor, decayAll || parameter.kind() == Kind.WEIGHT ? 1 : 0);
    };
  }
}
