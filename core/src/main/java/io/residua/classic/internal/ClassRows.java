package io.residua.classic.internal;

import java.util.Arrays;

/**
 * Training rows by class: classes ascending by label, rows of a class in their given order.
 *
 * @param classes the labels that occur, ascending
 * @param rows for each of them the rows that have it
 */
record ClassRows(int[] classes, int[][] rows) {

  /**
   * Groups rows.
   *
   * @param labels the labels of all rows
   * @param chosen the rows to group
   */
  static ClassRows of(int[] labels, int[] chosen) {
    int[] classes = Arrays.stream(chosen).map(row -> labels[row]).sorted().distinct().toArray();
    if (classes.length < 2) {
      throw new ClassicException(
          classes.length == 0
              ? "a classifier can't be fitted to no samples"
              : "a classifier needs samples of at least two classes; all are of class "
                  + classes[0]);
    }
    int[][] rows = new int[classes.length][];
    for (int c = 0; c < classes.length; c++) {
      int label = classes[c];
      rows[c] = Arrays.stream(chosen).filter(row -> labels[row] == label).toArray();
    }
    return new ClassRows(classes, rows);
  }

  int count() {
    return classes.length;
  }

  int pairCount() {
    return count() * (count() - 1) / 2;
  }

  int total() {
    return Arrays.stream(rows).mapToInt(r -> r.length).sum();
  }

  /** The first class of a pair; pairs are numbered (0,1), (0,2), …, (1,2), …. */
  int first(int pair) {
    int i = 0;
    int left = pair;
    while (left >= count() - 1 - i) {
      left -= count() - 1 - i;
      i++;
    }
    return i;
  }

  /** The second class of a pair. */
  int second(int pair) {
    int i = 0;
    int left = pair;
    while (left >= count() - 1 - i) {
      left -= count() - 1 - i;
      i++;
    }
    return i + 1 + left;
  }

  /** The rows of a pair's first class, then those of its second. */
  int[] pairRows(int pair) {
    int[] a = rows[first(pair)];
    int[] b = rows[second(pair)];
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
