package io.residua.engine;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.residua.engine.OneDnnTape.Buffer;
import io.residua.engine.OneDnnTape.Phase;
import io.residua.engine.TrainingTape.Master;
import io.residua.nn.Layer.Conv;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
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
  private final memory.desc packed;
  private final memory.desc plain;
  private final convolution_forward.primitive_desc forward;
  private final Buffer x;
  private final @Nullable Master weight;
  private final @Nullable Master bias;
  private final convolution_backward_weights.@Nullable primitive_desc backwardWeights;

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
    packed = OneDnn.convWeights(t.type, true, conv);
    plain = OneDnn.convWeights(OneDnn.F32, false, conv);
    x = t.value(input, t.type);
    Buffer y = t.tape.buffer(t.nhwc(t.type, name));
    memory.desc biasDesc = OneDnn.vector(conv.outChannels());
    forward =
        new convolution_forward.primitive_desc(
            Natives.cpu(),
            prop_kind.forward_training,
            algorithm.convolution_direct,
            x.desc,
            packed,
            conv.bias() ? biasDesc : OneDnn.none(),
            y.desc,
            stride,
            padding,
            paddingAfter,
            t.deterministic(),
            false);
    boolean trainsWeight = constant == null && t.trains(name + ".weight");
    boolean trainsBias = conv.bias() && t.trains(name + ".bias");
    backwardWeights = trainsWeight || trainsBias ? backwardWeights(y, trainsBias) : null;
    weight =
        trainsWeight && backwardWeights != null
            ? t.master(name + ".weight", plain, backwardWeights.diff_weights_desc())
            : null;
    bias = trainsBias ? t.master(name + ".bias", biasDesc, biasDesc) : null;
    Buffer w = weights(forward.weights_desc());
    List<Object> arguments =
        new ArrayList<>(List.of(DNNL_ARG_SRC, x, DNNL_ARG_WEIGHTS, w, DNNL_ARG_DST, y));
    if (conv.bias()) {
      arguments.add(DNNL_ARG_BIAS);
      arguments.add(bias != null ? bias.values() : t.fixed(name + ".bias", biasDesc, biasDesc));
    }
    t.tape.op(Phase.FORWARD, new convolution_forward(forward), forward, arguments.toArray());
    t.put(name, y);
  }

  private Buffer weights(memory.desc wanted) {
    if (weight != null) {
      return t.computed(weight, wanted);
    } else if (constant != null) {
      return t.tape.constant(OneDnn.packed(plain, constant.duplicate(), wanted));
    }
    return t.fixed(name + ".weight", plain, wanted);
  }

  private convolution_backward_weights.primitive_desc backwardWeights(Buffer y, boolean withBias) {
    return SoundKernels.of(
        new convolution_backward_weights.primitive_desc(
            Natives.cpu(),
            algorithm.convolution_direct,
            x.desc,
            OneDnn.convWeights(OneDnn.F32, true, conv),
            withBias ? OneDnn.vector(conv.outChannels()) : OneDnn.none(),
            y.desc,
            stride,
            padding,
            paddingAfter,
            forward,
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
    if (backwardWeights != null) {
      // Where only the bias is trained, the weight gradient comes with it and is not used.
      Buffer dw =
          weight != null ? weight.gradient() : t.tape.buffer(backwardWeights.diff_weights_desc());
      List<Object> arguments =
          new ArrayList<>(
              List.of(DNNL_ARG_SRC, x, DNNL_ARG_DIFF_DST, dy, DNNL_ARG_DIFF_WEIGHTS, dw));
      if (bias != null) {
        arguments.add(DNNL_ARG_DIFF_BIAS);
        arguments.add(bias.gradient());
      }
      t.tape.op(
          Phase.BACKWARD,
          new convolution_backward_weights(backwardWeights),
          backwardWeights,
          arguments.toArray());
    }
    if (t.needsGradient(input)) {
      convolution_backward_data.primitive_desc pd =
          new convolution_backward_data.primitive_desc(
              Natives.cpu(),
              algorithm.convolution_direct,
              x.desc,
              packed,
              dy.desc,
              stride,
              padding,
              paddingAfter,
              forward,
              t.deterministic(),
              false);
      Buffer w = weights(pd.weights_desc());
      t.contribute(
          input,
          t.type,
          dx ->
              t.tape.op(
                  Phase.BACKWARD,
                  new convolution_backward_data(pd),
                  pd,
                  DNNL_ARG_DIFF_DST,
                  dy,
                  DNNL_ARG_WEIGHTS,
                  w,
                  DNNL_ARG_DIFF_SRC,
                  dx));
    }
  }
}
