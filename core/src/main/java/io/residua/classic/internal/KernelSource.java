package io.residua.classic.internal;

/** Kernel values between the samples of one set, by sample number. */
interface KernelSource {
  /**
   * Values for a solver that works on some of the samples.
   *
   * @param samples the samples; the solver speaks of them by their position in this array
   */
  Subset subset(int[] samples);

  /** Values between two groups of samples: an array for each of {@code rows}. */
  double[][] block(int[] rows, int[] columns);

  /** Kernel values between samples known by their position in a subset. */
  interface Subset {
    /** The value of a sample with itself. */
    double diagonal(int sample);

    /**
     * The values of a sample with others, rounded to floats as LIBSVM has them.
     *
     * @param order positions of the other samples
     * @param out as many values
     */
    void row(int sample, int[] order, double[] out);
  }
}
