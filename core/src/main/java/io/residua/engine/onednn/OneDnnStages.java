package io.residua.engine.onednn;

import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Call;
import io.residua.engine.onednn.OneDnnTape.Phase;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a tape, by what has to wait for what. A phase is stages one after the other; a
 * stage is strands that may run at the same time; a strand is operations one after the other. Lanes
 * go on in the same stage until an operation comes that belongs to none of them.
 */
final class OneDnnStages {
  /** A primitive or a call, and all buffers that it touches. */
  record Op(
      @Nullable primitive primitive,
      @Nullable Call call,
      int[] keys,
      Buffer[] buffers,
      memory.@Nullable desc scratchpad) {
    long scratchBytes() {
      return scratchpad == null ? 0 : scratchpad.get_size();
    }
  }

  /** Strands that may run at the same time. */
  static final class Stage {
    final List<List<Op>> strands = new ArrayList<>();
    private final Map<Integer, List<Op>> lanes = new HashMap<>();
    private int asides;

    private List<Op> strand(int at) {
      List<Op> strand = new ArrayList<>();
      strands.add(at, strand);
      return strand;
    }

    private List<Op> last() {
      return strand(strands.size());
    }
  }

  private final Map<Phase, List<Stage>> phases = new EnumMap<>(Phase.class);
  private @Nullable List<Op> writing;

  /** The stages of a phase. */
  List<Stage> of(Phase phase) {
    return phases.computeIfAbsent(phase, p -> new ArrayList<>());
  }

  void add(Phase phase, Op op) {
    if (writing != null) {
      writing.add(op);
    } else if (phase == Phase.PREPARE && !of(phase).isEmpty()) {
      of(phase).get(0).last().add(op);
    } else {
      begin(phase).last().add(op);
    }
  }

  /** Whether the next {@link #lane} begins a stage, so that all that is before has ended. */
  boolean begins(Phase phase) {
    List<Stage> stages = of(phase);
    return stages.isEmpty() || stages.get(stages.size() - 1).lanes.isEmpty();
  }

  /** What is written runs after what the same lane wrote before, beside other lanes. */
  void lane(Phase phase, int lane, Runnable write) {
    Stage stage = begins(phase) ? begin(phase) : newest(phase);
    write(stage.lanes.computeIfAbsent(lane, i -> stage.last()), write);
  }

  /**
   * What is written belongs to the newest stage, beside what lanes do in it. It begins before they
   * do, for it may take longer than a lane.
   */
  void aside(Phase phase, Runnable write) {
    Stage stage = newest(phase);
    write(stage.strand(stage.asides++), write);
  }

  /** Begins a stage: all that is before has to end first. */
  Stage begin(Phase phase) {
    Stage stage = new Stage();
    of(phase).add(stage);
    return stage;
  }

  private Stage newest(Phase phase) {
    List<Stage> stages = of(phase);
    return stages.get(stages.size() - 1);
  }

  private void write(List<Op> strand, Runnable write) {
    List<Op> before = writing;
    writing = strand;
    try {
      write.run();
    } finally {
      writing = before;
    }
  }
}
