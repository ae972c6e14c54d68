package io.residua.classic.internal;

/**
 * What fitting and answering may use. Results do not depend on it, except as far as {@code product}
 * computes in another precision.
 *
 * @param product computes Gram matrices
 * @param threads how many threads work, at least 1
 * @param memoryLimitBytes the most that kernel matrices may take; where a whole one does not fit,
 *     its rows are computed when they are needed and only the latest are kept
 */
public record Execution(MatrixProduct product, int threads, long memoryLimitBytes) {
  private static final long STANDARD_LIMIT_BYTES = 3L << 30;

  public Execution {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
  }

  /** The plain Java product on that many threads, kernel matrices of up to 3 GiB. */
  public static Execution plainJava(int threads) {
    return new Execution(MatrixProduct.plainJava(threads), threads, STANDARD_LIMIT_BYTES);
  }

  /** The plain Java product on every processor, kernel matrices of up to 3 GiB. */
  public static Execution standard() {
    return plainJava(Runtime.getRuntime().availableProcessors());
  }

  /** Whether {@code count} square matrices of doubles fit. */
  boolean fits(int count, int size) {
    long heapFree = Runtime.getRuntime().maxMemory();
    long bytes = 8L * count * size * size;
    return bytes <= memoryLimitBytes && bytes <= heapFree / 10 * 6;
  }
}
