package io.residua.engine.onednn;

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
import io.residua.engine.onednn.TrainingTape.Master;
import io.residua.nn.internal.Layer.Linear;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

/** A fully connected layer in a training session, in 32-bit floats whatever the precision. */
final class TrainingLinear implements TrainingLayer {
  private final TrainingTape t;
  private final String name;
  private final String input;
  private final memory.desc anyWeights;
  private final memory.desc plain;
  private final memory.desc biasDesc;
  private final memory.desc outRows;
  private final Buffer x;
  private final inner_product_forward.primitive_desc forward;
  private final inner_product_backward_weights.@Nullable primitive_desc backwardWeights;
  private final @Nullable Master weight;
  private final @Nullable Master bias;

  TrainingLinear(TrainingTape t, String name, Linear linear, String input) {
    this.t = t;
    this.name = name;
    this.input = input;
    long in = linear.inFeatures();
    long out = linear.outFeatures();
    anyWeights = OneDnn.any(OneDnn.F32, out, in);
    plain = OneDnn.matrix(OneDnn.F32, out, in);
    biasDesc = OneDnn.vector(out);
    outRows = OneDnn.matrix(OneDnn.F32, t.batchSize, out);
    x = t.tape.view(t.value(input, OneDnn.F32), OneDnn.matrix(OneDnn.F32, t.batchSize, in));
    Buffer y = t.tape.buffer(t.nhwc(OneDnn.F32, name));
    Buffer yRows = t.tape.view(y, outRows);
    forward =
        new inner_product_forward.primitive_desc(
            Natives.cpu(),
            prop_kind.forward_training,
            x.desc,
            anyWeights,
            biasDesc,
            outRows,
            t.deterministic(),
            false);
    boolean trainsWeight = t.trains(name + ".weight");
    boolean trainsBias = t.trains(name + ".bias");
    backwardWeights =
        trainsWeight || trainsBias
            ? new inner_product_backward_weights.primitive_desc(
                Natives.cpu(),
                x.desc,
                anyWeights,
                biasDesc,
                outRows,
                forward,
                t.deterministic(),
                false)
            : null;
    weight =
        trainsWeight && backwardWeights != null
            ? t.master(name + ".weight", plain, backwardWeights.diff_weights_desc())
            : null;
    bias = trainsBias ? t.master(name + ".bias", biasDesc, biasDesc) : null;
    Buffer b = bias != null ? bias.values() : t.fixed(name + ".bias", biasDesc, biasDesc);
    t.tape.op(
        Phase.FORWARD,
        new inner_product_forward(forward),
        forward,
        DNNL_ARG_SRC,
        x,
        DNNL_ARG_WEIGHTS,
        weights(forward.weights_desc()),
        DNNL_ARG_BIAS,
        b,
        DNNL_ARG_DST,
        yRows);
    t.put(name, y);
  }

  private Buffer weights(memory.desc wanted) {
    return weight != null ? t.computed(weight, wanted) : t.fixed(name + ".weight", plain, wanted);
  }

  @Override
  public String output() {
    return name;
  }

  @Override
  public void backward() {
    Buffer dy = t.tape.view(t.gradient(name, OneDnn.F32), outRows);
    if (backwardWeights != null) {
      Buffer dw =
          weight != null ? weight.gradient() : t.tape.buffer(backwardWeights.diff_weights_desc());
      Buffer db = bias != null ? bias.gradient() : t.tape.buffer(biasDesc);
      t.tape.op(
          Phase.BACKWARD,
          new inner_product_backward_weights(backwardWeights),
          backwardWeights,
          DNNL_ARG_SRC,
          x,
          DNNL_ARG_DIFF_DST,
          dy,
          DNNL_ARG_DIFF_WEIGHTS,
          dw,
          DNNL_ARG_DIFF_BIAS,
          db);
    }
    if (t.needsGradient(input)) {
      inner_product_backward_data.primitive_desc pd =
          new inner_product_backward_data.primitive_desc(
              Natives.cpu(), x.desc, anyWeights, outRows, forward, t.deterministic(), false);
      Buffer w = weights(pd.weights_desc());
      t.contribute(
          input,
          OneDnn.F32,
          dx ->
              t.tape.op(
                  Phase.BACKWARD,
                  new inner_product_backward_data(pd),
                  pd,
                  DNNL_ARG_DIFF_DST,
                  dy,
                  DNNL_ARG_WEIGHTS,
                  w,
                  DNNL_ARG_DIFF_SRC,
                  t.tape.view(dx, x.desc)));
    }
  }
}
