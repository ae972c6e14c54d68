package io.residua.train;

import static java.util.Objects.requireNonNull;

import io.residua.Term;
import io.residua.weights.FloatTensor;
import io.residua.weights.WeightMap;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An exponential moving average of all weights, running statistics included: after each step {@code
 * average = decay · average + (1 - decay) · weights} (Polyak averaging). The average often
 * classifies better than the last weights.
 */
public final class Ema {
  private final double decay;
  private final Map<String, float[]> averages = new LinkedHashMap<>();
  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();

  /**
   * An average that starts as the weights of the first {@link #update}, as PyTorch's {@code
   * AveragedModel} does.
   *
   * @param decay what is kept of the average in each step, 0 up to 1
   */
  public Ema(double decay) {
    Term.check(decay >= 0 && decay < 1, "EMA decay", decay, "0 up to 1");
    this.decay = decay;
  }

  /** An average that starts as the given weights: the initial ones, or those of a checkpoint. */
  public Ema(double decay, WeightMap start) {
    this(decay);
    start(start);
  }

  private void start(WeightMap weights) {
    weights
        .asMap()
        .forEach(
            (name, tensor) -> {
              averages.put(name, tensor.toArray());
              shapes.put(name, tensor.shape());
            });
  }

  /** Takes in the weights after a step; always the same tensors. */
  public void update(WeightMap weights) {
    if (averages.isEmpty()) {
      start(weights);
      return;
    }
    averages.forEach(
        (name, average) -> {
          FloatBuffer values = weights.get(name).data();
          for (int i = 0; i < average.length; i++) {
            average[i] = (float) (decay * average[i] + (1 - decay) * values.get(i));
          }
        });
  }

  /**
   * A copy of the average.
   *
   * @throws IllegalStateException if there is nothing in it yet
   */
  public WeightMap weights() {
    if (averages.isEmpty()) {
      throw new IllegalStateException("an average of no weights");
    }
    Map<String, FloatTensor> copy = new LinkedHashMap<>();
    averages.forEach(
        (name, average) ->
            copy.put(
                name,
                new FloatTensor(
                    requireNonNull(shapes.get(name)), FloatBuffer.wrap(average.clone()))));
    return new WeightMap(copy);
  }
}
