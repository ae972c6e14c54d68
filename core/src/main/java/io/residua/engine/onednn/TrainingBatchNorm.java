package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.engine.onednn.TrainingLanes.Lane;
import io.residua.engine.onednn.TrainingTape.Master;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm in a training session, by batch statistics or by frozen ones, with the ReLU that
 * follows it.
 *
 * <p>Each lane finds the statistics of its pictures; those of the batch follow from them ({@link
 * BatchStatistics}). Backward, a lane first takes the statistics for given; what the gradient lacks
 * then follows from the sums over all lanes.
 */
final class TrainingBatchNorm implements TrainingLayer {
  private static final int GIVEN_STATISTICS = normalization_flags.use_global_stats.value;

  private final TrainingTape t;
  private final String name;
  private final String output;
  private final String input;
  private final BatchNorm norm;
  private final boolean frozen;
  private final int flags;
  private final Map<Integer, batch_normalization_forward.primitive_desc> forward;
  private final memory.desc channels;
  private final Buffer x;
  private final Buffer mean;
  private final Buffer variance;
  private final Buffer scale;
  private final @Nullable Master scaleMaster;
  private final @Nullable Master shiftMaster;
  private final List<Buffer> workspaces; // of each lane; none without ReLU
  private final float[] runningMean;
  private final float[] runningVariance;

  /**
   * @param output name of the value it makes: its own, or that of the ReLU it includes
   */
  TrainingBatchNorm(
      TrainingTape t, String name, BatchNorm norm, String input, String output, boolean relu) {
    this.t = t;
    this.name = name;
    this.norm = norm;
    this.input = input;
    this.output = output;
    frozen = t.options.frozenStatistics().contains(name);
    flags =
        normalization_flags.use_scale.value
            | normalization_flags.use_shift.value
            | (relu ? normalization_flags.fuse_norm_relu.value : 0)
            | GIVEN_STATISTICS;
    x = t.value(input, t.type);
    forward = t.lanes.bySize(count -> forward(count, flags));
    channels = OneDnn.vector(norm.channels());
    runningMean = t.weights.get(name + ".running_mean").toArray();
    runningVariance = t.weights.get(name + ".running_var").toArray();
    mean = t.tape.constant(OneDnn.filled(channels, runningMean));
    variance = t.tape.constant(OneDnn.filled(channels, runningVariance));
    scaleMaster = trained(name + ".weight", channels);
    shiftMaster = trained(name + ".bias", channels);
    scale =
        scaleMaster != null ? scaleMaster.values() : t.fixed(name + ".weight", channels, channels);
    Buffer shift =
        shiftMaster != null ? shiftMaster.values() : t.fixed(name + ".bias", channels, channels);
    Buffer y = t.tape.buffer(x.desc);
    workspaces =
        relu
            ? t.lanes.all().stream()
                .map(l -> t.tape.buffer(requireNonNull(forward.get(l.count())).workspace_desc()))
                .toList()
            : List.of();
    if (!frozen) {
      statistics(y);
    }
    t.lanes.op(
        Phase.FORWARD,
        forward,
        batch_normalization_forward::new,
        lane -> arguments(lane, DNNL_ARG_SHIFT, shift, DNNL_ARG_DST, t.lanes.part(y, lane)));
    t.put(output, y);
  }

  private batch_normalization_forward.primitive_desc forward(int count, int flags) {
    memory.desc pictures = TrainingLanes.pictures(x.desc, count);
    return new batch_normalization_forward.primitive_desc(
        Natives.cpu(),
        prop_kind.forward_training.value,
        pictures,
        pictures,
        (float) norm.epsilon(),
        flags,
        t.deterministic(),
        false);
  }

  private @Nullable Master trained(String parameter, memory.desc channels) {
    return t.trains(parameter) ? t.master(parameter, channels, channels) : null;
  }

  /** What forward and backward both need. */
  private List<Object> arguments(Lane lane, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                DNNL_ARG_SRC,
                t.lanes.part(x, lane),
                DNNL_ARG_MEAN,
                mean,
                DNNL_ARG_VARIANCE,
                variance,
                DNNL_ARG_SCALE,
                scale));
    arguments.addAll(List.of(more));
    if (!workspaces.isEmpty()) {
      arguments.addAll(List.of(DNNL_ARG_WORKSPACE, workspaces.get(lane.index())));
    }
    return arguments;
  }

  /**
   * Writes the batch's mean and variance, as of all its pictures.
   *
   * @param room for as many values as the input has, written over
   */
  private void statistics(Buffer room) {
    Map<Integer, batch_normalization_forward.primitive_desc> pds =
        t.lanes.bySize(count -> forward(count, 0));
    List<Buffer> means = t.buffers(t.lanes.all(), channels);
    List<Buffer> variances = t.buffers(t.lanes.all(), channels);
    t.lanes.op(
        Phase.FORWARD,
        pds,
        batch_normalization_forward::new,
        lane ->
            List.of(
                DNNL_ARG_SRC,
                t.lanes.part(x, lane),
                DNNL_ARG_DST,
                t.lanes.part(room, lane),
                DNNL_ARG_MEAN,
                means.get(lane.index()),
                DNNL_ARG_VARIANCE,
                variances.get(lane.index())));
    Buffer[] touched =
        Stream.of(means, variances, List.of(mean, variance))
            .flatMap(List::stream)
            .toArray(Buffer[]::new);
    t.tape.call(Phase.FORWARD, (binding, thread) -> combine(binding, means, variances), touched);
  }

  private void combine(OneDnnTape.Binding binding, List<Buffer> means, List<Buffer> variances) {
    BatchStatistics.combine(
        t.lanes.all().stream().mapToDouble(l -> (double) l.count() / t.batchSize).toArray(),
        floats(binding, means),
        floats(binding, variances),
        floats(binding, mean),
        floats(binding, variance));
  }

  private List<FloatBuffer> floats(OneDnnTape.Binding binding, List<Buffer> buffers) {
    return buffers.stream().map(buffer -> floats(binding, buffer)).toList();
  }

  private FloatBuffer floats(OneDnnTape.Binding binding, Buffer buffer) {
    return OneDnn.floats(binding.data(buffer), norm.channels());
  }

  @Override
  public void backward() {
    Buffer dy = t.gradient(output, t.type);
    if (t.needsGradient(input)) {
      t.contribute(input, t.type, dx -> backward(dy, dx));
    } else {
      backward(dy, t.tape.buffer(x.desc));
    }
  }

  private void backward(Buffer dy, Buffer dx) {
    List<Buffer> scales = t.buffers(t.lanes.all(), channels);
    List<Buffer> shifts = t.buffers(t.lanes.all(), channels);
    Map<Integer, batch_normalization_backward.primitive_desc> pds = t.lanes.bySize(this::backward);
    t.lanes.op(
        Phase.BACKWARD,
        pds,
        batch_normalization_backward::new,
        lane ->
            arguments(
                lane,
                DNNL_ARG_DIFF_DST,
                t.lanes.part(dy, lane),
                DNNL_ARG_DIFF_SRC,
                t.lanes.part(dx, lane),
                DNNL_ARG_DIFF_SCALE,
                scales.get(lane.index()),
                DNNL_ARG_DIFF_SHIFT,
                shifts.get(lane.index())));
    Buffer dScale = scaleMaster != null ? scaleMaster.gradient() : t.tape.buffer(channels);
    Buffer dShift = shiftMaster != null ? shiftMaster.gradient() : t.tape.buffer(channels);
    memory.desc row = OneDnn.nhwc(OneDnn.F32, 1, norm.channels(), 1, 1);
    Buffer factor = t.tape.buffer(row);
    Buffer constant = t.tape.buffer(row);
    Buffer[] touched =
        Stream.of(scales, shifts, List.of(dScale, dShift, factor, constant, mean, variance, scale))
            .flatMap(List::stream)
            .toArray(Buffer[]::new);
    boolean correct = !frozen && t.needsGradient(input);
    OneDnnTape.Call sums =
        (binding, thread) -> {
          BatchStatistics.sum(floats(binding, scales), floats(binding, dScale));
          BatchStatistics.sum(floats(binding, shifts), floats(binding, dShift));
          if (correct) {
            correction(binding, dScale, dShift, factor, constant);
          }
        };
    if (correct) {
      t.tape.call(Phase.BACKWARD, sums, touched);
      correct(dx, factor, constant);
    } else {
      t.lanes.later(() -> t.tape.call(Phase.BACKWARD, sums, touched));
    }
  }

  private batch_normalization_backward.primitive_desc backward(int count) {
    memory.desc pictures = TrainingLanes.pictures(x.desc, count);
    return new batch_normalization_backward.primitive_desc(
        Natives.cpu(),
        prop_kind.backward.value,
        pictures,
        pictures,
        pictures,
        (float) norm.epsilon(),
        flags,
        requireNonNull(forward.get(count)),
        t.deterministic(),
        false);
  }

  private void correction(
      OneDnnTape.Binding binding, Buffer dScale, Buffer dShift, Buffer factor, Buffer constant) {
    Shape shape = t.shape(input);
    BatchStatistics.correction(
        new BatchStatistics.Layer(
            floats(binding, mean),
            floats(binding, variance),
            floats(binding, scale),
            norm.epsilon()),
        (double) t.batchSize * shape.height() * shape.width(),
        floats(binding, dScale),
        floats(binding, dShift),
        floats(binding, factor),
        floats(binding, constant));
  }

  /** dx += x · factor + constant. */
  private void correct(Buffer dx, Buffer factor, Buffer constant) {
    primitive_attr attributes = t.deterministic();
    post_ops post = t.tape.own(new post_ops());
    post.append_sum();
    post.append_binary(algorithm.binary_add, constant.desc);
    attributes.set_post_ops(post);
    int constantArgument = 2 * DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1;
    Map<Integer, binary.primitive_desc> pds =
        t.lanes.bySize(
            count -> {
              memory.desc pictures = TrainingLanes.pictures(x.desc, count);
              return new binary.primitive_desc(
                  Natives.cpu(),
                  algorithm.binary_mul,
                  pictures,
                  factor.desc,
                  pictures,
                  attributes,
                  false);
            });
    t.lanes.op(
        Phase.BACKWARD,
        pds,
        binary::new,
        lane ->
            List.of(
                DNNL_ARG_SRC_0,
                t.lanes.part(x, lane),
                DNNL_ARG_SRC_1,
                factor,
                DNNL_ARG_DST,
                t.lanes.part(dx, lane),
                constantArgument,
                constant));
  }

  /** Moves the running statistics towards the batch's, whose variance is made unbiased. */
  @Override
  public void afterForward(OneDnnTape.Binding binding) {
    if (frozen) {
      return;
    }
    Shape shape = t.shape(input);
    long n = (long) t.batchSize * shape.height() * shape.width();
    FloatBuffer batchMean = OneDnn.floats(binding.data(mean), norm.channels());
    FloatBuffer batchVariance = OneDnn.floats(binding.data(variance), norm.channels());
    double m = norm.momentum();
    double unbiased = n > 1 ? (double) n / (n - 1) : 1;
    for (int c = 0; c < runningMean.length; c++) {
      runningMean[c] = (float) ((1 - m) * runningMean[c] + m * batchMean.get(c));
      runningVariance[c] =
          (float) ((1 - m) * runningVariance[c] + m * unbiased * batchVariance.get(c));
    }
  }

  @Override
  public String output() {
    return output;
  }

  /** The running statistics that {@link #afterForward} moves. */
  Stream<Trainable> statistics() {
    return frozen
        ? Stream.empty()
        : Stream.of(
            statistic(".running_mean", runningMean), statistic(".running_var", runningVariance));
  }

  private Trainable statistic(String suffix, float[] values) {
    return new Trainable(
        t.parameter(name + suffix), FloatBuffer.wrap(values), FloatBuffer.allocate(0));
  }
}
