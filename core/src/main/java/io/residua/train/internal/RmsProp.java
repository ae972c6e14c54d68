package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.train.Optimizer;
import java.util.List;

/**
 * RMSprop (Tieleman and Hinton 2012), as {@code torch.optim.RMSprop} and, without momentum, as
 * Keras up to 2.10 has it ({@code alpha=0.9, epsilon=1e-7}); with epsilon inside the root as Keras
 * 2.11 and later. Keras multiplies by the learning rate before the momentum, PyTorch after: with
 * both momentum and a rate that changes they part, and {@code rate-inside} is Keras's way.
 *
 * @param alpha decay of the mean of squared gradients, 0 up to 1
 * @param epsilon keeps the divisor off zero, above 0
 * @param momentum weight of the past steps, 0 up to 1
 * @param weightDecay times the weight is added to the gradient (L2)
 * @param epsilonInside whether epsilon is added under the root
 * @param rateInside whether the momentum keeps steps of the rates they were made with
 */
public record RmsProp(
    double alpha,
    double epsilon,
    double momentum,
    double weightDecay,
    boolean epsilonInside,
    boolean rateInside)
    implements Optimizer {
  public RmsProp {
    UsageException.check(alpha >= 0 && alpha < 1, "alpha", alpha, "0 up to 1");
    UsageException.check(epsilon > 0, "epsilon", epsilon, "above 0");
    UsageException.check(momentum >= 0 && momentum < 1, "momentum", momentum, "0 up to 1");
    UsageException.check(weightDecay >= 0, "weight-decay", weightDecay, "0 or more");
  }

  public static RmsProp read(Term term) {
    return new RmsProp(
        term.number("alpha", 0.99),
        term.number("epsilon", 1e-8),
        term.number("momentum", 0),
        term.number("weight-decay", 0),
        term.flag("epsilon-inside", false),
        term.flag("rate-inside", false));
  }

  @Override
  public String text() {
    return Term.of("rmsprop")
        .add("alpha", alpha)
        .add("epsilon", epsilon)
        .add("momentum", momentum)
        .add("weight-decay", weightDecay)
        .add("epsilon-inside", epsilonInside)
        .add("rate-inside", rateInside)
        .text();
  }

  @Override
  public List<String> moments() {
    return List.of("square_avg", "momentum_buffer");
  }

  @Override
  public void update(float[] w, float[] g, int count, float[][] moments, Update update) {
    float[] square = moments[0];
    float[] buffer = moments[1];
    float rate = (float) update.learningRate();
    float momentum = (float) update.momentum();
    float a = (float) alpha;
    float b = (float) (1 - alpha);
    float inside = epsilonInside ? (float) epsilon : 0;
    float outside = epsilonInside ? 0 : (float) epsilon;
    float before = rateInside ? rate : 1;
    float after = rateInside ? 1 : rate;
    Decay.addToGradient(w, g, count, update);
    for (int i = 0; i < count; i++) {
      square[i] = a * square[i] + b * g[i] * g[i];
    }
    for (int i = 0; i < count; i++) {
      float step = g[i] / ((float) Math.sqrt(square[i] + inside) + outside);
      buffer[i] = momentum * buffer[i] + before * step;
    }
    for (int i = 0; i < count; i++) {
      w[i] -= after * buffer[i];
    }
  }
}
