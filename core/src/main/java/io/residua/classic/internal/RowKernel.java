package io.residua.classic.internal;

import java.util.Arrays;

/** Kernel values computed from the samples when they are asked for: for sets too large to hold. */
final class RowKernel implements KernelSource {
  private final Kernel kernel;
  private final Matrix samples;
  private final double[] norms;

  RowKernel(Kernel kernel, Matrix samples) {
    this.kernel = kernel;
    this.samples = samples;
    this.norms = samples.squaredNorms();
  }

  @Override
  public Subset subset(int[] chosen) {
    int n = chosen.length;
    int columns = samples.columns();
    double[][] byFeature = new double[(columns + 3) / 4 * 4][n];
    double[] chosenNorms = new double[n];
    for (int i = 0; i < n; i++) {
      chosenNorms[i] = norms[chosen[i]];
      for (int k = 0; k < columns; k++) {
        byFeature[k][i] = samples.get(chosen[i], k);
      }
    }
    return new Subset() {
      private final double[] dots = new double[n];
      private final double[] unused = new double[n];
      private final double[] sample = new double[columns];

      @Override
      public double diagonal(int i) {
        double[] self = {chosenNorms[i]};
        kernel.apply(self, chosenNorms[i], self.clone());
        return self[0];
      }

      @Override
      public void row(int i, int[] order, double[] out) {
        samples.copyRow(chosen[i], 0, columns, sample);
        Arrays.fill(dots, 0);
        for (int k = 0; k < columns; k += 4) {
          Rows.addFour(
              dots,
              unused,
              byFeature[k],
              byFeature[k + 1],
              byFeature[k + 2],
              byFeature[k + 3],
              sample,
              sample,
              k,
              Math.min(4, columns - k));
        }
        Arrays.fill(unused, 0);
        kernel.apply(dots, chosenNorms[i], chosenNorms);
        for (int j = 0; j < order.length; j++) {
          out[j] = (float) dots[order[j]];
        }
      }
    };
  }

  @Override
  public double[][] block(int[] rows, int[] columns) {
    double[][] block = new double[rows.length][columns.length];
    new BlockedProduct(1).timesTransposed(samples.select(rows), samples.select(columns), block);
    double[] columnNorms = new double[columns.length];
    for (int j = 0; j < columns.length; j++) {
      columnNorms[j] = norms[columns[j]];
    }
    for (int i = 0; i < rows.length; i++) {
      kernel.apply(block[i], norms[rows[i]], columnNorms);
    }
    return block;
  }
}
