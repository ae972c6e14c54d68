package io.residua.cli;

import io.residua.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The rows that a file has: a hash of each one's path and where it ends, 16 bytes a row. */
final class RowsDone {
  private long[] hashes = new long[256];
  private long[] ends = new long[256];
  private int size;
  private int failed;
  private long[] sorted = new long[0];
  private int[] taken = new int[0];

  /**
   * Adds the next row.
   *
   * @param endBytes where in the file it ends
   * @param isFailure whether its picture could not be read
   */
  void add(String path, long endBytes, boolean isFailure) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.addExact(size, size / 2));
      ends = Arrays.copyOf(ends, hashes.length);
    }
    hashes[size] = hash(path);
    ends[size] = endBytes;
    size++;
    failed += isFailure ? 1 : 0;
  }

  private static long hash(String path) {
    String digits = Sha256.of(path.getBytes(StandardCharsets.UTF_8));
    return Long.parseUnsignedLong(digits.substring(0, 16), 16);
  }

  int size() {
    return size;
  }

  /** How many of their pictures could not be read. */
  int failed() {
    return failed;
  }

  /** Where a row ends, counted from 0. */
  long endBytes(int row) {
    return ends[row];
  }

  /** Whether a row, counted from 0, is that picture's. */
  boolean isAt(int row, String path) {
    return hashes[row] == hash(path);
  }

  /** Whether the first rows of both are of the same pictures. */
  boolean agrees(RowsDone other) {
    int common = Math.min(size, other.size);
    return Arrays.equals(hashes, 0, common, other.hashes, 0, common);
  }

  /**
   * Whether one of the rows is that picture's. A row stands for one mention of the picture: of a
   * picture that is listed twice the second mention is only there if there is a second row.
   */
  boolean take(String path) {
    if (sorted.length != size) {
      sorted = Arrays.copyOf(hashes, size);
      Arrays.sort(sorted);
      taken = new int[size];
    }
    long hash = hash(path);
    int first = Arrays.binarySearch(sorted, hash);
    if (first < 0) {
      return false;
    }
    first = firstOf(hash, first);
    int row = first + taken[first];
    if (row >= size || sorted[row] != hash) {
      return false;
    }
    taken[first]++;
    return true;
  }

  /** The first place of a hash that is at {@code found}. */
  private int firstOf(long hash, int found) {
    int below = -1;
    int at = found;
    while (at - below > 1) {
      int middle = (below + at) >>> 1;
      if (sorted[middle] == hash) {
        at = middle;
      } else {
        below = middle;
      }
    }
    return at;
  }
}
