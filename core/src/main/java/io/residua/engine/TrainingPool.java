package io.residua.engine;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import io.residua.engine.OneDnnTape.Buffer;
import io.residua.engine.OneDnnTape.Phase;
import io.residua.nn.Layer;
import io.residua.nn.Layer.AvgPool;
import io.residua.nn.Layer.MaxPool;
import io.residua.nn.Shape;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.jspecify.annotations.Nullable;

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
  private final pooling_forward.primitive_desc forward;
  private final @Nullable Buffer workspace;
  private final memory.desc xDesc;

  TrainingPool(TrainingTape t, String name, Layer layer, String input) {
    this.t = t;
    this.name = name;
    this.input = input;
    if (layer instanceof MaxPool p) {
      kind = algorithm.pooling_max;
      type = t.type;
      kernel = square(p.kernel());
      stride = square(p.stride());
      padding = square(p.padding());
    } else if (layer instanceof AvgPool p) {
      kind = algorithm.pooling_avg_include_padding;
      type = t.type;
      kernel = square(p.kernel());
      stride = square(p.stride());
      padding = square(p.padding());
    } else {
      Shape in = t.shape(input);
      kind = algorithm.pooling_avg_exclude_padding;
      type = OneDnn.F32; // features and all that follows are 32-bit
      kernel = new long[] {in.height(), in.width()};
      stride = kernel;
      padding = square(0);
    }
    Buffer x = t.value(input, type);
    xDesc = x.desc;
    Buffer y = t.tape.buffer(t.nhwc(type, name));
    forward =
        new pooling_forward.primitive_desc(
            Natives.cpu(),
            prop_kind.forward_training,
            kind,
            x.desc,
            y.desc,
            stride,
            kernel,
            UNDILATED,
            padding,
            padding,
            t.deterministic(),
            false);
    workspace = kind == algorithm.pooling_max ? t.tape.buffer(forward.workspace_desc()) : null;
    if (workspace != null) {
      t.tape.op(
          Phase.FORWARD,
          new pooling_forward(forward),
          forward,
          DNNL_ARG_SRC,
          x,
          DNNL_ARG_DST,
          y,
          DNNL_ARG_WORKSPACE,
          workspace);
    } else {
      t.tape.op(
          Phase.FORWARD, new pooling_forward(forward), forward, DNNL_ARG_SRC, x, DNNL_ARG_DST, y);
    }
    t.put(name, y);
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
    pooling_backward.primitive_desc pd =
        new pooling_backward.primitive_desc(
            Natives.cpu(),
            kind,
            xDesc,
            dy.desc,
            stride,
            kernel,
            UNDILATED,
            padding,
            padding,
            forward,
            t.deterministic(),
            false);
    t.contribute(
        input,
        type,
        dx -> {
          if (workspace != null) {
            t.tape.op(
                Phase.BACKWARD,
                new pooling_backward(pd),
                pd,
                DNNL_ARG_DIFF_DST,
                dy,
                DNNL_ARG_DIFF_SRC,
                dx,
                DNNL_ARG_WORKSPACE,
                workspace);
          } else {
            t.tape.op(
                Phase.BACKWARD,
                new pooling_backward(pd),
                pd,
                DNNL_ARG_DIFF_DST,
                dy,
                DNNL_ARG_DIFF_SRC,
                dx);
          }
        });
  }
}
