package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Folds for cross-validation in which every class has its share: scikit-learn's {@code
 * StratifiedKFold} without shuffling, row for row.
 *
 * @param count how many folds there are
 * @param foldOfRow the fold in which each row is validated; it trains in all others
 * @param smallestClass how many rows the rarest class has; with fewer than {@code count}, some
 *     folds validate none of it
 */
public record StratifiedKFold(int count, int[] foldOfRow, int smallestClass) {

  /**
   * Splits rows into folds.
   *
   * @param labels one class number a row
   * @param count how many folds, at least 2
   * @throws ClassicException if even the most frequent class has fewer rows than there are folds
   */
  public static StratifiedKFold of(int[] labels, int count) {
    if (count < 2) {
      throw new IllegalArgumentException("there must be at least 2 folds, not " + count);
    }
    Map<Integer, Integer> byAppearance = new LinkedHashMap<>();
    int[] encoded = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      encoded[i] = byAppearance.computeIfAbsent(labels[i], c -> byAppearance.size());
    }
    int classes = byAppearance.size();
    int[] sizes = new int[classes];
    for (int c : encoded) {
      sizes[c]++;
    }
    int largest = Arrays.stream(sizes).max().orElse(0);
    if (largest < count) {
      throw new ClassicException(
          Text.of(
              "%d folds need a class of at least %d samples; the largest has %d",
              count, count, largest));
    }
    int[] sorted = encoded.clone();
    Arrays.sort(sorted);
    int[][] quota = new int[classes][count];
    for (int i = 0; i < sorted.length; i++) {
      quota[sorted[i]][i % count]++;
    }
    int[] foldOfRow = new int[labels.length];
    int[] current = new int[classes];
    for (int i = 0; i < encoded.length; i++) {
      int c = encoded[i];
      while (quota[c][current[c]] == 0) {
        current[c]++;
      }
      quota[c][current[c]]--;
      foldOfRow[i] = current[c];
    }
    return new StratifiedKFold(count, foldOfRow, Arrays.stream(sizes).min().orElse(0));
  }

  /** The rows that train for a fold, ascending. */
  public int[] trainRows(int fold) {
    return IntStream.range(0, foldOfRow.length).filter(i -> foldOfRow[i] != fold).toArray();
  }

  /** The rows that are validated in a fold, ascending. */
  public int[] validationRows(int fold) {
    return IntStream.range(0, foldOfRow.length).filter(i -> foldOfRow[i] == fold).toArray();
  }
}
