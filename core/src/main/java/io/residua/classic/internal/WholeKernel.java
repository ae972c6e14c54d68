package io.residua.classic.internal;

import java.util.Arrays;

/** A kernel matrix held as a whole, derived from the Gram matrix element by element. */
final class WholeKernel implements KernelSource {
  private final double[][] values;

  private WholeKernel(double[][] values) {
    this.values = values;
  }

  /**
   * All kernel values of a set of samples.
   *
   * @param gram the dot products of all samples with each other; not changed
   */
  static WholeKernel of(Kernel kernel, double[][] gram, int threads) {
    if (kernel.type() == Kernel.Type.LINEAR) {
      return new WholeKernel(gram);
    }
    double[] norms = new double[gram.length];
    Arrays.setAll(norms, i -> gram[i][i]);
    double[][] values = new double[gram.length][];
    Parallel.run(
        threads,
        gram.length,
        i -> {
          values[i] = gram[i].clone();
          kernel.apply(values[i], norms[i], norms);
        });
    return new WholeKernel(values);
  }

  static double[][] gram(Matrix samples, MatrixProduct product) {
    double[][] gram = new double[samples.rows()][samples.rows()];
    product.gram(samples, gram);
    return gram;
  }

  @Override
  public Subset subset(int[] samples) {
    return new Subset() {
      @Override
      public double diagonal(int sample) {
        return values[samples[sample]][samples[sample]];
      }

      @Override
      public void row(int sample, int[] order, double[] out) {
        double[] row = values[samples[sample]];
        for (int j = 0; j < order.length; j++) {
          out[j] = (float) row[samples[order[j]]];
        }
      }
    };
  }

  @Override
  public double[][] block(int[] rows, int[] columns) {
    double[][] block = new double[rows.length][columns.length];
    for (int i = 0; i < rows.length; i++) {
      double[] row = values[rows[i]];
      for (int j = 0; j < columns.length; j++) {
        block[i][j] = row[columns[j]];
      }
    }
    return block;
  }
}
