package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.nn.internal.Layer.Linear;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Fully connected layer: scalar products in double. */
final class JavaLinear implements JavaLayer {
  private final JavaWorkers workers;
  private final JavaTensor in;
  private final JavaTensor out;
  private final int inputs;
  private final int outputs;
  private final float[] weight;
  private final float[] bias;
  private final float @Nullable [] weightGradient;
  private final float @Nullable [] biasGradient;

  JavaLinear(
      String name,
      Linear layer,
      JavaTensor in,
      JavaTensor out,
      JavaParameters parameters,
      JavaWorkers workers) {
    this.workers = workers;
    this.in = in;
    this.out = out;
    inputs = layer.inFeatures();
    outputs = layer.outFeatures();
    weight = parameters.values(name + ".weight");
    bias = parameters.values(name + ".bias");
    weightGradient = parameters.gradient(name + ".weight");
    biasGradient = parameters.gradient(name + ".bias");
  }

  @Override
  public void forward(int count, long step) {
    workers.run(
        outputs,
        (unit, tile) -> {
          for (int picture = 0; picture < count; picture++) {
            double sum = product(weight, unit * inputs, in.values(), picture * inputs, inputs);
            out.values()[picture * outputs + unit] = (float) (sum + bias[unit]);
          }
        });
  }

  /** Four sums side by side, so that additions need not wait for each other. */
  private static double product(float[] a, int aFrom, float[] b, int bFrom, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      s0 += (double) a[aFrom + i] * b[bFrom + i];
      s1 += (double) a[aFrom + i + 1] * b[bFrom + i + 1];
      s2 += (double) a[aFrom + i + 2] * b[bFrom + i + 2];
      s3 += (double) a[aFrom + i + 3] * b[bFrom + i + 3];
    }
    for (; i < length; i++) {
      s0 += (double) a[aFrom + i] * b[bFrom + i];
    }
    return s0 + s1 + (s2 + s3);
  }

  @Override
  public void backward(int count) {
    float[] outGradient = requireNonNull(out.gradient());
    float[] inGradient = in.gradient();
    if (inGradient != null) {
      workers.run(
          count,
          (picture, tile) -> {
            for (int unit = 0; unit < outputs; unit++) {
              float factor = outGradient[picture * outputs + unit];
              for (int i = 0; i < inputs; i++) {
                inGradient[picture * inputs + i] += factor * weight[unit * inputs + i];
              }
            }
          });
    }
    workers.run(outputs, (unit, tile) -> backwardUnit(unit, count, outGradient));
  }

  private void backwardUnit(int unit, int count, float[] outGradient) {
    if (weightGradient != null) {
      int row = unit * inputs;
      Arrays.fill(weightGradient, row, row + inputs, 0);
      for (int picture = 0; picture < count; picture++) {
        float factor = outGradient[picture * outputs + unit];
        for (int i = 0; i < inputs; i++) {
          weightGradient[row + i] += factor * in.values()[picture * inputs + i];
        }
      }
    }
    if (biasGradient != null) {
      double sum = 0;
      for (int picture = 0; picture < count; picture++) {
        sum += outGradient[picture * outputs + unit];
      }
      biasGradient[unit] = (float) sum;
    }
  }
}
