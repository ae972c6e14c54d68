package io.residua.train.internal;

import io.residua.Setting;
import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.internal.Text;
import io.residua.train.Optimizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Another rule with slow weights beside it: after every {@code every} of its steps the slow weights
 * go {@code share} of the way to the weights, which then go on from there (Zhang et al. 2019,
 * "Lookahead Optimizer", arXiv:1907.08610). The rule's own moments stay as they are.
 *
 * @param inner the rule that makes the steps
 * @param every how many of them, 1 or more
 * @param share of the way, above 0 to 1
 */
public record Lookahead(Optimizer inner, int every, double share) implements Optimizer {
  private static final String EVERY = "lookahead";
  private static final String SHARE = "lookahead-alpha";
  private static final double USUAL_SHARE = 0.5;

  public Lookahead {
    UsageException.check(every >= 1, EVERY, every, "1 or more");
    UsageException.check(share > 0 && share <= 1, SHARE, share, "above 0 to 1");
  }

  /** The rule with slow weights, if the settings want them. */
  public static Optimizer read(Term term, Optimizer inner) {
    int every = term.whole(EVERY, 0);
    double share = term.number(SHARE, USUAL_SHARE);
    if (every != 0) {
      return new Lookahead(inner, every, share);
    }
    UsageException.check(term.text(SHARE, "").isEmpty(), EVERY, 0, "1 or more");
    return inner;
  }

  @Override
  public double momentum() {
    return inner.momentum();
  }

  @Override
  public double weightDecay() {
    return inner.weightDecay();
  }

  @Override
  public List<String> moments() {
    List<String> moments = new ArrayList<>(inner.moments());
    moments.add("slow_weight");
    return moments;
  }

  @Override
  public void update(float[] weights, float[] gradient, int count, float[][] moments, Update u) {
    float[] slow = moments[moments.length - 1];
    if (u.step() == 1) {
      System.arraycopy(weights, 0, slow, 0, count);
    }
    inner.update(weights, gradient, count, moments, u);
    if (u.step() % every == 0) {
      float alpha = (float) share;
      for (int i = 0; i < count; i++) {
        slow[i] += alpha * (weights[i] - slow[i]);
        weights[i] = slow[i];
      }
    }
  }

  @Override
  public String text() {
    return Text.of("%s,%s=%d,%s=%s", inner.text(), EVERY, every, SHARE, Setting.number(share));
  }
}
