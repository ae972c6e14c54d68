package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.Locale;

/** A kernel's gamma: a number, or a rule that takes it from the training samples. */
public sealed interface Gamma {
  /** 1 / (features · variance of all training values): scikit-learn's default. */
  Gamma SCALE = new Rule("scale");

  /** 1 / features. */
  Gamma AUTO = new Rule("auto");

  /** A number above 0. */
  static Gamma of(double value) {
    return new Value(value);
  }

  /**
   * Reads {@code scale}, {@code auto} or a number.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Gamma parse(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "scale" -> SCALE;
      case "auto" -> AUTO;
      default -> {
        try {
          yield of(Double.parseDouble(text.strip()));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(
              Text.of("gamma must be a number, 'scale' or 'auto', not '%s'", text), e);
        }
      }
    };
  }

  /** The number for these training samples. */
  double resolve(Matrix samples);

  /** A fixed gamma. */
  record Value(double value) implements Gamma {
    public Value {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException("gamma must be a number above 0, not " + value);
      }
    }

    @Override
    public double resolve(Matrix samples) {
      return value;
    }

    @Override
    public String toString() {
      return Training.number(value);
    }
  }

  /** {@code scale} or {@code auto}. */
  record Rule(String name) implements Gamma {
    public Rule {
      if (!name.equals("scale") && !name.equals("auto")) {
        throw new IllegalArgumentException("no rule for gamma called " + name);
      }
    }

    @Override
    public double resolve(Matrix samples) {
      double variance = name.equals("scale") ? samples.variance() : 1;
      return variance == 0 ? 1.0 : 1 / (samples.columns() * variance);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
