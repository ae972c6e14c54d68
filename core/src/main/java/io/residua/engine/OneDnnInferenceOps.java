package io.residua.engine;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.residua.engine.FusedGraph.Step;
import io.residua.engine.FusedGraph.Weights;
import io.residua.engine.OneDnnTape.Buffer;
import io.residua.engine.OneDnnTape.Phase;
import io.residua.nn.Layer.Add;
import io.residua.nn.Layer.AvgPool;
import io.residua.nn.Layer.BatchNorm;
import io.residua.nn.Layer.Conv;
import io.residua.nn.Layer.Flatten;
import io.residua.nn.Layer.GlobalAvgPool;
import io.residua.nn.Layer.Linear;
import io.residua.nn.Layer.MaxPool;
import io.residua.nn.Layer.PadShortcut;
import io.residua.nn.Layer.Relu;
import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.nn.Shapes;
import io.residua.weights.WeightMap;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;

/**
 * Writes the inference form of a network onto a tape: fused primitives and packed weights. The
 * whole of a network that predicts, the frozen prefix of one that is trained.
 */
final class OneDnnInferenceOps {
  private final OneDnnTape tape;
  private final int batchSize;
  private final Shape picture;
  private final memory.data_type type;
  private final Shapes shapes;
  private final Map<String, Buffer> values = new HashMap<>();
  private final prop_kind inference = prop_kind.forward_inference;
  private final @Nullable Calibration calibration;
  private @Nullable OneDnnInt8Ops int8;

  /**
   * @param type of activations and weights
   * @param calibration for 8 bits instead, wherever a step has such a form; null for none
   */
  OneDnnInferenceOps(
      OneDnnTape tape,
      Shape picture,
      Shapes shapes,
      int batchSize,
      memory.data_type type,
      @Nullable Calibration calibration) {
    this.tape = tape;
    this.picture = picture;
    this.shapes = shapes;
    this.batchSize = batchSize;
    this.type = type;
    this.calibration = calibration;
  }

  OneDnnInferenceOps(
      OneDnnTape tape, Shape picture, Shapes shapes, int batchSize, memory.data_type type) {
    this(tape, picture, shapes, batchSize, type, null);
  }

  /**
   * Appends the network.
   *
   * @param input the pictures
   * @param keep values that are read afterwards, so that nothing may be fused over them
   * @return where every kept value is, by its node's name
   */
  Map<String, Buffer> emit(Network network, WeightMap weights, Buffer input, Set<String> keep) {
    values.put(Network.INPUT, input);
    FusedGraph graph = new FusedGraph(network, weights, keep);
    if (calibration != null) {
      Quantization scales = new Quantization(graph, calibration);
      int8 = new OneDnnInt8Ops(tape, shapes, batchSize, scales, this::value);
    }
    for (Step step : graph.steps()) {
      if (int8 == null || !int8.emit(step)) {
        values.put(step.output(), compile(step));
      }
    }
    Map<String, Buffer> kept = new HashMap<>();
    for (String name : keep) {
      kept.put(name, value(graph.valueOf(name)));
    }
    return kept;
  }

  private Buffer compile(Step step) {
    if (step.layer() instanceof Conv conv) {
      return conv(step, conv, requireNonNull(step.weights()));
    } else if (step.layer() instanceof PadShortcut shortcut) {
      int in = inputShape(step).channels();
      Conv conv = new Conv(in, shortcut.outChannels(), 1, shortcut.stride(), 0, 1, false);
      return conv(
          step,
          conv,
          new FusedGraph.Weights() {
            @Override
            public FloatBuffer weight() {
              return PadWeights.identity(in, shortcut.outChannels());
            }

            @Override
            public float[] bias() {
              return new float[shortcut.outChannels()];
            }
          });
    } else if (step.layer() instanceof BatchNorm) {
      return scaleAndShift(step, requireNonNull(step.weights()));
    } else if (step.layer() instanceof Relu) {
      return relu(step);
    } else if (step.layer() instanceof MaxPool p) {
      return pool(step, algorithm.pooling_max, type, p.kernel(), p.stride(), p.padding());
    } else if (step.layer() instanceof AvgPool p) {
      return pool(
          step, algorithm.pooling_avg_include_padding, type, p.kernel(), p.stride(), p.padding());
    } else if (step.layer() instanceof GlobalAvgPool) {
      return globalAverage(step);
    } else if (step.layer() instanceof Add) {
      return add(step);
    } else if (step.layer() instanceof Flatten) {
      return flatten(step);
    } else if (step.layer() instanceof Linear linear) {
      return linear(step, linear, requireNonNull(step.weights()));
    }
    throw new IllegalStateException("no oneDNN form of " + step.layer());
  }

  private Buffer conv(Step step, Conv conv, Weights weights) {
    Buffer x = as(type, step.input());
    Shape out = shapes.of(step.output());
    String onto = step.second();
    Buffer y =
        onto == null ? tape.buffer(nhwc(type, out)) : tape.view(value(onto), nhwc(type, out));
    primitive_attr attributes = tape.attributes();
    post_ops post = tape.own(new post_ops());
    if (onto != null) {
      post.append_sum(1f, 0, type);
    }
    if (step.relu()) {
      post.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    }
    attributes.set_post_ops(post);
    long[] oihw = {
      conv.outChannels(), conv.inChannels() / conv.groups(), conv.kernel(), conv.kernel()
    };
    long[] stride = {conv.stride(), conv.stride()};
    long[] padding = {conv.padding(), conv.padding()};
    long[] paddingAfter = {conv.paddingAfter(), conv.paddingAfter()};
    convolution_forward.primitive_desc pd =
        new convolution_forward.primitive_desc(
            Natives.cpu(),
            inference,
            algorithm.convolution_direct,
            x.desc,
            OneDnn.convWeights(type, true, conv.groups(), oihw),
            OneDnn.vector(conv.outChannels()),
            y.desc,
            stride,
            padding,
            paddingAfter,
            attributes,
            false);
    Buffer w =
        tape.constant(
            OneDnn.packed(
                OneDnn.convWeights(OneDnn.F32, false, conv.groups(), oihw),
                weights.weight(),
                pd.weights_desc()));
    Buffer b = constant(weights.bias());
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
  private Buffer scaleAndShift(Step step, Weights weights) {
    Buffer x = value(step.input());
    Shape shape = shapes.of(step.output());
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

  private Buffer relu(Step step) {
    Buffer x = value(step.input());
    Buffer y = tape.buffer(x.desc);
    eltwise_forward.primitive_desc pd =
        new eltwise_forward.primitive_desc(
            Natives.cpu(),
            inference,
            algorithm.eltwise_relu,
            x.desc,
            y.desc,
            0f,
            0f,
            tape.attributes(),
            false);
    tape.op(Phase.FORWARD, new eltwise_forward(pd), pd, DNNL_ARG_SRC, x, DNNL_ARG_DST, y);
    return y;
  }

  private Buffer pool(
      Step step, algorithm kind, memory.data_type in, int kernel, int stride, int padding) {
    return pool(
        step,
        kind,
        in,
        new long[] {kernel, kernel},
        new long[] {stride, stride},
        new long[] {padding, padding});
  }

  private Buffer pool(
      Step step,
      algorithm kind,
      memory.data_type in,
      long[] kernel,
      long[] stride,
      long[] padding) {
    Buffer x = as(in, step.input());
    Buffer y = tape.buffer(nhwc(in, shapes.of(step.output())));
    pooling_forward.primitive_desc pd =
        new pooling_forward.primitive_desc(
            Natives.cpu(),
            inference,
            kind,
            x.desc,
            y.desc,
            stride,
            kernel,
            new long[] {0, 0},
            padding,
            padding,
            tape.attributes(),
            false);
    tape.op(Phase.FORWARD, new pooling_forward(pd), pd, DNNL_ARG_SRC, x, DNNL_ARG_DST, y);
    return y;
  }

  /** From here on values are 32-bit floats: features and logits lose nothing to bf16. */
  private Buffer globalAverage(Step step) {
    Shape in = inputShape(step);
    long[] all = {in.height(), in.width()};
    return pool(
        step, algorithm.pooling_avg_exclude_padding, OneDnn.F32, all, all, new long[] {0, 0});
  }

  private Buffer add(Step step) {
    Buffer a = value(step.input());
    Buffer b = value(requireNonNull(step.second()));
    Buffer y = tape.buffer(a.desc);
    primitive_attr attributes = tape.attributes();
    if (step.relu()) {
      post_ops post = tape.own(new post_ops());
      post.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
      attributes.set_post_ops(post);
    }
    binary.primitive_desc pd =
        new binary.primitive_desc(
            Natives.cpu(), algorithm.binary_add, a.desc, b.desc, y.desc, attributes, false);
    tape.op(
        Phase.FORWARD, new binary(pd), pd, DNNL_ARG_SRC_0, a, DNNL_ARG_SRC_1, b, DNNL_ARG_DST, y);
    return y;
  }

  private Buffer flatten(Step step) {
    Shape in = inputShape(step);
    Buffer plain = in(OneDnn.nchw(OneDnn.F32, batchSize, in), step.input());
    return tape.view(plain, OneDnn.nhwc(OneDnn.F32, batchSize, in.size(), 1, 1));
  }

  private Buffer linear(Step step, Linear linear, Weights weights) {
    Buffer x = as(OneDnn.F32, step.input());
    long in = linear.inFeatures();
    long out = linear.outFeatures();
    Buffer rows = tape.view(x, OneDnn.matrix(OneDnn.F32, batchSize, in));
    Buffer y = tape.buffer(OneDnn.nhwc(OneDnn.F32, batchSize, out, 1, 1));
    Buffer yRows = tape.view(y, OneDnn.matrix(OneDnn.F32, batchSize, out));
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
    Buffer w =
        tape.constant(
            OneDnn.packed(OneDnn.matrix(OneDnn.F32, out, in), weights.weight(), pd.weights_desc()));
    tape.op(
        Phase.FORWARD,
        new inner_product_forward(pd),
        pd,
        DNNL_ARG_SRC,
        rows,
        DNNL_ARG_WEIGHTS,
        w,
        DNNL_ARG_BIAS,
        constant(weights.bias()),
        DNNL_ARG_DST,
        yRows);
    return y;
  }

  private Shape inputShape(Step step) {
    return step.input().equals(Network.INPUT) ? picture : shapes.of(step.input());
  }

  private Buffer constant(float[] values) {
    return tape.constant(OneDnn.filled(OneDnn.vector(values.length), values));
  }

  private Buffer value(String name) {
    if (isInt8Only(name)) {
      values.put(name, in(nhwc(type, shapeOf(name)), name));
    }
    return requireNonNull(values.get(name), name);
  }

  private boolean isInt8Only(String name) {
    return int8 != null && int8.has(name) && !values.containsKey(name);
  }

  private memory.desc nhwc(memory.data_type t, Shape shape) {
    return OneDnn.nhwc(t, batchSize, shape);
  }

  /** The value in the given type. */
  private Buffer as(memory.data_type wanted, String name) {
    return in(nhwc(wanted, shapeOf(name)), name);
  }

  /** The value in the given type and layout. */
  private Buffer in(memory.desc wanted, String name) {
    return isInt8Only(name)
        ? requireNonNull(int8).widened(name, wanted)
        : converted(value(name), wanted);
  }

  private Shape shapeOf(String name) {
    return name.equals(Network.INPUT) ? picture : shapes.of(name);
  }

  /** The buffer in another type or layout; itself where it has that already. */
  Buffer converted(Buffer from, memory.desc wanted) {
    if (from.desc.equals(wanted)) {
      return from;
    }
    Buffer to = tape.buffer(wanted);
    reorder.primitive_desc pd =
        new reorder.primitive_desc(
            Natives.cpu(), from.desc, Natives.cpu(), wanted, tape.attributes(), false);
    tape.op(Phase.FORWARD, new reorder(pd), pd, DNNL_ARG_SRC, from, DNNL_ARG_DST, to);
    return to;
  }
}
