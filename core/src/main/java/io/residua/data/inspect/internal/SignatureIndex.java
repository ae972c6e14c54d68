package io.residua.data.inspect.internal;

import java.util.Arrays;
import java.util.Random;

/**
 * Finds the signatures that may be near a given one without looking at all: locality-sensitive
 * hashing (Indyk and Motwani 1998) with several tables, each keyed by a few sign bits. The number
 * of bits grows with the number of signatures, so that a lookup meets about as many whatever the
 * size.
 */
final class SignatureIndex {
  private static final int TABLES = 10;
  private static final int MAX_SIGNS_APART = 11;
  private static final float MIN_COSINE = 0.83f;

  private final int[][] keyBits = new int[TABLES][];
  private final int[][] starts = new int[TABLES][];
  private final long[][] signs = new long[TABLES][];
  private final int[][] ids = new int[TABLES][];
  private final float[] vectors;

  /** What a lookup finds. */
  @FunctionalInterface
  interface Found {
    /** A stored signature and its cosine with the one that was looked up; may come repeatedly. */
    void accept(int id, float cosine);
  }

  /**
   * @param vectors signature i at {@code i * Signature.LENGTH}
   * @param usable signatures to store; those without structure are left out
   */
  SignatureIndex(float[] vectors, boolean[] usable) {
    this.vectors = vectors;
    int n = usable.length;
    long[] all = new long[n];
    float[] one = new float[Signature.LENGTH];
    int count = 0;
    for (int i = 0; i < n; i++) {
      System.arraycopy(vectors, i * Signature.LENGTH, one, 0, one.length);
      all[i] = Signature.signs(one);
      count += usable[i] ? 1 : 0;
    }
    int log = 32 - Integer.numberOfLeadingZeros(Math.max(1, count));
    int bits = Math.max(4, Math.min(18, log - 3));
    Random random = new Random(20100);
    for (int t = 0; t < TABLES; t++) {
      keyBits[t] = lowFrequencies(random, bits);
      fill(t, all, usable, count, bits);
    }
  }

  private void fill(int t, long[] all, boolean[] usable, int count, int bits) {
    int[] start = new int[(1 << bits) + 1];
    for (int i = 0; i < all.length; i++) {
      if (usable[i]) {
        start[key(t, all[i]) + 1]++;
      }
    }
    for (int k = 1; k < start.length; k++) {
      start[k] += start[k - 1];
    }
    int[] next = start.clone();
    long[] sign = new long[count];
    int[] id = new int[count];
    for (int i = 0; i < all.length; i++) {
      if (usable[i]) {
        int at = next[key(t, all[i])]++;
        sign[at] = all[i];
        id[at] = i;
      }
    }
    starts[t] = start;
    signs[t] = sign;
    ids[t] = id;
  }

  /** Different frequencies, the robust low ones only. */
  private static int[] lowFrequencies(Random random, int bits) {
    int[] chosen = new int[bits];
    long used = 0;
    for (int i = 0; i < bits; ) {
      int place = random.nextInt(Signature.LENGTH);
      int u = (place + 1) % Signature.FREQUENCIES;
      int v = (place + 1) / Signature.FREQUENCIES;
      if (u + v <= 6 && (used >> place & 1) == 0) {
        used |= 1L << place;
        chosen[i++] = place;
      }
    }
    return chosen;
  }

  private int key(int table, long bits) {
    int key = 0;
    for (int place : keyBits[table]) {
      key = key << 1 | (int) (bits >> place & 1);
    }
    return key;
  }

  /** Reports stored signatures near this one. */
  void lookUp(float[] signature, Found found) {
    long bits = Signature.signs(signature);
    // One kind of memory after the other, so that the processor waits for several places at once.
    int[] from = new int[TABLES];
    int[] to = new int[TABLES];
    for (int t = 0; t < TABLES; t++) {
      int key = key(t, bits);
      from[t] = starts[t][key];
      to[t] = starts[t][key + 1];
    }
    int[] candidates = new int[64];
    int count = 0;
    for (int t = 0; t < TABLES; t++) {
      long[] sign = signs[t];
      for (int at = from[t]; at < to[t]; at++) {
        if (Long.bitCount(sign[at] ^ bits) <= MAX_SIGNS_APART) {
          if (count == candidates.length) {
            candidates = Arrays.copyOf(candidates, 2 * count);
          }
          candidates[count++] = ids[t][at];
        }
      }
    }
    for (int c = 0; c < count; c++) {
      float cosine = cosine(signature, candidates[c]);
      if (cosine >= MIN_COSINE) {
        found.accept(candidates[c], cosine);
      }
    }
  }

  private float cosine(float[] signature, int id) {
    return Signature.dot(signature, 0, vectors, id * Signature.LENGTH, Signature.LENGTH);
  }
}
