package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.FusedGraph;
import io.residua.engine.internal.FusedGraph.Step;
import io.residua.engine.internal.Quantization;
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
import io.residua.weights.internal.WeightMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.jspecify.annotations.Nullable;

/**
 * Writes the inference form of a network onto a tape: fused primitives and packed weights. The
 * whole of a network that predicts, the frozen prefix of one that is trained.
 */
final class OneDnnInferenceOps {
  private final OneDnnTape tape;
  private final memory.data_type type;
  private final OneDnnValues values;
  private final OneDnnWeightedOps weighted;
  private final prop_kind inference = prop_kind.forward_inference;
  private final @Nullable Calibration calibration;

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
    this.type = type;
    this.calibration = calibration;
    values = new OneDnnValues(tape, picture, shapes, batchSize, type);
    weighted = new OneDnnWeightedOps(tape, values, type);
  }

  OneDnnInferenceOps(
      OneDnnTape tape, Shape picture, Shapes shapes, int batchSize, memory.data_type type) {
    this(tape, picture, shapes, batchSize, type, null);
  }

  /**
   * Appends the network, whose weights {@link OneDnnTape#pack} has ready.
   *
   * @param input the pictures
   * @param keep values that are read afterwards, so that nothing may be fused over them
   * @return where every kept value is, by its node's name
   */
  Map<String, Buffer> emit(Network network, WeightMap weights, Buffer input, Set<String> keep) {
    values.put(Network.INPUT, input);
    FusedGraph graph = new FusedGraph(network, weights, keep);
    OneDnnInt8Ops int8 =
        calibration == null ? null : values.int8(new Quantization(graph, calibration));
    for (Step step : graph.steps()) {
      if (int8 == null || !int8.emit(step)) {
        values.put(step.output(), compile(step));
      }
    }
    Map<String, Buffer> kept = new HashMap<>();
    for (String name : keep) {
      kept.put(name, values.of(graph.valueOf(name)));
    }
    return kept;
  }

  /** The buffer in another type or layout; itself where it has that already. */
  Buffer converted(Buffer from, memory.desc wanted) {
    return values.converted(from, wanted);
  }

  private Buffer compile(Step step) {
    return step.layer()
        .accept(
            new Visitor<Buffer>(
                (Conv c) -> weighted.conv(step, c, requireNonNull(step.weights())),
                (BatchNorm b) -> weighted.scaleAndShift(step, requireNonNull(step.weights())),
                (Linear l) -> weighted.linear(step, l, requireNonNull(step.weights())),
                (Relu r) -> relu(step),
                (MaxPool p) -> pool(step, algorithm.pooling_max, p),
                (AvgPool p) -> pool(step, algorithm.pooling_avg_include_padding, p),
                (GlobalAvgPool g) -> globalAverage(step),
                (Add a) -> add(step),
                (PadShortcut p) -> {
                  int in = values.shapeOf(step.input()).channels();
                  return weighted.conv(
                      step,
                      PadWeights.conv(in, p),
                      new PadWeights(step.output(), in, p.outChannels()));
                },
                (Flatten f) -> flatten(step),
                (Dropout d) -> {
                  throw new IllegalStateException("dropout in a fused graph");
                }));
  }

  private Buffer relu(Step step) {
    Buffer x = values.of(step.input());
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

  private Buffer pool(Step step, algorithm kind, Pool pool) {
    return pool(
        step,
        kind,
        type,
        new long[] {pool.kernel(), pool.kernel()},
        new long[] {pool.stride(), pool.stride()},
        new long[] {pool.padding(), pool.padding()});
  }

  private Buffer pool(
      Step step,
      algorithm kind,
      memory.data_type in,
      long[] kernel,
      long[] stride,
      long[] padding) {
    Buffer x = values.as(in, step.input());
    Buffer y = tape.buffer(values.nhwc(in, values.shapeOf(step.output())));
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
    Shape in = values.shapeOf(step.input());
    long[] all = {in.height(), in.width()};
    return pool(
        step, algorithm.pooling_avg_exclude_padding, OneDnn.F32, all, all, new long[] {0, 0});
  }

  private Buffer add(Step step) {
    Buffer a = values.of(step.input());
    Buffer b = values.of(requireNonNull(step.second()));
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
    Shape in = values.shapeOf(step.input());
    Buffer plain = values.in(OneDnn.nchw(OneDnn.F32, values.batchSize, in), step.input());
    return tape.view(plain, OneDnn.nhwc(OneDnn.F32, values.batchSize, in.size(), 1, 1));
  }
}
