package io.residua.engine.plain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lets buffers that live at different times share memory. Time is counted in operations; a buffer
 * lives from the operation that first writes it to the one that last reads it.
 */
final class JavaMemoryPlan {
  /** A buffer that was asked for, and the array it got. */
  static final class Buffer {
    private final int size;
    private final int from;
    private int to;
    private float[] array = {};

    private Buffer(int size, int from) {
      this.size = size;
      this.from = from;
      this.to = from;
    }

    /** Says that the buffer is read or written at that time. */
    void usedAt(int time) {
      to = Math.max(to, time);
    }

    /** The array, once the plan is allocated; it may be longer than asked for. */
    float[] array() {
      return array;
    }
  }

  /** An array of several buffers, one after the other. */
  private static final class Slot {
    private final List<Buffer> buffers = new ArrayList<>();
    private int size;
    private int to;

    void take(Buffer buffer) {
      buffers.add(buffer);
      size = Math.max(size, buffer.size);
      to = buffer.to;
    }
  }

  private final List<Buffer> buffers = new ArrayList<>();

  /**
   * Asks for a buffer.
   *
   * @param from time of the first write
   */
  Buffer buffer(int size, int from) {
    Buffer buffer = new Buffer(size, from);
    buffers.add(buffer);
    return buffer;
  }

  /** Allocates every buffer's array. */
  void allocate() {
    buffers.sort(Comparator.comparingInt(b -> b.from));
    List<Slot> slots = new ArrayList<>();
    for (Buffer buffer : buffers) {
      Slot best = null;
      for (Slot slot : slots) {
        if (slot.to < buffer.from && (best == null || fitsBetter(slot, best, buffer.size))) {
          best = slot;
        }
      }
      if (best == null) {
        best = new Slot();
        slots.add(best);
      }
      best.take(buffer);
    }
    for (Slot slot : slots) {
      float[] array = new float[slot.size];
      slot.buffers.forEach(b -> b.array = array);
    }
  }

  /** The smallest that is large enough, otherwise the largest. */
  private static boolean fitsBetter(Slot slot, Slot than, int size) {
    return than.size >= size ? slot.size >= size && slot.size < than.size : slot.size > than.size;
  }
}
