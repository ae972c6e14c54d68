package io.residua.data.inspect.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Finds the signatures that may be near a given one without looking at all: locality-sensitive
 * hashing (Indyk and Motwani 1998) with several tables, each keyed by a few sign bits. The number
 * of bits grows with the number of signatures, so that a lookup meets about as many whatever the
 * size.
 */
final class SignatureIndex {
  private static final int TABLES = 10;
  static final int MAX_SIGNS_APART = 11;
  static final float MIN_COSINE = 0.83f;

  /** Of a value of 1 in the rough signatures. */
  private static final int ROUGH_STEPS = 127;

  /**
   * More than a rough signature makes of difference to a cosine: half a step in each place, over a
   * signature of length 1, are at most {@code sqrt(48) * 0.5 / 127} = 0.027.
   */
  private static final float ROUGHNESS = 0.03f;

  private final int[][] keyBits = new int[TABLES][];

  /** The places of a table's key. */
  private final long[] keyMasks = new long[TABLES];

  /** What a symmetry exchanges in a table's keys, at {@code symmetry * TABLES + table}. */
  private final int[] exchangedKeys = new int[SymmetricQuery.SYMMETRIES * TABLES];

  private final int[][] starts = new int[TABLES][];
  private final long[][] signs = new long[TABLES][];
  private final int[][] ids = new int[TABLES][];
  private final float[] vectors;

  /** The vectors in a quarter of the memory: most candidates are far, which these tell. */
  private final byte[] rough;

  /** What a lookup finds. */
  @FunctionalInterface
  interface Found {
    /**
     * A stored signature and its cosine with the one looked up in one of its symmetries.
     *
     * @param query which of those looked up
     */
    void accept(int query, int symmetry, int id, float cosine);
  }

  /**
   * @param vectors signature i at {@code i * Signature.LENGTH}
   * @param usable signatures to store; those without structure are left out
   */
  SignatureIndex(float[] vectors, boolean[] usable) {
    this.vectors = vectors;
    rough = rough(vectors);
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
      for (int place : keyBits[t]) {
        keyMasks[t] |= 1L << place;
      }
      for (int symmetry = 0; symmetry < SymmetricQuery.SYMMETRIES; symmetry++) {
        exchangedKeys[symmetry * TABLES + t] = key(t, SymmetricQuery.exchanged(symmetry));
      }
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

  /**
   * Reports the stored signatures near those looked up, one query after the other. In each table,
   * queries are sorted by key: they then pass through its memory once, from its begin to its end,
   * where looking up one after the other would wait for far memory each time.
   */
  void lookUp(List<SymmetricQuery> queries, Found found) {
    int count = 0;
    for (SymmetricQuery query : queries) {
      count += query.symmetries();
    }
    Rows rows = new Rows(queries, count);
    Candidates candidates = new Candidates();
    for (int t = 0; t < TABLES; t++) {
      meet(t, rows, candidates);
    }
    int[] begin = candidates.sortByRow(count);
    float[] flipped = new float[Signature.LENGTH];
    int row = 0;
    for (int q = 0; q < queries.size(); q++) {
      SymmetricQuery query = queries.get(q);
      for (int symmetry = 0; symmetry < query.symmetries(); symmetry++, row++) {
        if (begin[row] < begin[row + 1]) {
          Signature.flip(query.signature(), symmetry, flipped);
        }
        for (int c = begin[row]; c < begin[row + 1]; c++) {
          int id = candidates.sorted[c];
          if (mayBeNear(flipped, id)) {
            int at = id * Signature.LENGTH;
            float cosine = Signature.dot(flipped, 0, vectors, at, Signature.LENGTH);
            if (cosine >= MIN_COSINE) {
              found.accept(q, symmetry, id, cosine);
            }
          }
        }
      }
    }
  }

  /** Gathers what the rows meet in one table and in none before. */
  private void meet(int t, Rows rows, Candidates candidates) {
    int[] keys = keys(t, rows);
    int[] start = starts[t];
    int[] next = new int[start.length];
    for (int key : keys) {
      next[key + 1]++;
    }
    for (int k = 1; k < next.length; k++) {
      next[k] += next[k - 1];
    }
    int[] order = new int[keys.length];
    long[] orderedBits = new long[keys.length];
    int[] orderedKeys = new int[keys.length];
    for (int row = 0; row < keys.length; row++) {
      int place = next[keys[row]]++;
      order[place] = row;
      orderedBits[place] = rows.bits[row];
      orderedKeys[place] = keys[row];
    }
    long[] sign = signs[t];
    for (int i = 0; i < order.length; i++) {
      long bits = orderedBits[i];
      int end = start[orderedKeys[i] + 1];
      for (int at = start[orderedKeys[i]]; at < end; at++) {
        long apart = sign[at] ^ bits;
        if (Long.bitCount(apart) <= MAX_SIGNS_APART && !inTableBefore(t, apart)) {
          int id = ids[t][at];
          if (id != rows.pictures[order[i]]) {
            candidates.add(order[i], id);
          }
        }
      }
    }
  }

  /** The key of each row in one table. */
  private int[] keys(int t, Rows rows) {
    int[] keys = new int[rows.bits.length];
    int row = 0;
    for (SymmetricQuery query : rows.queries) {
      int positive = 0;
      int negative = 0;
      for (int symmetry = 0; symmetry < query.symmetries(); symmetry++) {
        if (symmetry % SymmetricQuery.FLIPS == 0) {
          positive = key(t, query.positive(symmetry));
          negative = key(t, query.negative(symmetry));
        }
        // A flip exchanges what is positive and negative in some places: so it does in the keys.
        int exchanged = exchangedKeys[symmetry * TABLES + t];
        keys[row++] = positive & ~exchanged | negative & exchanged;
      }
    }
    return keys;
  }

  /** Whether signatures apart in these signs have the same key in any table. */
  boolean meets(long apart) {
    return inTableBefore(TABLES, apart);
  }

  /** Whether two signatures, apart in these signs, also meet in an earlier table. */
  private boolean inTableBefore(int table, long apart) {
    for (int t = 0; t < table; t++) {
      if ((apart & keyMasks[t]) == 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the cosine, as the rough signature has it, can reach {@link #MIN_COSINE}. */
  private boolean mayBeNear(float[] signature, int id) {
    int at = id * Signature.LENGTH;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = 0; i < Signature.LENGTH; i += 4) {
      s0 += signature[i] * rough[at + i];
      s1 += signature[i + 1] * rough[at + i + 1];
      s2 += signature[i + 2] * rough[at + i + 2];
      s3 += signature[i + 3] * rough[at + i + 3];
    }
    return s0 + s1 + s2 + s3 >= (MIN_COSINE - ROUGHNESS) * ROUGH_STEPS;
  }

  private static byte[] rough(float[] vectors) {
    byte[] rough = new byte[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      rough[i] = (byte) Math.round(vectors[i] * ROUGH_STEPS);
    }
    return rough;
  }

  /** Each query in each of its symmetries, one after the other. */
  private static final class Rows {
    private final List<SymmetricQuery> queries;
    private final long[] bits;
    private final int[] pictures;

    Rows(List<SymmetricQuery> queries, int count) {
      this.queries = queries;
      bits = new long[count];
      pictures = new int[count];
      int row = 0;
      for (SymmetricQuery query : queries) {
        for (int symmetry = 0; symmetry < query.symmetries(); symmetry++) {
          bits[row] = query.positive(symmetry);
          pictures[row++] = query.picture();
        }
      }
    }
  }

  /** Pairs of a row and an id, gathered in any order, then sorted by row. */
  private static final class Candidates {
    private int[] rows = new int[1024];
    private int[] ids = new int[1024];
    private int[] sorted = {};
    private int count;

    void add(int row, int id) {
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, 2 * count);
        ids = Arrays.copyOf(ids, 2 * count);
      }
      rows[count] = row;
      ids[count++] = id;
    }

    /**
     * @return where each row begins, and the end of the last one
     */
    int[] sortByRow(int rowCount) {
      int[] starts = new int[rowCount + 1];
      for (int i = 0; i < count; i++) {
        starts[rows[i] + 1]++;
      }
      for (int row = 0; row < rowCount; row++) {
        starts[row + 1] += starts[row];
      }
      int[] next = starts.clone();
      sorted = new int[count];
      for (int i = 0; i < count; i++) {
        sorted[next[rows[i]]++] = ids[i];
      }
      return starts;
    }
  }
}
