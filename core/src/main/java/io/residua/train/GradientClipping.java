package io.residua.train;

import io.residua.Setting;
import io.residua.Text;

/** A bound on gradients, against steps that undo what was learned. */
public sealed interface GradientClipping {
  /** No bound. */
  record None() implements GradientClipping {}

  /**
   * Every element by itself, as {@code torch.nn.utils.clip_grad_value_}.
   *
   * @param limit largest size of an element, above 0
   */
  record ByValue(double limit) implements GradientClipping {
    public ByValue {
      Settings.check(limit > 0, "clipping value", limit, "above 0");
    }
  }

  /**
   * The whole gradient shortened, its direction kept, as {@code torch.nn.utils.clip_grad_norm_}
   * (Pascanu et al. 2012): times {@code min(1, maxNorm / (norm + 1e-6))}.
   *
   * @param maxNorm largest Euclidean norm, above 0
   */
  record ByNorm(double maxNorm) implements GradientClipping {
    public ByNorm {
      Settings.check(maxNorm > 0, "clipping norm", maxNorm, "above 0");
    }
  }

  /**
   * Applies the bound.
   *
   * @return the gradient's norm before; NaN or infinite where an element is, a sign of divergence
   */
  default double apply(Gradients gradients) {
    double norm = gradients.norm();
    if (this instanceof ByValue v) {
      gradients.clamp(v.limit());
    } else if (this instanceof ByNorm n && n.maxNorm() / (norm + 1e-6) < 1) {
      gradients.scale(n.maxNorm() / (norm + 1e-6));
    }
    return norm;
  }

  /** The form that {@link #parse} reads. */
  default String text() {
    if (this instanceof ByValue v) {
      return "value:" + Setting.number(v.limit());
    } else if (this instanceof ByNorm n) {
      return "norm:" + Setting.number(n.maxNorm());
    }
    return "none";
  }

  /**
   * Reads {@code none}, {@code value:0.1} or {@code norm:1}.
   *
   * @throws IllegalArgumentException with one line that says what is allowed
   */
  static GradientClipping parse(String text) {
    try {
      if (text.equals("none")) {
        return new None();
      } else if (text.startsWith("value:")) {
        return new ByValue(Double.parseDouble(text.substring("value:".length())));
      } else if (text.startsWith("norm:")) {
        return new ByNorm(Double.parseDouble(text.substring("norm:".length())));
      }
    } catch (IllegalArgumentException e) {
      // not a number or out of range: the one message below
    }
    throw new IllegalArgumentException(
        Text.of("unknown gradient clipping '%s': none, value:LIMIT or norm:LIMIT (above 0)", text));
  }
}
