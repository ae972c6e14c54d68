package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.train.Optimizer;
import java.util.List;

/**
 * Stochastic gradient descent with momentum, as {@code torch.optim.SGD} without dampening.
 *
 * @param momentum weight of the past steps, 0 up to 1
 * @param nesterov whether the step looks ahead along the momentum (Sutskever et al. 2013)
 * @param weightDecay times the weight is added to the gradient (L2)
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimizer {
  public Sgd {
    UsageException.check(momentum >= 0 && momentum < 1, "momentum", momentum, "0 up to 1");
    UsageException.check(weightDecay >= 0, "weight-decay", weightDecay, "0 or more");
  }

  public static Sgd read(Term term) {
    return new Sgd(
        term.number("momentum", 0.9), term.flag("nesterov", false), term.number("weight-decay", 0));
  }

  @Override
  public String text() {
    return Term.of("sgd")
        .add("momentum", momentum)
        .add("nesterov", nesterov)
        .add("weight-decay", weightDecay)
        .text();
  }

  @Override
  public List<String> moments() {
    return List.of("momentum_buffer");
  }

  @Override
  public void update(float[] w, float[] g, int count, float[][] moments, Update update) {
    float[] buffer = moments[0];
    float rate = (float) update.learningRate();
    float momentum = (float) update.momentum();
    Decay.addToGradient(w, g, count, update);
    for (int i = 0; i < count; i++) {
      buffer[i] = momentum * buffer[i] + g[i];
    }
    if (nesterov) {
      for (int i = 0; i < count; i++) {
        w[i] -= rate * (g[i] + momentum * buffer[i]);
      }
    } else {
      for (int i = 0; i < count; i++) {
        w[i] -= rate * buffer[i];
      }
    }
  }
}
