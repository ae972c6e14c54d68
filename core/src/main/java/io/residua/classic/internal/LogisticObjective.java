package io.residua.classic.internal;

import java.util.Arrays;

/**
 * C times the summed log loss of a linear softmax classifier plus half the squared norm of its
 * weights (not of its intercepts). Two classes share one weight vector: the first class has logit
 * 0. Parameters are the weight vectors one after the other, then the intercepts.
 */
final class LogisticObjective implements Lbfgs.Objective {
  private static final int CHUNK_ROWS = 256;

  /** Fixed, so that sums do not depend on the number of threads. */
  private static final int MOST_SHARDS = 16;

  private final int[] target;
  private final int features;
  private final int outputs;
  private final double c;
  private final int threads;
  private final double[][] rows;

  /** For each chunk of rows, the rows transposed: an array for each feature. */
  private final double[][][] byFeature;

  /**
   * @param target the class index of each sample, 0 to {@code classes - 1}
   */
  LogisticObjective(Matrix samples, int[] target, int classes, double c, int threads) {
    this.target = target;
    this.features = samples.columns();
    this.outputs = classes == 2 ? 1 : classes;
    this.c = c;
    this.threads = threads;
    this.rows = new double[samples.rows()][];
    Arrays.setAll(rows, samples::row);
    int chunks = (rows.length + CHUNK_ROWS - 1) / CHUNK_ROWS;
    this.byFeature = new double[chunks][][];
    Parallel.run(threads, chunks, chunk -> byFeature[chunk] = transposed(chunk));
  }

  private double[][] transposed(int chunk) {
    int from = chunk * CHUNK_ROWS;
    int size = Math.min(CHUNK_ROWS, rows.length - from);
    double[][] transposed = new double[(features + 3) / 4 * 4][size];
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < features; k++) {
        transposed[k][i] = rows[from + i][k];
      }
    }
    return transposed;
  }

  int parameterCount() {
    return Math.multiplyExact(outputs, features + 1);
  }

  @Override
  public double evaluate(double[] at, double[] gradient) {
    int shards = Math.min(MOST_SHARDS, byFeature.length);
    double[] losses = new double[shards];
    double[][] gradients = new double[shards][parameterCount()];
    double[][] weights = new double[outputs][];
    Arrays.setAll(weights, o -> Arrays.copyOfRange(at, o * features, (o + 1) * features));
    Parallel.run(
        threads,
        shards,
        shard -> {
          double[][] sums = new double[outputs][features];
          for (int chunk = shard; chunk < byFeature.length; chunk += shards) {
            losses[shard] += addChunk(chunk, weights, at, sums, gradients[shard]);
          }
          for (int o = 0; o < outputs; o++) {
            System.arraycopy(sums[o], 0, gradients[shard], o * features, features);
          }
        });
    double loss = 0;
    Arrays.fill(gradient, 0);
    for (int shard = 0; shard < shards; shard++) {
      loss += losses[shard];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += gradients[shard][i];
      }
    }
    for (int i = 0; i < outputs * features; i++) {
      loss += 0.5 * at[i] * at[i];
      gradient[i] += at[i];
    }
    return loss;
  }

  private double addChunk(
      int chunk, double[][] weights, double[] at, double[][] sums, double[] interceptSums) {
    double[][] columns = byFeature[chunk];
    int from = chunk * CHUNK_ROWS;
    int size = columns[0].length;
    double[][] logits = new double[outputs][size];
    double[] spare = new double[size];
    for (int o = 0; o < outputs; o += 2) {
      boolean pair = o + 1 < outputs;
      Arrays.fill(logits[o], at[outputs * features + o]);
      if (pair) {
        Arrays.fill(logits[o + 1], at[outputs * features + o + 1]);
      }
      for (int k = 0; k < features; k += 4) {
        Rows.addFour(
            logits[o],
            pair ? logits[o + 1] : spare,
            columns[k],
            columns[k + 1],
            columns[k + 2],
            columns[k + 3],
            weights[o],
            weights[pair ? o + 1 : o],
            k,
            Math.min(4, features - k));
      }
    }
    double loss = toResiduals(logits, from, size);
    double[] spareSums = new double[features];
    for (int o = 0; o < outputs; o += 2) {
      boolean pair = o + 1 < outputs;
      for (int i = 0; i < size; i += 4) {
        int last = from + size - 1;
        Rows.addFour(
            sums[o],
            pair ? sums[o + 1] : spareSums,
            rows[from + i],
            rows[Math.min(from + i + 1, last)],
            rows[Math.min(from + i + 2, last)],
            rows[Math.min(from + i + 3, last)],
            logits[o],
            logits[pair ? o + 1 : o],
            i,
            Math.min(4, size - i));
      }
    }
    for (int o = 0; o < outputs; o++) {
      for (double residual : logits[o]) {
        interceptSums[outputs * features + o] += residual;
      }
    }
    return loss;
  }

  /** Replaces logits by the loss's derivatives with respect to them; gives the loss. */
  private double toResiduals(double[][] logits, int from, int size) {
    double loss = 0;
    double[] logit = new double[outputs == 1 ? 2 : outputs];
    int shift = logit.length - outputs;
    for (int i = 0; i < size; i++) {
      double max = shift == 1 ? 0 : Double.NEGATIVE_INFINITY;
      for (int o = 0; o < outputs; o++) {
        logit[o + shift] = logits[o][i];
        max = Math.max(max, logits[o][i]);
      }
      double sum = 0;
      for (double z : logit) {
        sum += Math.exp(z - max);
      }
      int truth = target[from + i];
      loss += c * (Math.log(sum) + max - logit[truth]);
      for (int o = 0; o < outputs; o++) {
        double p = Math.exp(logits[o][i] - max) / sum;
        logits[o][i] = c * (p - (truth == o + shift ? 1 : 0));
      }
    }
    return loss;
  }
}
