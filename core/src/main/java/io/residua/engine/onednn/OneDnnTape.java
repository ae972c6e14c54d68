package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import io.residua.engine.internal.FusedGraph.Weights;
import io.residua.engine.onednn.OneDnnStages.Op;
import io.residua.engine.onednn.OneDnnStages.Stage;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    private final long offset; // in storage, in bytes
    private boolean pinned;

    private Buffer(
        int index,
        memory.desc desc,
        @Nullable memory constant,
        @Nullable Buffer storage,
        long offset) {
      this.index = index;
      this.desc = desc;
      this.constant = constant;
      this.storage = storage;
      this.offset = offset;
    }

    private Buffer root() {
      return storage == null ? this : storage.root();
    }

    private long offsetInRoot() {
      return storage == null ? 0 : offset + storage.offsetInRoot();
    }
  }

  /** Work in Java between primitives. */
  interface Call {
    /**
     * @param thread which of the crew's threads runs it, from 0
     */
    void run(Binding binding, int thread);
  }

  private interface Step {
    void run(Binding binding, int thread);

    default void close() {}
  }

  /** An operation with its memory. */
  private record PrimitiveStep(
      primitive primitive, IntMemoryMap arguments, @Nullable memory scratchpad) implements Step {
    @Override
    public void run(Binding binding, int thread) {
      primitive.execute(binding.streams[thread], arguments);
    }

    @Override
    public void close() {
      arguments.close();
      if (scratchpad != null) {
        scratchpad.close();
      }
    }
  }

  private record Kernel(primitive primitive, memory.desc scratchpad) {}

  /** Parts of a tape that run by themselves, in this order. */
  enum Phase {
    /**
     * What follows from new weights: their copies in the layout and type of the computation. All of
     * it may run at the same time.
     */
    PREPARE,
    FORWARD,
    BACKWARD
  }

  private final @Nullable OneDnnTape twin;
  private final List<memory> constants = new ArrayList<>();
  private long constantBytes;
  private final List<Buffer> buffers = new ArrayList<>();
  final OneDnnStages stages = new OneDnnStages();
  private final Map<primitive_desc_base, Kernel> kernels = new IdentityHashMap<>();
  private final List<Pointer> owned = new ArrayList<>();
  private final Packing packing = new Packing();

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
    return add(new Buffer(buffers.size(), own(desc), null, null, 0));
  }

  /** The same memory seen with another description of no larger size. */
  Buffer view(Buffer of, memory.desc desc) {
    return part(of, desc, 0);
  }

  /**
   * A part of the memory.
   *
   * @param offset where it begins, in bytes
   */
  Buffer part(Buffer of, memory.desc desc, long offset) {
    return add(new Buffer(buffers.size(), own(desc), null, of, offset));
  }

  /** Memory that is filled before the tape runs and shared by all bindings. */
  Buffer constant(memory filled) {
    memory.desc desc = own(filled.get_desc());
    memory theirs = theirs();
    memory kept = theirs != null && hasLayout(theirs, desc) ? theirs : own(filled);
    if (kept != filled) {
      filled.close();
    } else {
      constantBytes += desc.get_size();
    }
    constants.add(kept);
    return add(new Buffer(buffers.size(), desc, kept, null, 0));
  }

  /**
   * Weights in the layout and type that a primitive wants, shared by all bindings; they are there
   * when {@link #pack} has returned. Those that the twin has in that layout are not made again.
   *
   * @param from how they are in the file
   */
  Buffer packed(memory.desc from, Weights weights, memory.desc to) {
    memory theirs = theirs();
    memory kept = theirs != null && hasLayout(theirs, to) ? theirs : null;
    if (kept == null) {
      kept = own(new memory(to, Natives.cpu()));
      constantBytes += to.get_size();
      packing.add(from, weights, kept);
    }
    constants.add(kept);
    return add(new Buffer(buffers.size(), own(kept.get_desc()), kept, null, 0));
  }

  /** Waits until all weights are packed; the calling thread computes alone from then on. */
  void pack() {
    packing.finish();
  }

  /** What the twin has in the place of the next constant. */
  private @Nullable memory theirs() {
    return twin == null || twin.constants.size() <= constants.size()
        ? null
        : twin.constants.get(constants.size());
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
    op(phase, () -> primitive, description, arguments);
  }

  /**
   * Appends a primitive to a phase, which is made once for all operations of one description.
   *
   * @param arguments pairs of a DNNL_ARG key and a {@link Buffer}
   */
  void op(
      Phase phase, Supplier<primitive> make, primitive_desc_base description, Object... arguments) {
    Kernel kernel = kernels.computeIfAbsent(description, d -> kernel(make.get(), d));
    int[] keys = new int[arguments.length / 2];
    Buffer[] used = new Buffer[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (Integer) arguments[2 * i];
      used[i] = (Buffer) arguments[2 * i + 1];
    }
    stages.add(phase, new Op(kernel.primitive(), null, keys, used, kernel.scratchpad()));
  }

  private Kernel kernel(primitive primitive, primitive_desc_base description) {
    own(description);
    return new Kernel(own(primitive), own(description.scratchpad_desc()));
  }

  /**
   * Appends work in Java to a phase.
   *
   * @param touched all buffers that it reads or writes
   */
  void call(Phase phase, Call call, Buffer... touched) {
    stages.add(phase, new Op(null, call, new int[0], touched, null));
  }

  /** Gives the buffers memory; what may run at the same time runs one after the other. */
  Binding bind() {
    return new Binding(null);
  }

  /**
   * Gives the buffers memory.
   *
   * @param crew runs what may run at the same time; the primitives are made for one thread
   */
  Binding bind(Crew crew) {
    return new Binding(crew);
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
    owned.clear();
    constants.clear();
    kernels.clear();
  }

  /** The tape with memory of its own; used by one thread at a time. */
  final class Binding implements AutoCloseable {
    private final memory arena;
    private final memory[] memories = new memory[buffers.size()];
    private final Map<Phase, List<List<List<Step>>>> steps = new EnumMap<>(Phase.class);
    private final @Nullable Crew crew;
    private final stream[] streams;
    private final long arenaBytes;

    private Binding(@Nullable Crew crew) {
      this.crew = crew;
      streams = new stream[crew == null ? 1 : crew.size()];
      for (int i = 0; i < streams.length; i++) {
        streams[i] = new stream(Natives.cpu());
      }
      int time = 0;
      int[] first = new int[buffers.size()];
      int[] last = new int[buffers.size()];
      Arrays.fill(last, -1);
      long scratchBytes = 0;
      for (Phase phase : Phase.values()) {
        for (Stage stage : stages.of(phase)) {
          for (Op op : (Iterable<Op>) stage.strands.stream().flatMap(List::stream)::iterator) {
            for (Buffer used : op.buffers()) {
              int root = used.root().index;
              first[root] = last[root] < 0 ? time : first[root];
              last[root] = time;
            }
          }
          long bytes = stage.strands.stream().mapToLong(Binding::scratchBytes).sum();
          scratchBytes = Math.max(scratchBytes, bytes);
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
                  : at(b.desc, root.constant.get_data_handle(), b.offsetInRoot());
        } else {
          long offset = plan.offset(needOf[root.index]) + b.offsetInRoot();
          memories[b.index] = at(b.desc, base, offset);
        }
      }
      long scratchOffset = plan.offset(needs.size() - 1);
      for (Phase phase : Phase.values()) {
        steps.put(
            phase,
            stages.of(phase).stream().map(stage -> steps(stage, base, scratchOffset)).toList());
      }
    }

    /** Operations of a strand run one after the other, and share it. */
    private static long scratchBytes(List<Op> strand) {
      return MemoryPlan.align(strand.stream().mapToLong(Op::scratchBytes).max().orElse(0));
    }

    private List<List<Step>> steps(Stage stage, Pointer base, long scratchOffset) {
      List<List<Step>> made = new ArrayList<>();
      long offset = scratchOffset;
      for (List<Op> strand : stage.strands) {
        long at = offset;
        made.add(strand.stream().map(op -> step(op, base, at)).toList());
        offset += scratchBytes(strand);
      }
      return made;
    }

    private Step step(Op op, Pointer base, long scratchOffset) {
      if (op.call() != null) {
        return op.call()::run;
      }
      IntMemoryMap map = new IntMemoryMap();
      for (int k = 0; k < op.keys().length; k++) {
        map.put(op.keys()[k], memories[op.buffers()[k].index]);
      }
      memory scratch = null;
      if (op.scratchBytes() > 0) {
        scratch = at(requireNonNull(op.scratchpad()), base, scratchOffset);
        map.put(DNNL_ARG_SCRATCHPAD, scratch);
      }
      return new PrimitiveStep(requireNonNull(op.primitive()), map, scratch);
    }

    private static memory at(memory.desc desc, Pointer base, long offset) {
      return new memory(desc, Natives.cpu(), new BytePointer(base).getPointer(offset));
    }

    /** Runs a phase and waits for its end. */
    void run(Phase phase) {
      for (List<List<Step>> stage : steps.getOrDefault(phase, List.of())) {
        if (crew != null) {
          crew.run(stage.size(), (i, thread) -> run(stage.get(i), thread));
        } else {
          stage.forEach(strand -> run(strand, 0));
        }
      }
      for (stream stream : streams) {
        stream._wait();
      }
      Reference.reachabilityFence(this);
    }

    private void run(List<Step> strand, int thread) {
      for (Step step : strand) {
        step.run(this, thread);
      }
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
      steps.values().stream()
          .flatMap(List::stream)
          .flatMap(List::stream)
          .flatMap(List::stream)
          .forEach(Step::close);
      for (memory m : memories) {
        m.close();
      }
      for (stream stream : streams) {
        stream.close();
      }
      arena.close();
    }
  }
}
