package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.residua.engine.internal.FusedGraph;
import io.residua.engine.internal.FusedGraph.Step;
import io.residua.engine.internal.Quantization;
import io.residua.engine.internal.Quantization.Scale;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Pool;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;

/**
 * Writes those steps of a fused graph that have an 8-bit form onto a tape: convolutions of 8-bit
 * activations and weights with 32-bit sums, residual sums within them, and pooling. The first
 * convolution stays wide: pictures are signed once they are normalised, so that 8 bits would hold
 * them more coarsely than their files do, and with three channels it would gain little.
 */
final class OneDnnInt8Ops {
  /** A value in 8 bits. */
  private record Quantized(Buffer buffer, Scale scale) {}

  private final OneDnnTape tape;
  private final Shapes shapes;
  private final int batchSize;
  private final Quantization scales;
  private final WideValues wide;
  private final Map<String, Quantized> values = new HashMap<>();

  /** Where values are that were computed in a wider type. */
  @FunctionalInterface
  interface WideValues {
    Buffer of(String name);
  }

  OneDnnInt8Ops(
      OneDnnTape tape, Shapes shapes, int batchSize, Quantization scales, WideValues wide) {
    this.tape = tape;
    this.shapes = shapes;
    this.batchSize = batchSize;
    this.scales = scales;
    this.wide = wide;
  }

  /** Whether a step was written whose value is kept in 8 bits. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Appends the step; false where it has no 8-bit form that is fast and must be computed wide. */
  boolean emit(Step step) {
    return step.layer()
        .accept(
            new Visitor<Boolean>(
                (Conv c) -> conv(step, c, requireNonNull(step.weights())),
                (BatchNorm b) -> false,
                (Linear l) -> false,
                (Relu r) -> false,
                (MaxPool p) -> pool(step, algorithm.pooling_max, p),
                (AvgPool p) -> pool(step, algorithm.pooling_avg_include_padding, p),
                (GlobalAvgPool g) -> false,
                (Add a) -> false,
                (PadShortcut p) -> {
                  int in = shapes.of(step.input()).channels();
                  PadWeights weights = new PadWeights(step.output(), in, p.outChannels());
                  return conv(step, PadWeights.conv(in, p), weights);
                },
                (Flatten f) -> false,
                (Dropout d) -> false));
  }

  private static boolean isInput(Step step) {
    return step.input().equals(Network.INPUT);
  }

  /** The value in a wider type and layout. */
  Buffer widened(String name, memory.desc wanted) {
    Quantized from = requireNonNull(values.get(name), name);
    primitive_attr attributes = tape.attributes();
    attributes.set_scales_mask(DNNL_ARG_SRC, 0);
    Buffer to = tape.buffer(wanted);
    reorder(from.buffer(), to, attributes, DNNL_ARG_SRC, from.scale());
    return to;
  }

  private boolean conv(Step step, Conv conv, FusedGraph.Weights weights) {
    Optional<Scale> in = scale(step.input());
    Optional<Scale> out = scales.of(step.output());
    String onto = step.second();
    Optional<Scale> summand = onto == null ? out : scale(onto);
    if (isInput(step) || in.isEmpty() || out.isEmpty() || summand.isEmpty()) {
      return false;
    }
    convolution_forward.primitive_desc pd =
        description(step, conv, in.get(), onto == null ? null : summand.get(), out.get());
    if (!isFast(pd)) {
      pd.close();
      return false;
    }
    Buffer x = quantized(step.input(), in.get());
    memory.desc target = nhwc(OneDnn.type(out.get()), shapes.of(step.output()));
    Buffer y =
        onto == null ? tape.buffer(target) : tape.view(quantized(onto, summand.get()), target);
    FloatBuffer values32 = weights.weight();
    float[] plain = new float[values32.remaining()];
    values32.get(plain);
    Quantization.Weights q =
        Quantization.weights(
            plain, conv.outChannels(), Natives.largestInt8Weight(in.get().signed()));
    Buffer w =
        tape.constant(
            OneDnn.packed(
                OneDnn.convWeights(OneDnn.F32, false, conv),
                FloatBuffer.wrap(q.integers()),
                pd.weights_desc()));
    tape.op(
        Phase.FORWARD,
        new convolution_forward(pd),
        pd,
        DNNL_ARG_SRC,
        x,
        DNNL_ARG_WEIGHTS,
        w,
        DNNL_ARG_BIAS,
        constant(weights.bias()),
        DNNL_ARG_DST,
        y,
        DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC,
        constant(in.get().step()),
        DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS,
        constant(q.steps()),
        DNNL_ARG_ATTR_SCALES | DNNL_ARG_DST,
        constant(out.get().step()));
    values.put(step.output(), new Quantized(y, out.get()));
    return true;
  }

  /**
   * Sums of integers become {@code (x·w·steps + bias + summand·its step)}, ReLU, divided by the
   * output's step: the sum's factor applies to the integers that stand in the destination.
   */
  private convolution_forward.primitive_desc description(
      Step step, Conv conv, Scale in, @Nullable Scale summand, Scale out) {
    primitive_attr attributes = tape.attributes();
    attributes.set_scales_mask(DNNL_ARG_SRC, 0);
    attributes.set_scales_mask(DNNL_ARG_WEIGHTS, conv.groups() == 1 ? 1 : 3); // output channels
    attributes.set_scales_mask(DNNL_ARG_DST, 0);
    post_ops post = tape.own(new post_ops());
    if (summand != null) {
      post.append_sum(summand.step(), 0, OneDnn.type(summand));
    }
    if (step.relu()) {
      post.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    }
    attributes.set_post_ops(post);
    long[] stride = {conv.stride(), conv.stride()};
    long[] padding = {conv.padding(), conv.padding()};
    long[] paddingAfter = {conv.paddingAfter(), conv.paddingAfter()};
    return new convolution_forward.primitive_desc(
        Natives.cpu(),
        prop_kind.forward_inference,
        algorithm.convolution_direct,
        nhwc(OneDnn.type(in), shapes.of(step.input())),
        OneDnn.convWeights(memory.data_type.s8, true, conv),
        OneDnn.vector(conv.outChannels()),
        nhwc(OneDnn.type(out), shapes.of(step.output())),
        stride,
        padding,
        paddingAfter,
        attributes,
        true);
  }

  /** Pooling of a value that is in 8 bits already; its scale stays. */
  private boolean pool(Step step, algorithm kind, Pool pool) {
    Quantized x = values.get(step.input());
    if (x == null) {
      return false;
    }
    memory.desc wanted = nhwc(OneDnn.type(x.scale()), shapes.of(step.output()));
    long[] pads = {pool.padding(), pool.padding()};
    pooling_forward.primitive_desc pd =
        new pooling_forward.primitive_desc(
            Natives.cpu(),
            prop_kind.forward_inference,
            kind,
            x.buffer().desc,
            wanted,
            new long[] {pool.stride(), pool.stride()},
            new long[] {pool.kernel(), pool.kernel()},
            new long[] {0, 0},
            pads,
            pads,
            tape.attributes(),
            true);
    if (!isFast(pd)) {
      pd.close();
      return false;
    }
    Buffer y = tape.buffer(wanted);
    tape.op(Phase.FORWARD, new pooling_forward(pd), pd, DNNL_ARG_SRC, x.buffer(), DNNL_ARG_DST, y);
    values.put(step.output(), new Quantized(y, x.scale()));
    return true;
  }

  /** Whether oneDNN has the operation, and not only as plain loops. */
  private static boolean isFast(primitive_desc_base pd) {
    return !pd.isNull()
        && pd.get(true) != null
        && !pd.impl_info_str().getString().startsWith("ref");
  }

  private Optional<Scale> scale(String name) {
    Quantized known = values.get(name);
    return known == null ? scales.of(name) : Optional.of(known.scale());
  }

  /** The value in 8 bits, brought there where it is wide. */
  private Buffer quantized(String name, Scale scale) {
    Quantized known = values.get(name);
    if (known != null) {
      return known.buffer();
    }
    primitive_attr attributes = tape.attributes();
    attributes.set_scales_mask(DNNL_ARG_DST, 0);
    Buffer to = tape.buffer(nhwc(OneDnn.type(scale), shapes.of(name)));
    reorder(wide.of(name), to, attributes, DNNL_ARG_DST, scale);
    values.put(name, new Quantized(to, scale));
    return to;
  }

  private void reorder(Buffer from, Buffer to, primitive_attr attributes, int side, Scale scale) {
    reorder.primitive_desc pd =
        new reorder.primitive_desc(
            Natives.cpu(), from.desc, Natives.cpu(), to.desc, attributes, false);
    tape.op(
        Phase.FORWARD,
        new reorder(pd),
        pd,
        DNNL_ARG_SRC,
        from,
        DNNL_ARG_DST,
        to,
        DNNL_ARG_ATTR_SCALES | side,
        constant(scale.step()));
  }

  private Buffer constant(float... values32) {
    return tape.constant(OneDnn.filled(OneDnn.vector(values32.length), values32));
  }

  private memory.desc nhwc(memory.data_type type, Shape shape) {
    return OneDnn.nhwc(type, batchSize, shape);
  }
}
