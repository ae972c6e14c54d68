package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.nn.internal.Layer.BatchNorm;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation. With batch statistics the running ones move as PyTorch's do: by {@code
 * momentum}, towards the mean and the unbiased variance of the batch.
 */
final class JavaBatchNorm implements JavaLayer {
  private final JavaWorkers workers;
  private final BatchNorm layer;
  private final JavaTensor in;
  private final JavaTensor out;
  private final boolean batchStatistics;
  private final float[] scale;
  private final float[] shift;
  private final float[] runningMean;
  private final float[] runningVariance;
  private final float @Nullable [] scaleGradient;
  private final float @Nullable [] shiftGradient;
  private final double[] mean;
  private final double[] inverseDeviation;

  JavaBatchNorm(
      String name,
      BatchNorm layer,
      boolean batchStatistics,
      JavaTensor in,
      JavaTensor out,
      JavaParameters parameters,
      JavaWorkers workers) {
    this.workers = workers;
    this.layer = layer;
    this.in = in;
    this.out = out;
    this.batchStatistics = batchStatistics;
    scale = parameters.values(name + ".weight");
    shift = parameters.values(name + ".bias");
    runningMean = parameters.values(name + ".running_mean");
    runningVariance = parameters.values(name + ".running_var");
    scaleGradient = parameters.gradient(name + ".weight");
    shiftGradient = parameters.gradient(name + ".bias");
    mean = new double[layer.channels()];
    inverseDeviation = new double[layer.channels()];
  }

  @Override
  public void forward(int count, long step) {
    workers.run(layer.channels(), (channel, tile) -> forwardChannel(channel, count));
  }

  private void forwardChannel(int channel, int count) {
    if (batchStatistics) {
      measure(channel, count);
    } else {
      mean[channel] = runningMean[channel];
      inverseDeviation[channel] = 1 / Math.sqrt(runningVariance[channel] + layer.epsilon());
    }
    double centre = mean[channel];
    double factor = inverseDeviation[channel] * scale[channel];
    double offset = shift[channel];
    for (int picture = 0; picture < count; picture++) {
      int from = plane(picture, channel);
      for (int i = from; i < from + in.plane(); i++) {
        out.values()[i] = (float) ((in.values()[i] - centre) * factor + offset);
      }
    }
  }

  private void measure(int channel, int count) {
    double n = (double) count * in.plane();
    double sum = 0;
    for (int picture = 0; picture < count; picture++) {
      int from = plane(picture, channel);
      for (int i = from; i < from + in.plane(); i++) {
        sum += in.values()[i];
      }
    }
    double centre = sum / n;
    double squares = 0;
    for (int picture = 0; picture < count; picture++) {
      int from = plane(picture, channel);
      for (int i = from; i < from + in.plane(); i++) {
        double d = in.values()[i] - centre;
        squares += d * d;
      }
    }
    mean[channel] = centre;
    inverseDeviation[channel] = 1 / Math.sqrt(squares / n + layer.epsilon());
    double m = layer.momentum();
    runningMean[channel] = (float) ((1 - m) * runningMean[channel] + m * centre);
    runningVariance[channel] = (float) ((1 - m) * runningVariance[channel] + m * squares / (n - 1));
  }

  @Override
  public void backward(int count) {
    float[] outGradient = requireNonNull(out.gradient());
    workers.run(layer.channels(), (channel, tile) -> backwardChannel(channel, count, outGradient));
  }

  private void backwardChannel(int channel, int count, float[] outGradient) {
    double centre = mean[channel];
    double inverse = inverseDeviation[channel];
    double sum = 0;
    double sumNormalised = 0;
    if (batchStatistics || scaleGradient != null || shiftGradient != null) {
      for (int picture = 0; picture < count; picture++) {
        int from = plane(picture, channel);
        for (int i = from; i < from + in.plane(); i++) {
          sum += outGradient[i];
          sumNormalised += outGradient[i] * (in.values()[i] - centre) * inverse;
        }
      }
    }
    if (scaleGradient != null) {
      scaleGradient[channel] = (float) sumNormalised;
    }
    if (shiftGradient != null) {
      shiftGradient[channel] = (float) sum;
    }
    float[] inGradient = in.gradient();
    if (inGradient == null) {
      return;
    }
    double n = (double) count * in.plane();
    double factor = scale[channel] * inverse;
    double perElement = batchStatistics ? sum / n : 0;
    double perDeviation = batchStatistics ? sumNormalised / n * inverse : 0;
    for (int picture = 0; picture < count; picture++) {
      int from = plane(picture, channel);
      for (int i = from; i < from + in.plane(); i++) {
        double deviation = in.values()[i] - centre;
        inGradient[i] +=
            (float) (factor * (outGradient[i] - perElement - deviation * perDeviation));
      }
    }
  }

  private int plane(int picture, int channel) {
    return picture * in.size() + channel * in.plane();
  }
}
