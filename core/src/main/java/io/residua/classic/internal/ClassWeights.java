package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.Map;

/** How much more (or less) the mistakes on a class cost than those on others. */
public sealed interface ClassWeights {
  /** Every class the same. */
  ClassWeights NONE = new Fixed(Map.of());

  /** n / (classes · samples of the class): rare classes cost more, scikit-learn's "balanced". */
  ClassWeights BALANCED = new Balanced();

  /** Given weights, all above 0; classes not named have weight 1. */
  static ClassWeights of(Map<Integer, Double> weightByClass) {
    return new Fixed(weightByClass);
  }

  /**
   * The weight of a class.
   *
   * @param label its number
   * @param count how many training samples are of it
   * @param total how many training samples there are
   * @param classes how many classes occur
   */
  double weight(int label, int count, int total, int classes);

  /** Weights by class number. */
  record Fixed(Map<Integer, Double> weightByClass) implements ClassWeights {
    public Fixed {
      weightByClass = Map.copyOf(weightByClass);
      for (Map.Entry<Integer, Double> entry : weightByClass.entrySet()) {
        double weight = entry.getValue();
        if (!(weight > 0) || Double.isInfinite(weight)) {
          throw new IllegalArgumentException(
              Text.of(
                  "the weight of class %d must be a number above 0, not %s",
                  entry.getKey(), weight));
        }
      }
    }

    @Override
    public double weight(int label, int count, int total, int classes) {
      return weightByClass.getOrDefault(label, 1.0);
    }
  }

  /** Weights that make up for different class sizes. */
  record Balanced() implements ClassWeights {
    @Override
    public double weight(int label, int count, int total, int classes) {
      return (double) total / ((double) classes * count);
    }
  }
}
