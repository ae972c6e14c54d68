package io.residua.train;

import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2017), as {@code torch.optim.AdamW}.
 *
 * @param beta1 decay of the mean of gradients, 0 up to 1
 * @param beta2 decay of the mean of squared gradients, 0 up to 1
 * @param epsilon keeps the divisor off zero, above 0
 * @param weightDecay times the learning rate is the part of each weight that a step takes away
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  public AdamW {
    Settings.check(beta1 >= 0 && beta1 < 1, "beta1", beta1, "0 up to 1");
    Settings.check(beta2 >= 0 && beta2 < 1, "beta2", beta2, "0 up to 1");
    Settings.check(epsilon > 0, "epsilon", epsilon, "above 0");
    Settings.check(weightDecay >= 0, "weight-decay", weightDecay, "0 or more");
  }

  static AdamW read(Settings settings) {
    return new AdamW(
        settings.number("beta1", 0.9),
        settings.number("beta2", 0.999),
        settings.number("epsilon", 1e-8),
        settings.number("weight-decay", 0.01));
  }

  @Override
  public String text() {
    return new Settings.Writer("adamw")
        .add("beta1", beta1)
        .add("beta2", beta2)
        .add("epsilon", epsilon)
        .add("weight-decay", weightDecay)
        .text();
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
    Decay.shrink(w, count, update);
    Adam.step(w, g, count, moments, update, beta2, epsilon, false);
  }
}
