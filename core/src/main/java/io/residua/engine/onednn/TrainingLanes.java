package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;

import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;

/** How a training session cuts its batch into parts that are computed at the same time. */
final class TrainingLanes {
  /**
   * A part of the batch. Lanes are computed at the same time, each by one thread, whichever is
   * free. They are cut by the size of the batch alone, so that the results, to the last bit, don't
   * depend on how many threads there are or on which computes what.
   *
   * @param first its first picture
   * @param count how many pictures
   */
  record Lane(int index, int first, int count) {}

  private static final int MOST_LANES = 16;
  private static final int LEAST_GRADIENT_LANES = 4;

  /** Uses of a weight in a lane against which it is little work to write and sum its gradient. */
  private static final int LEAST_USES = 2000;

  private final OneDnnTape tape;
  private final int batchSize;
  private final List<Lane> all;
  private final Map<Buffer, Map<Lane, Buffer>> parts = new IdentityHashMap<>();
  private final Map<Buffer, Map<Integer, memory.desc>> descriptions = new IdentityHashMap<>();
  private final List<Runnable> later = new ArrayList<>();

  /**
   * @param batchSize pictures in a batch
   */
  TrainingLanes(OneDnnTape tape, int batchSize) {
    this.tape = tape;
    this.batchSize = batchSize;
    all = lanes(MOST_LANES);
  }

  /** All lanes, by their index. */
  List<Lane> all() {
    return all;
  }

  private List<Lane> lanes(int most) {
    int count = Math.min(batchSize, most);
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = (int) ((long) batchSize * i / count);
      int end = (int) ((long) batchSize * (i + 1) / count);
      lanes.add(new Lane(i, first, end - first));
    }
    return List.copyOf(lanes);
  }

  /**
   * Something for each size of lanes, of which there are one or two.
   *
   * @param make takes the number of pictures
   */
  <T> Map<Integer, T> bySize(Function<Integer, T> make) {
    return all.stream()
        .map(Lane::count)
        .distinct()
        .collect(Collectors.toMap(Function.identity(), make));
  }

  /**
   * The lanes in which the gradient of a layer's weights is computed, each of which makes a whole
   * such gradient: where that takes long to write and sum against the time it takes to compute,
   * there are fewer than of the others.
   *
   * @param positions how often a weight is used in a picture
   */
  List<Lane> ofGradient(int positions) {
    long worthwhile = (long) batchSize * positions / LEAST_USES;
    return lanes((int) Math.max(LEAST_GRADIENT_LANES, Math.min(all.size(), worthwhile)));
  }

  /** What is written for each lane runs after what was written for it before. */
  void write(Phase phase, Consumer<Lane> write) {
    boolean begins = tape.stages.begins(phase);
    for (Lane lane : all) {
      tape.stages.lane(phase, lane.index(), () -> write.accept(lane));
    }
    if (begins && phase == Phase.BACKWARD) {
      writeLater();
    }
  }

  /**
   * An operation on each lane's part of a batch.
   *
   * @param descriptions by the number of pictures, from {@link #bySize}
   * @param make the primitive of a description
   * @param arguments pairs of a DNNL_ARG key and a {@link Buffer}, for a lane
   */
  <P extends primitive_desc_base> void op(
      Phase phase,
      Map<Integer, P> descriptions,
      Function<P, primitive> make,
      Function<Lane, List<Object>> arguments) {
    write(
        phase,
        lane -> {
          P pd = requireNonNull(descriptions.get(lane.count()));
          tape.op(phase, () -> make.apply(pd), pd, arguments.apply(lane).toArray());
        });
  }

  /** Writes backward work that needs what all lanes have made, beside what they do after that. */
  void later(Runnable write) {
    later.add(write);
  }

  private void writeLater() {
    List<Runnable> now = List.copyOf(later);
    later.clear();
    now.forEach(write -> tape.stages.aside(Phase.BACKWARD, write));
  }

  /** Writes what was left for {@link #later}, where nothing else follows. */
  void end() {
    while (!later.isEmpty()) {
      tape.stages.begin(Phase.BACKWARD);
      writeLater();
    }
  }

  /** A lane's part of values that lie picture after picture. */
  Buffer part(Buffer whole, Lane lane) {
    return parts
        .computeIfAbsent(whole, b -> new HashMap<>())
        .computeIfAbsent(lane, l -> cut(whole, l));
  }

  private Buffer cut(Buffer whole, Lane lane) {
    long bytes = whole.desc.get_size() / batchSize;
    memory.desc desc =
        descriptions
            .computeIfAbsent(whole, b -> new HashMap<>())
            .computeIfAbsent(lane.count(), count -> pictures(whole.desc, count));
    return tape.part(whole, desc, lane.first() * bytes);
  }

  /** The description of so many pictures in the layout of a batch. */
  static memory.desc pictures(memory.desc batch, int count) {
    long[] dims = new long[batch.get_ndims()];
    long[] strides = new long[dims.length];
    batch.get_dims().get(dims);
    batch.get_strides().get(strides);
    dims[0] = count;
    return new memory.desc(dims, batch.get_data_type(), strides);
  }
}
