package io.residua.engine;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN primitives in order, over buffers that are only described. {@link #bind} gives the buffers
 * memory; several bindings of one tape share its primitives and constants (packed weights).
 */
final class OneDnnTape implements AutoCloseable {
  /** A place for values: an activation, a gradient, a weight. */
  static final class Buffer {
    final memory.desc desc;
    final int index;
    private final @Nullable memory constant;
    private final @Nullable Buffer storage;
    private boolean pinned;

    private Buffer(
        int index, memory.desc desc, @Nullable memory constant, @Nullable Buffer storage) {
      this.index = index;
      this.desc = desc;
      this.constant = constant;
      this.storage = storage;
    }

    private Buffer root() {
      return storage == null ? this : storage.root();
    }
  }

  /** An operation with its memory. */
  private record Step(primitive primitive, IntMemoryMap arguments, @Nullable memory scratchpad) {
    void close() {
      arguments.close();
      if (scratchpad != null) {
        scratchpad.close();
      }
    }
  }

  private record Op(primitive primitive, int[] keys, Buffer[] buffers, memory.desc scratchpad) {}

  /** Parts of a tape that run by themselves, in this order. */
  enum Phase {
    /** What follows from new weights: their copies in the layout and type of the computation. */
    PREPARE,
    FORWARD,
    BACKWARD
  }

  private final @Nullable OneDnnTape twin;
  private final List<memory> constants = new ArrayList<>();
  private long constantBytes;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<Phase, List<Op>> ops = new EnumMap<>(Phase.class);
  private final List<Pointer> owned = new ArrayList<>();

  OneDnnTape() {
    this(null);
  }

  /**
   * @param twin a tape with the same constants in the same order, which outlives this one; those
   *     that have the same layout in both are kept once. Null for none.
   */
  OneDnnTape(@Nullable OneDnnTape twin) {
    this.twin = twin;
  }

  /** A buffer of its own. */
  Buffer buffer(memory.desc desc) {
    return add(new Buffer(buffers.size(), own(desc), null, null));
  }

  /** The same memory seen with another description of no larger size. */
  Buffer view(Buffer of, memory.desc desc) {
    return add(new Buffer(buffers.size(), own(desc), null, of));
  }

  /** Memory that is filled before the tape runs and shared by all bindings. */
  Buffer constant(memory filled) {
    memory.desc desc = own(filled.get_desc());
    memory theirs =
        twin == null || twin.constants.size() <= constants.size()
            ? null
            : twin.constants.get(constants.size());
    memory kept = theirs != null && hasLayout(theirs, desc) ? theirs : own(filled);
    if (kept != filled) {
      filled.close();
    } else {
      constantBytes += desc.get_size();
    }
    constants.add(kept);
    return add(new Buffer(buffers.size(), desc, kept, null));
  }

  /** Memory of the constants, without those that are its twin's. */
  long constantBytes() {
    return constantBytes;
  }

  private static boolean hasLayout(memory of, memory.desc wanted) {
    try (memory.desc desc = of.get_desc()) {
      return desc.equals(wanted);
    }
  }

  /** Keeps the buffer's memory from being shared with others, so that it outlives a run. */
  Buffer pin(Buffer buffer) {
    buffer.root().pinned = true;
    return buffer;
  }

  private Buffer add(Buffer buffer) {
    buffers.add(buffer);
    return buffer;
  }

  /** Keeps a native object until the tape is closed. */
  <T extends Pointer> T own(T pointer) {
    owned.add(pointer);
    return pointer;
  }

  /** Attributes every primitive of a tape has: its scratch memory is the binding's. */
  primitive_attr attributes() {
    primitive_attr attributes = own(new primitive_attr());
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  /**
   * Appends a primitive to a phase.
   *
   * @param arguments pairs of a DNNL_ARG key and a {@link Buffer}
   */
  void op(Phase phase, primitive primitive, primitive_desc_base description, Object... arguments) {
    own(description);
    int[] keys = new int[arguments.length / 2];
    Buffer[] used = new Buffer[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (Integer) arguments[2 * i];
      used[i] = (Buffer) arguments[2 * i + 1];
    }
    ops.computeIfAbsent(phase, p -> new ArrayList<>())
        .add(new Op(own(primitive), keys, used, own(description.scratchpad_desc())));
  }

  /** Gives the buffers memory. */
  Binding bind() {
    return new Binding();
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
    owned.clear();
    constants.clear();
    ops.clear();
  }

  /** The tape with memory of its own; used by one thread at a time. */
  final class Binding implements AutoCloseable {
    private final memory arena;
    private final memory[] memories = new memory[buffers.size()];
    private final Map<Phase, List<Step>> steps = new EnumMap<>(Phase.class);
    private final stream stream = new stream(Natives.cpu());
    private final long arenaBytes;

    private Binding() {
      int time = 0;
      int[] first = new int[buffers.size()];
      int[] last = new int[buffers.size()];
      Arrays.fill(last, -1);
      long scratchBytes = 0;
      for (List<Op> phase : ops.values()) {
        for (Op op : phase) {
          for (Buffer used : op.buffers()) {
            int root = used.root().index;
            first[root] = last[root] < 0 ? time : first[root];
            last[root] = time;
          }
          scratchBytes = Math.max(scratchBytes, op.scratchpad().get_size());
          time++;
        }
      }
      List<MemoryPlan.Need> needs = new ArrayList<>();
      int[] needOf = new int[buffers.size()];
      for (Buffer b : buffers) {
        if (b.storage == null && b.constant == null) {
          needOf[b.index] = needs.size();
          boolean always = b.pinned || last[b.index] < 0;
          needs.add(
              new MemoryPlan.Need(
                  b.desc.get_size(), always ? 0 : first[b.index], always ? time : last[b.index]));
        }
      }
      needs.add(new MemoryPlan.Need(scratchBytes, 0, time));
      MemoryPlan plan = new MemoryPlan(needs);
      arenaBytes = plan.totalBytes();
      arena = OneDnn.bytes(arenaBytes);
      Pointer base = arena.get_data_handle();
      for (Buffer b : buffers) {
        Buffer root = b.root();
        if (root.constant != null) {
          memories[b.index] =
              b == root
                  ? new memory(root.constant)
                  : at(b.desc, root.constant.get_data_handle(), 0);
        } else {
          memories[b.index] = at(b.desc, base, plan.offset(needOf[root.index]));
        }
      }
      long scratchOffset = plan.offset(needs.size() - 1);
      ops.forEach(
          (phase, list) ->
              steps.put(phase, list.stream().map(op -> step(op, base, scratchOffset)).toList()));
    }

    private Step step(Op op, Pointer base, long scratchOffset) {
      IntMemoryMap map = new IntMemoryMap();
      for (int k = 0; k < op.keys().length; k++) {
        map.put(op.keys()[k], memories[op.buffers()[k].index]);
      }
      memory scratch = null;
      if (op.scratchpad().get_size() > 0) {
        scratch = at(op.scratchpad(), base, scratchOffset);
        map.put(DNNL_ARG_SCRATCHPAD, scratch);
      }
      return new Step(op.primitive(), map, scratch);
    }

    private static memory at(memory.desc desc, Pointer base, long offset) {
      return new memory(desc, Natives.cpu(), new BytePointer(base).getPointer(offset));
    }

    /** Runs a phase and waits for its end. */
    void run(Phase phase) {
      for (Step step : steps.getOrDefault(phase, List.of())) {
        step.primitive().execute(stream, step.arguments());
      }
      stream._wait();
      Reference.reachabilityFence(this);
    }

    /** Where the buffer's values are. */
    Pointer data(Buffer buffer) {
      return memories[buffer.index].get_data_handle();
    }

    /** Memory that all activations share. */
    long arenaBytes() {
      return arenaBytes;
    }

    @Override
    public void close() {
      for (List<Step> phase : steps.values()) {
        phase.forEach(Step::close);
      }
      for (memory m : memories) {
        m.close();
      }
      stream.close();
      arena.close();
    }
  }
}
