package io.residua.train.internal;

import io.residua.Setting;
import io.residua.UsageException;
import io.residua.internal.Term;

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
      UsageException.check(limit > 0, "limit", limit, "above 0");
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
      UsageException.check(maxNorm > 0, "limit", maxNorm, "above 0");
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
   * @throws UsageException with one line that says what is allowed
   */
  static GradientClipping parse(String text) {
    return Term.read(
        "gradient clipping",
        text,
        term ->
            switch (term.name()) {
              case "none" -> new None();
              case "value" -> new ByValue(term.number("limit"));
              case "norm" -> new ByNorm(term.number("limit"));
              default -> throw term.unknown("none", "value:LIMIT", "norm:LIMIT");
            });
  }
}
