package io.residua.classic.internal;

/**
 * The one heavy operation of this room: all dot products between the rows of two matrices. {@link
 * #plainJava} runs everywhere; another implementation may compute in another precision, in which
 * case decision values move by as much.
 */
public interface MatrixProduct {
  /**
   * Sets {@code out[i][j]} to the dot product of row i of {@code a} and row j of {@code b}.
   *
   * @param a m rows of d
   * @param b n rows of d
   * @param out m arrays of n
   */
  void timesTransposed(Matrix a, Matrix b, double[][] out);

  /**
   * The Gram matrix: every row of {@code a} with every other.
   *
   * @param a n rows of d
   * @param out n arrays of n; filled symmetrically
   */
  default void gram(Matrix a, double[][] out) {
    timesTransposed(a, a, out);
  }

  /** A cache-blocked product in double precision; results do not depend on the threads. */
  static MatrixProduct plainJava(int threads) {
    return new BlockedProduct(threads);
  }
}
