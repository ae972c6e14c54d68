package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.engine.onednn.TrainingLanes.Lane;
import io.residua.nn.internal.Layer.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;

/** Maximum, average or global average pooling in a training session. */
final class TrainingPool implements TrainingLayer {
  private static final long[] UNDILATED = {0, 0};

  private final TrainingTape t;
  private final String name;
  private final String input;
  private final memory.data_type type;
  private final algorithm kind;
  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;
  private final Map<Integer, pooling_forward.primitive_desc> forward;
  private final List<Buffer> workspaces; // of each lane; none where the kind needs none

  /** Over windows. */
  TrainingPool(TrainingTape t, String name, String input, algorithm kind, Pool pool) {
    this(
        t,
        name,
        input,
        kind,
        t.type,
        square(pool.kernel()),
        square(pool.stride()),
        square(pool.padding()));
  }

  /** Over all positions; features and all that follows are 32-bit. */
  TrainingPool(TrainingTape t, String name, String input) {
    this(
        t,
        name,
        input,
        algorithm.pooling_avg_exclude_padding,
        OneDnn.F32,
        new long[] {t.shape(input).height(), t.shape(input).width()},
        square(1),
        square(0));
  }

  private TrainingPool(
      TrainingTape t,
      String name,
      String input,
      algorithm kind,
      memory.data_type type,
      long[] kernel,
      long[] stride,
      long[] padding) {
    this.t = t;
    this.name = name;
    this.input = input;
    this.kind = kind;
    this.type = type;
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
    Buffer x = t.value(input, type);
    Buffer y = t.tape.buffer(t.nhwc(type, name));
    forward = t.lanes.bySize(this::forward);
    workspaces =
        kind == algorithm.pooling_max
            ? t.lanes.all().stream()
                .map(
                    lane ->
                        t.tape.buffer(requireNonNull(forward.get(lane.count())).workspace_desc()))
                .toList()
            : List.of();
    t.lanes.op(
        Phase.FORWARD,
        forward,
        pooling_forward::new,
        lane ->
            arguments(
                lane, DNNL_ARG_SRC, t.lanes.part(x, lane), DNNL_ARG_DST, t.lanes.part(y, lane)));
    t.put(name, y);
  }

  private pooling_forward.primitive_desc forward(int count) {
    return new pooling_forward.primitive_desc(
        Natives.cpu(),
        prop_kind.forward_training,
        kind,
        t.nhwc(type, input, count),
        t.nhwc(type, name, count),
        stride,
        kernel,
        UNDILATED,
        padding,
        padding,
        t.deterministic(),
        false);
  }

  private pooling_backward.primitive_desc backward(int count) {
    return new pooling_backward.primitive_desc(
        Natives.cpu(),
        kind,
        t.nhwc(type, input, count),
        t.nhwc(type, name, count),
        stride,
        kernel,
        UNDILATED,
        padding,
        padding,
        requireNonNull(forward.get(count)),
        t.deterministic(),
        false);
  }

  private List<Object> arguments(Lane lane, Object... of) {
    List<Object> arguments = new ArrayList<>(List.of(of));
    if (!workspaces.isEmpty()) {
      arguments.addAll(List.of(DNNL_ARG_WORKSPACE, workspaces.get(lane.index())));
    }
    return arguments;
  }

  private static long[] square(int size) {
    return new long[] {size, size};
  }

  @Override
  public String output() {
    return name;
  }

  @Override
  public void backward() {
    if (!t.needsGradient(input)) {
      return;
    }
    Buffer dy = t.gradient(name, type);
    Map<Integer, pooling_backward.primitive_desc> pds = t.lanes.bySize(this::backward);
    t.contribute(
        input,
        type,
        dx ->
            t.lanes.op(
                Phase.BACKWARD,
                pds,
                pooling_backward::new,
                lane ->
                    arguments(
                        lane,
                        DNNL_ARG_DIFF_DST,
                        t.lanes.part(dy, lane),
                        DNNL_ARG_DIFF_SRC,
                        t.lanes.part(dx, lane))));
  }
}
