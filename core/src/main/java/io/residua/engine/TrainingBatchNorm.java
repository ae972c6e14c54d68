package io.residua.engine;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import io.residua.engine.OneDnnTape.Buffer;
import io.residua.engine.OneDnnTape.Phase;
import io.residua.engine.TrainingTape.Master;
import io.residua.nn.Layer.BatchNorm;
import io.residua.nn.Parameter;
import io.residua.nn.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/**
 * Batch norm in a training session, by batch statistics or by frozen ones, with the ReLU that
 * follows it.
 */
final class TrainingBatchNorm implements TrainingLayer {
  private final TrainingTape t;
  private final String name;
  private final String output;
  private final String input;
  private final BatchNorm norm;
  private final boolean frozen;
  private final int flags;
  private final batch_normalization_forward.primitive_desc forward;
  private final Buffer x;
  private final Buffer mean;
  private final Buffer variance;
  private final Buffer scale;
  private final @Nullable Master scaleMaster;
  private final @Nullable Master shiftMaster;
  private final @Nullable Buffer workspace;
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
            | (frozen ? normalization_flags.use_global_stats.value : 0);
    x = t.value(input, t.type);
    forward =
        new batch_normalization_forward.primitive_desc(
            Natives.cpu(),
            prop_kind.forward_training.value,
            x.desc,
            x.desc,
            (float) norm.epsilon(),
            flags,
            t.deterministic(),
            false);
    memory.desc channels = OneDnn.vector(norm.channels());
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
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                DNNL_ARG_SRC,
                x,
                DNNL_ARG_DST,
                y,
                DNNL_ARG_MEAN,
                mean,
                DNNL_ARG_VARIANCE,
                variance,
                DNNL_ARG_SCALE,
                scale,
                DNNL_ARG_SHIFT,
                shift));
    workspace = relu ? t.tape.buffer(forward.workspace_desc()) : null;
    if (workspace != null) {
      arguments.add(DNNL_ARG_WORKSPACE);
      arguments.add(workspace);
    }
    t.tape.op(
        Phase.FORWARD, new batch_normalization_forward(forward), forward, arguments.toArray());
    t.put(output, y);
  }

  private @Nullable Master trained(String parameter, memory.desc channels) {
    return t.trains(parameter) ? t.master(parameter, channels, channels) : null;
  }

  @Override
  public void backward() {
    Buffer dy = t.gradient(output, t.type);
    batch_normalization_backward.primitive_desc pd =
        new batch_normalization_backward.primitive_desc(
            Natives.cpu(),
            prop_kind.backward.value,
            x.desc,
            x.desc,
            x.desc,
            (float) norm.epsilon(),
            flags,
            forward,
            t.deterministic(),
            false);
    memory.desc channels = OneDnn.vector(norm.channels());
    Buffer dScale = scaleMaster != null ? scaleMaster.gradient() : t.tape.buffer(channels);
    Buffer dShift = shiftMaster != null ? shiftMaster.gradient() : t.tape.buffer(channels);
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                DNNL_ARG_SRC,
                x,
                DNNL_ARG_MEAN,
                mean,
                DNNL_ARG_VARIANCE,
                variance,
                DNNL_ARG_DIFF_DST,
                dy,
                DNNL_ARG_SCALE,
                scale,
                DNNL_ARG_DIFF_SCALE,
                dScale,
                DNNL_ARG_DIFF_SHIFT,
                dShift));
    if (workspace != null) {
      arguments.add(DNNL_ARG_WORKSPACE);
      arguments.add(workspace);
    }
    if (t.needsGradient(input)) {
      t.contribute(input, t.type, dx -> emit(pd, arguments, dx));
    } else {
      emit(pd, arguments, t.tape.buffer(x.desc));
    }
  }

  private void emit(
      batch_normalization_backward.primitive_desc pd, List<Object> arguments, Buffer dx) {
    arguments.add(DNNL_ARG_DIFF_SRC);
    arguments.add(dx);
    t.tape.op(Phase.BACKWARD, new batch_normalization_backward(pd), pd, arguments.toArray());
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

  /** The running statistics as they are now. */
  Map<Parameter, float[]> statistics() {
    return Map.of(
        t.parameter(name + ".running_mean"), runningMean.clone(),
        t.parameter(name + ".running_var"), runningVariance.clone());
  }
}
