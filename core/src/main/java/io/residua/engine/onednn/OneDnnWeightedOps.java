package io.residua.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.residua.engine.internal.FusedGraph.Step;
import io.residua.engine.internal.FusedGraph.Weights;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Shape;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * Writes the steps that have weights, or factors and summands per channel, onto a tape, with the
 * ReLU and the sum that are fused into them.
 */
final class OneDnnWeightedOps {
  private final OneDnnTape tape;
  private final OneDnnValues values;
  private final memory.data_type type;
  private final prop_kind inference = prop_kind.forward_inference;

  OneDnnWeightedOps(OneDnnTape tape, OneDnnValues values, memory.data_type type) {
    this.tape = tape;
    this.values = values;
    this.type = type;
  }

  Buffer conv(Step step, Conv conv, Weights weights) {
    Buffer x = values.as(type, step.input());
    Shape out = values.shapeOf(step.output());
    String onto = step.second();
    Buffer y =
        onto == null
            ? tape.buffer(values.nhwc(type, out))
            : tape.view(values.of(onto), values.nhwc(type, out));
    primitive_attr attributes = tape.attributes();
    post_ops post = tape.own(new post_ops());
    if (onto != null) {
      post.append_sum(1f, 0, type);
    }
    if (step.relu()) {
      post.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    }
    attributes.set_post_ops(post);
    long[] stride = {conv.stride(), conv.stride()};
    long[] padding = {conv.padding(), conv.padding()};
    long[] paddingAfter = {conv.paddingAfter(), conv.paddingAfter()};
    convolution_forward.primitive_desc pd =
        new convolution_forward.primitive_desc(
            Natives.cpu(),
            inference,
            algorithm.convolution_direct,
            x.desc,
            OneDnn.convWeights(type, true, conv),
            OneDnn.vector(conv.outChannels()),
            y.desc,
            stride,
            padding,
            paddingAfter,
            attributes,
            false);
    Buffer w = tape.packed(OneDnn.convWeights(OneDnn.F32, false, conv), weights, pd.weights_desc());
    Buffer b = values.constant(weights.bias());
    tape.op(
        Phase.FORWARD,
        new convolution_forward(pd),
        pd,
        DNNL_ARG_SRC,
        x,
        DNNL_ARG_WEIGHTS,
        w,
        DNNL_ARG_BIAS,
        b,
        DNNL_ARG_DST,
        y);
    return y;
  }

  /** Batch norm that no convolution could take: x·factor + summand, as two binary operations. */
  Buffer scaleAndShift(Step step, Weights weights) {
    Buffer x = values.of(step.input());
    Shape shape = values.shapeOf(step.output());
    memory.desc perChannel = OneDnn.nhwc(OneDnn.F32, 1, shape.channels(), 1, 1);
    Buffer factor = tape.constant(OneDnn.filled(perChannel, weights.weight()));
    Buffer summand = tape.constant(OneDnn.filled(perChannel, weights.bias()));
    Buffer y = tape.buffer(x.desc);
    primitive_attr attributes = tape.attributes();
    post_ops post = tape.own(new post_ops());
    post.append_binary(algorithm.binary_add, perChannel);
    attributes.set_post_ops(post);
    binary.primitive_desc pd =
        new binary.primitive_desc(
            Natives.cpu(), algorithm.binary_mul, x.desc, perChannel, y.desc, attributes, false);
    tape.op(
        Phase.FORWARD,
        new binary(pd),
        pd,
        DNNL_ARG_SRC_0,
        x,
        DNNL_ARG_SRC_1,
        factor,
        DNNL_ARG_DST,
        y,
        dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1,
        summand);
    return y;
  }

  Buffer linear(Step step, Linear linear, Weights weights) {
    Buffer x = values.as(OneDnn.F32, step.input());
    long in = linear.inFeatures();
    long out = linear.outFeatures();
    Buffer rows = tape.view(x, OneDnn.matrix(OneDnn.F32, values.batchSize, in));
    Buffer y = tape.buffer(OneDnn.nhwc(OneDnn.F32, values.batchSize, out, 1, 1));
    Buffer yRows = tape.view(y, OneDnn.matrix(OneDnn.F32, values.batchSize, out));
    primitive_attr attributes = tape.attributes();
    if (step.relu()) {
      post_ops post = tape.own(new post_ops());
      post.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
      attributes.set_post_ops(post);
    }
    inner_product_forward.primitive_desc pd =
        new inner_product_forward.primitive_desc(
            Natives.cpu(),
            inference,
            rows.desc,
            OneDnn.any(OneDnn.F32, out, in),
            OneDnn.vector(out),
            yRows.desc,
            attributes,
            false);
    Buffer w = tape.packed(OneDnn.matrix(OneDnn.F32, out, in), weights, pd.weights_desc());
    tape.op(
        Phase.FORWARD,
        new inner_product_forward(pd),
        pd,
        DNNL_ARG_SRC,
        rows,
        DNNL_ARG_WEIGHTS,
        w,
        DNNL_ARG_BIAS,
        values.constant(weights.bias()),
        DNNL_ARG_DST,
        yRows);
    return y;
  }
}
