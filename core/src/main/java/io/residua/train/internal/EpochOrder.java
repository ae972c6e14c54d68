package io.residua.train.internal;

import java.util.SplittableRandom;

/** Which examples an epoch shows, and in what order; the seed and the epoch decide. */
public enum EpochOrder {
  /** Each example once. */
  SHUFFLE {
    @Override
    int[] of(int[] labels, int classes, long seed, int epoch) {
      SplittableRandom random = random(seed, epoch);
      int[] order = new int[labels.length];
      for (int i = 0; i < order.length; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      return order;
    }
  },
  /**
   * As many examples, drawn so that every class is as likely as any other: those of small classes
   * are shown more than once.
   */
  BALANCED {
    @Override
    int[] of(int[] labels, int classes, long seed, int epoch) {
      int[][] members = new int[classes][];
      int[] counts = new int[classes];
      for (int label : labels) {
        counts[label]++;
      }
      int present = 0;
      for (int c = 0; c < classes; c++) {
        members[c] = new int[counts[c]];
        present += counts[c] > 0 ? 1 : 0;
      }
      int[] filled = new int[classes];
      for (int i = 0; i < labels.length; i++) {
        members[labels[i]][filled[labels[i]]++] = i;
      }
      int[] classesPresent = new int[present];
      for (int c = 0, p = 0; c < classes; c++) {
        if (counts[c] > 0) {
          classesPresent[p++] = c;
        }
      }
      SplittableRandom random = random(seed, epoch);
      int[] order = new int[labels.length];
      for (int i = 0; i < order.length; i++) {
        int[] of = members[classesPresent[random.nextInt(present)]];
        order[i] = of[random.nextInt(of.length)];
      }
      return order;
    }
  };

  /**
   * The examples' numbers in the order of the epoch.
   *
   * @param labels class of each example
   */
  abstract int[] of(int[] labels, int classes, long seed, int epoch);

  private static SplittableRandom random(long seed, int epoch) {
    return new SplittableRandom(seed * 1_000_003L + epoch);
  }
}
