package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.train.Optimizer;
import java.util.List;

/**
 * Adam (Kingma and Ba 2014), as {@code torch.optim.Adam} or as Keras has it, and with decoupled
 * weight decay (Loshchilov and Hutter 2017), as {@code torch.optim.AdamW}. PyTorch and Keras differ
 * in epsilon: PyTorch adds it to the root of the bias-corrected second moment, Keras to that of the
 * moment itself, so the same epsilon weighs more in Keras's first steps.
 *
 * @param beta1 decay of the mean of gradients, 0 up to 1
 * @param beta2 decay of the mean of squared gradients, 0 up to 1
 * @param epsilon keeps the divisor off zero, above 0
 * @param weightDecay times the weight is added to the gradient (L2); decoupled, times the learning
 *     rate it is the part of each weight that a step takes away
 * @param decoupled whether it is AdamW, which has no epsilon of Keras's
 * @param kerasEpsilon whether epsilon is Keras's
 */
public record Adam(
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decoupled,
    boolean kerasEpsilon)
    implements Optimizer {
  public Adam {
    UsageException.check(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 up to 1");
    UsageException.check(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 up to 1");
    UsageException.check(epsilon > 0, "epsilon", epsilon, "above 0");
    UsageException.check(weightDecay >= 0, "weight-decay", weightDecay, "0 or more");
  }

  public static Adam read(Term term, boolean decoupled) {
    return new Adam(
        term.number("beta1", 0.9),
        term.number("beta2", 0.999),
        term.number("epsilon", 1e-8),
        term.number("weight-decay", decoupled ? 0.01 : 0),
        decoupled,
        !decoupled && term.flag("keras-epsilon", false));
  }

  @Override
  public String text() {
    Term.Writer text =
        Term.of(decoupled ? "adamw" : "adam")
            .add("beta1", beta1)
            .add("beta2", beta2)
            .add("epsilon", epsilon)
            .add("weight-decay", weightDecay);
    return (decoupled ? text : text.add("keras-epsilon", kerasEpsilon)).text();
  }

  @Override
  public double momentum() {
    return beta1;
  }

  @Override
  public List<String> moments() {
    return List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public void update(float[] w, float[] g, int count, float[][] moments, Update update) {
    if (decoupled) {
      Decay.shrink(w, count, update);
    } else {
      Decay.addToGradient(w, g, count, update);
    }
    float[] mean = moments[0];
    float[] square = moments[1];
    double momentum = update.momentum();
    float b1 = (float) momentum;
    float c1 = (float) (1 - momentum);
    for (int i = 0; i < count; i++) {
      mean[i] = b1 * mean[i] + c1 * g[i];
    }
    float b2 = (float) beta2;
    float c2 = (float) (1 - beta2);
    for (int i = 0; i < count; i++) {
      square[i] = b2 * square[i] + c2 * g[i] * g[i];
    }
    double correction1 = 1 - Math.pow(momentum, update.step());
    double correction2 = Math.sqrt(1 - Math.pow(beta2, update.step()));
    float rate = (float) (update.learningRate() / correction1);
    float divisor = (float) correction2;
    float offset = (float) epsilon;
    if (kerasEpsilon) {
      // lr · √c2 / c1 · m / (√v + ε) = lr / c1 · m / (√v / √c2 + ε / √c2)
      offset = (float) (epsilon / correction2);
    }
    for (int i = 0; i < count; i++) {
      w[i] -= rate * mean[i] / ((float) Math.sqrt(square[i]) / divisor + offset);
    }
  }
}
