package io.residua.engine.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places buffers that live at different times into one block of memory, so that those whose times
 * do not overlap share room. Greedy by size: the largest first, each at the lowest place that is
 * free during its life.
 */
final class MemoryPlan {
  /** Buffers start at multiples of this, as vector loads like it. */
  static final long ALIGNMENT = 64;

  /** A buffer's need: its size and the first and last operation that touches it. */
  record Need(long bytes, int first, int last) {}

  private final long[] offsets;
  private final long totalBytes;

  MemoryPlan(List<Need> needs) {
    offsets = new long[needs.size()];
    List<Integer> bySize = new ArrayList<>();
    for (int i = 0; i < needs.size(); i++) {
      bySize.add(i);
    }
    bySize.sort(
        Comparator.comparingLong((Integer i) -> -needs.get(i).bytes())
            .thenComparingInt(i -> needs.get(i).first()));
    List<Integer> placed = new ArrayList<>(); // in order of offset
    long end = 0;
    for (int i : bySize) {
      Need need = needs.get(i);
      long bytes = align(need.bytes());
      long offset = 0;
      for (int other : placed) {
        Need o = needs.get(other);
        if (o.first() > need.last() || o.last() < need.first()) {
          continue;
        }
        if (offset + bytes <= offsets[other]) {
          break;
        }
        offset = Math.max(offset, offsets[other] + align(o.bytes()));
      }
      offsets[i] = offset;
      end = Math.max(end, offset + bytes);
      int at = 0;
      while (at < placed.size() && offsets[placed.get(at)] <= offset) {
        at++;
      }
      placed.add(at, i);
    }
    totalBytes = end;
  }

  long offset(int need) {
    return offsets[need];
  }

  long totalBytes() {
    return totalBytes;
  }

  /** The next multiple of {@link #ALIGNMENT}. */
  static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
