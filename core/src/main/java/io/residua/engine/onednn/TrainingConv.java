package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.engine.onednn.TrainingLanes.Lane;
import io.residua.engine.onednn.TrainingTape.Master;
import io.residua.nn.internal.Layer.Conv;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** A convolution in a training session; its weights may be trained, frozen, or a constant. */
final class TrainingConv implements TrainingLayer {
  private final TrainingTape t;
  private final String name;
  private final String input;
  private final Conv conv;
  private final @Nullable FloatBuffer constant;
  private final long[] stride;
  private final long[] padding;
  private final long[] paddingAfter;
  private final memory.desc plain;
  private final memory.desc biasDesc;
  private final Map<Integer, convolution_forward.primitive_desc> forward;
  private final Map<Integer, convolution_backward_weights.primitive_desc> backwardWeights;
  private final List<Lane> gradientLanes;
  private final memory.desc gradientDesc;
  private final Buffer x;
  private final @Nullable Master weight;
  private final @Nullable Master bias;

  /**
   * @param constant weights that are no parameter (the option-A shortcut); null where the file has
   *     them
   */
  TrainingConv(
      TrainingTape t, String name, Conv conv, String input, @Nullable FloatBuffer constant) {
    this.t = t;
    this.name = name;
    this.input = input;
    this.conv = conv;
    this.constant = constant;
    stride = new long[] {conv.stride(), conv.stride()};
    padding = new long[] {conv.padding(), conv.padding()};
    paddingAfter = new long[] {conv.paddingAfter(), conv.paddingAfter()};
    plain = OneDnn.convWeights(OneDnn.F32, false, conv);
    biasDesc = OneDnn.vector(conv.outChannels());
    x = t.value(input, t.type);
    Buffer y = t.tape.buffer(t.nhwc(t.type, name));
    forward = t.lanes.bySize(this::forward);
    gradientLanes = t.lanes.ofGradient(t.shape(name).height() * t.shape(name).width());
    boolean trainsWeight = constant == null && t.trains(name + ".weight");
    boolean trainsBias = conv.bias() && t.trains(name + ".bias");
    backwardWeights = new HashMap<>();
    memory.desc gradient = OneDnn.convWeights(OneDnn.F32, true, conv);
    if (trainsWeight || trainsBias) {
      for (Lane lane : gradientLanes) {
        if (backwardWeights.containsKey(lane.count())) {
          continue;
        }
        convolution_backward_weights.primitive_desc pd =
            backwardWeights(lane.count(), gradient, trainsBias);
        backwardWeights.put(lane.count(), pd);
        gradient = pd.diff_weights_desc(); // the same in all lanes
      }
    }
    gradientDesc = gradient;
    weight = trainsWeight ? t.master(name + ".weight", plain, gradientDesc) : null;
    bias = trainsBias ? t.master(name + ".bias", biasDesc, biasDesc) : null;
    Map<Integer, Buffer> weights =
        t.lanes.bySize(n -> weights(requireNonNull(forward.get(n)).weights_desc()));
    Buffer b = null;
    if (conv.bias()) {
      b = bias != null ? bias.values() : t.fixed(name + ".bias", biasDesc, biasDesc);
    }
    List<Object> biasArgument = b == null ? List.of() : List.of(DNNL_ARG_BIAS, b);
    t.lanes.op(
        Phase.FORWARD,
        forward,
        convolution_forward::new,
        lane -> {
          List<Object> arguments = new ArrayList<>(biasArgument);
          arguments.addAll(
              List.of(DNNL_ARG_SRC, t.lanes.part(x, lane), DNNL_ARG_DST, t.lanes.part(y, lane)));
          arguments.addAll(List.of(DNNL_ARG_WEIGHTS, requireNonNull(weights.get(lane.count()))));
          return arguments;
        });
    t.put(name, y);
  }

  private convolution_forward.primitive_desc forward(int count) {
    return new convolution_forward.primitive_desc(
        Natives.cpu(),
        prop_kind.forward_training,
        algorithm.convolution_direct,
        t.nhwc(t.type, input, count),
        OneDnn.convWeights(t.type, true, conv),
        conv.bias() ? biasDesc : OneDnn.none(),
        t.nhwc(t.type, name, count),
        stride,
        padding,
        paddingAfter,
        t.deterministic(),
        false);
  }

  private Buffer weights(memory.desc wanted) {
    if (weight != null) {
      return t.computed(weight, wanted);
    } else if (constant != null) {
      return t.tape.constant(OneDnn.packed(plain, constant.duplicate(), wanted));
    }
    return t.fixed(name + ".weight", plain, wanted);
  }

  private convolution_backward_weights.primitive_desc backwardWeights(
      int count, memory.desc gradient, boolean withBias) {
    return SoundKernels.of(
        new convolution_backward_weights.primitive_desc(
            Natives.cpu(),
            algorithm.convolution_direct,
            t.nhwc(t.type, input, count),
            gradient,
            withBias ? biasDesc : OneDnn.none(),
            t.nhwc(t.type, name, count),
            stride,
            padding,
            paddingAfter,
            forward.containsKey(count) ? requireNonNull(forward.get(count)) : forward(count),
            t.deterministic(),
            false),
        conv);
  }

  @Override
  public String output() {
    return name;
  }

  @Override
  public void backward() {
    Buffer dy = t.gradient(name, t.type);
    if (!backwardWeights.isEmpty()) {
      parameterGradients(dy);
    }
    if (t.needsGradient(input)) {
      Map<Integer, convolution_backward_data.primitive_desc> pds =
          t.lanes.bySize(this::backwardData);
      Map<Integer, Buffer> weights =
          t.lanes.bySize(n -> weights(requireNonNull(pds.get(n)).weights_desc()));
      t.contribute(input, t.type, dx -> inputGradient(pds, weights, dy, dx));
    }
  }

  private void inputGradient(
      Map<Integer, convolution_backward_data.primitive_desc> pds,
      Map<Integer, Buffer> weights,
      Buffer dy,
      Buffer dx) {
    t.lanes.op(
        Phase.BACKWARD,
        pds,
        convolution_backward_data::new,
        lane ->
            List.of(
                DNNL_ARG_DIFF_DST,
                t.lanes.part(dy, lane),
                DNNL_ARG_WEIGHTS,
                requireNonNull(weights.get(lane.count())),
                DNNL_ARG_DIFF_SRC,
                t.lanes.part(dx, lane)));
  }

  private convolution_backward_data.primitive_desc backwardData(int count) {
    return new convolution_backward_data.primitive_desc(
        Natives.cpu(),
        algorithm.convolution_direct,
        t.nhwc(t.type, input, count),
        OneDnn.convWeights(t.type, true, conv),
        t.nhwc(t.type, name, count),
        stride,
        padding,
        paddingAfter,
        requireNonNull(forward.get(count)),
        t.deterministic(),
        false);
  }

  private void parameterGradients(Buffer dy) {
    // Where only the bias is trained, the weight gradient comes with it and is not used.
    List<Buffer> dw =
        weight != null ? t.shares(gradientLanes, weight) : t.buffers(gradientLanes, gradientDesc);
    List<Buffer> db = bias != null ? t.shares(gradientLanes, bias) : List.of();
    if (gradientLanes.equals(t.lanes.all())) {
      t.lanes.write(Phase.BACKWARD, lane -> parameterGradient(dy, lane, dw, db));
      sum(dw, db);
    } else {
      for (Lane lane : gradientLanes) {
        t.lanes.later(() -> parameterGradient(dy, lane, dw, db));
      }
      t.lanes.later(() -> sum(dw, db)); // which is for the stage after that
    }
  }

  private void parameterGradient(Buffer dy, Lane lane, List<Buffer> dw, List<Buffer> db) {
    convolution_backward_weights.primitive_desc pd =
        requireNonNull(backwardWeights.get(lane.count()));
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                DNNL_ARG_SRC,
                t.lanes.part(x, lane),
                DNNL_ARG_DIFF_DST,
                t.lanes.part(dy, lane),
                DNNL_ARG_DIFF_WEIGHTS,
                dw.get(lane.index())));
    if (bias != null) {
      arguments.addAll(List.of(DNNL_ARG_DIFF_BIAS, db.get(lane.index())));
    }
    t.tape.op(Phase.BACKWARD, () -> new convolution_backward_weights(pd), pd, arguments.toArray());
  }

  private void sum(List<Buffer> dw, List<Buffer> db) {
    if (weight != null) {
      t.sum(dw, weight);
    }
    if (bias != null) {
      t.sum(db, bias);
    }
  }
}
