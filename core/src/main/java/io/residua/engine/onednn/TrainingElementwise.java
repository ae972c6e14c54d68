package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** The small layers of a training session: ReLU, residual sum, flatten. */
final class TrainingElementwise {
  private TrainingElementwise() {}

  /** ReLU, whose gradient follows from its output. */
  private static Map<Integer, eltwise_forward.primitive_desc> relu(TrainingTape t, Buffer y) {
    return t.lanes.bySize(
        count -> {
          memory.desc pictures = TrainingLanes.pictures(y.desc, count);
          return t.tape.own(
              new eltwise_forward.primitive_desc(
                  Natives.cpu(),
                  prop_kind.forward_training,
                  algorithm.eltwise_relu_use_dst_for_bwd,
                  pictures,
                  pictures,
                  0f,
                  0f,
                  t.deterministic(),
                  false));
        });
  }

  private static void reluBackward(
      TrainingTape t,
      Buffer y,
      Map<Integer, eltwise_forward.primitive_desc> forward,
      Buffer dy,
      Buffer dx) {
    Map<Integer, eltwise_backward.primitive_desc> pds =
        t.lanes.bySize(
            count -> {
              memory.desc pictures = TrainingLanes.pictures(y.desc, count);
              return new eltwise_backward.primitive_desc(
                  Natives.cpu(),
                  algorithm.eltwise_relu_use_dst_for_bwd,
                  pictures,
                  pictures,
                  pictures,
                  0f,
                  0f,
                  requireNonNull(forward.get(count)),
                  t.deterministic(),
                  false);
            });
    t.lanes.op(
        Phase.BACKWARD,
        pds,
        eltwise_backward::new,
        lane ->
            List.of(
                DNNL_ARG_DST,
                t.lanes.part(y, lane),
                DNNL_ARG_DIFF_DST,
                t.lanes.part(dy, lane),
                DNNL_ARG_DIFF_SRC,
                t.lanes.part(dx, lane)));
  }

  /** max(x, 0) by itself. */
  static final class Relu implements TrainingLayer {
    private final TrainingTape t;
    private final String name;
    private final String input;
    private final Buffer y;
    private final Map<Integer, eltwise_forward.primitive_desc> forward;

    Relu(TrainingTape t, String name, String input) {
      this.t = t;
      this.name = name;
      this.input = input;
      Buffer x = t.value(input);
      y = t.tape.buffer(x.desc);
      forward = relu(t, y);
      t.lanes.op(
          Phase.FORWARD,
          forward,
          eltwise_forward::new,
          lane ->
              List.of(DNNL_ARG_SRC, t.lanes.part(x, lane), DNNL_ARG_DST, t.lanes.part(y, lane)));
      t.put(name, y);
    }

    @Override
    public String output() {
      return name;
    }

    @Override
    public void backward() {
      if (t.needsGradient(input)) {
        Buffer dy = t.gradient(name, y.desc.get_data_type());
        t.contribute(input, y.desc.get_data_type(), dx -> reluBackward(t, y, forward, dy, dx));
      }
    }
  }

  /** The residual sum, with the ReLU that follows it. */
  static final class Add implements TrainingLayer {
    private final TrainingTape t;
    private final String output;
    private final String first;
    private final String second;
    private final boolean relu;
    private final Buffer y;

    Add(TrainingTape t, String first, String second, String output, boolean relu) {
      this.t = t;
      this.output = output;
      this.first = first;
      this.second = second;
      this.relu = relu;
      Buffer a = t.value(first);
      Buffer b = t.value(second, a.desc.get_data_type());
      y = t.tape.buffer(a.desc);
      primitive_attr attributes = t.deterministic();
      if (relu) {
        post_ops post = t.tape.own(new post_ops());
        post.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
        attributes.set_post_ops(post);
      }
      t.binary(Phase.FORWARD, algorithm.binary_add, a, b, y, attributes);
      t.put(output, y);
    }

    @Override
    public String output() {
      return output;
    }

    @Override
    public void backward() {
      Buffer dy = t.gradient(output, y.desc.get_data_type());
      Buffer dSum = dy;
      if (relu) {
        dSum = t.tape.buffer(y.desc);
        reluBackward(t, y, relu(t, y), dy, dSum);
      }
      for (String summand : new String[] {first, second}) {
        if (t.needsGradient(summand)) {
          t.share(summand, dSum);
        }
      }
    }
  }

  /** {@code C×H×W} to a 32-bit vector in that order. */
  static final class Flatten implements TrainingLayer {
    private final TrainingTape t;
    private final String name;
    private final String input;

    Flatten(TrainingTape t, String name, String input) {
      this.t = t;
      this.name = name;
      this.input = input;
      Buffer plain =
          t.converted(
              Phase.FORWARD, t.value(input), OneDnn.nchw(OneDnn.F32, t.batchSize, t.shape(input)));
      t.put(name, t.tape.view(plain, t.nhwc(OneDnn.F32, name)));
    }

    @Override
    public String output() {
      return name;
    }

    @Override
    public void backward() {
      if (t.needsGradient(input)) {
        Buffer dy =
            t.tape.view(
                t.gradient(name, OneDnn.F32), OneDnn.nchw(OneDnn.F32, t.batchSize, t.shape(input)));
        t.contribute(
            input, t.value(input).desc.get_data_type(), dx -> t.reorder(Phase.BACKWARD, dy, dx));
      }
    }
  }
}
