package io.residua.bench;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.residua.internal.Text;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;

/**
 * The most that can be had: the convolutions of a network alone, each in whichever layout of its
 * activations is faster, with nothing between them. Training adds both gradients of each.
 */
public final class ConvolutionPeak implements Turns.Contestant {
  private static final int FILLING = 0x3c; // about 0.01 in fp32 and bf16, 60 in 8 bits
  private static final long TRIAL_NANOS = 100_000_000;

  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final stream queue = new stream(cpu);
  private final data_type type;
  private final data_type weightType;
  private final List<Object> kept = new ArrayList<>(); // native memory that calls still use

  private ConvolutionPeak(String precision) {
    type =
        switch (precision) {
          case "fp32" -> data_type.f32;
          case "bf16" -> data_type.bf16;
          case "int8" -> data_type.u8;
          default -> throw new IllegalArgumentException("no precision " + precision);
        };
    weightType = precision.equals("int8") ? data_type.s8 : type;
  }

  /** Argument: {@code fp32}, {@code bf16} or {@code int8}. */
  public static void main(String[] args) throws IOException {
    dnnl_version_t version = dnnl.dnnl_version();
    Turns.serve(
        Text.of("oneDNN %d.%d.%d", version.major(), version.minor(), version.patch()),
        new ConvolutionPeak(args[0]));
  }

  /** A convolution with its input; equal ones are measured once and counted. */
  private record Sized(Conv conv, Shape in, Shape out) {}

  /** A primitive with its arguments, and how often the network has it. */
  private record Call(primitive kernel, IntMemoryMap arguments, int times) {}

  @Override
  public Turns.Work open(Case what) {
    if (what.task().trains() && weightType == data_type.s8) {
      throw new IllegalArgumentException("no training in int8");
    }
    Network network = Networks.named(what.network());
    Shapes shapes = network.shapes(what.picture());
    Map<Sized, Integer> counts = new LinkedHashMap<>();
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Conv conv) {
        Sized sized = new Sized(conv, shapes.of(node.inputs().get(0)), shapes.of(node.name()));
        counts.merge(sized, 1, Integer::sum);
      }
    }
    Buffers buffers = new Buffers();
    List<Call> calls = new ArrayList<>();
    counts.forEach(
        (sized, times) -> {
          calls.add(faster(tag -> forward(what, sized, times, tag, buffers)));
          if (what.task() == Case.Task.TRAIN) {
            calls.add(faster(tag -> backwardWeights(what, sized, times, tag, buffers)));
            if (!sized.in().equals(what.picture())) {
              calls.add(faster(tag -> backwardData(what, sized, times, tag, buffers)));
            }
          }
        });
    return () -> {
      calls.forEach(this::run);
      return what.batch();
    };
  }

  private void run(Call call) {
    for (int i = 0; i < call.times(); i++) {
      call.kernel().execute(queue, call.arguments());
    }
    queue._wait();
  }

  private Call faster(Function<format_tag, Call> make) {
    Call free = make.apply(format_tag.any);
    Call channelsLast = make.apply(format_tag.nhwc);
    return nanos(free) < nanos(channelsLast) ? free : channelsLast;
  }

  private double nanos(Call call) {
    run(call);
    long start = System.nanoTime();
    int runs = 0;
    do {
      run(call);
      runs++;
    } while (System.nanoTime() - start < TRIAL_NANOS);
    return (double) (System.nanoTime() - start) / runs;
  }

  private Call forward(Case what, Sized sized, int times, format_tag tag, Buffers buffers) {
    primitive_attr attributes = keep(new primitive_attr());
    boolean quantised = weightType == data_type.s8;
    if (quantised) {
      attributes.set_scales_mask(DNNL_ARG_SRC, 0);
      attributes.set_scales_mask(DNNL_ARG_WEIGHTS, 1);
      attributes.set_scales_mask(DNNL_ARG_DST, 0);
    }
    if (!what.task().trains()) {
      post_ops after = keep(new post_ops());
      after.append_eltwise(dnnl.algorithm.eltwise_relu, 0f, 0f);
      attributes.set_post_ops(after);
    }
    convolution_forward.primitive_desc desc = forwardDesc(what, sized, tag, attributes);
    IntMemoryMap arguments = keep(new IntMemoryMap());
    arguments.put(DNNL_ARG_SRC, buffers.of("src", desc.src_desc()));
    arguments.put(DNNL_ARG_WEIGHTS, buffers.of("weights", desc.weights_desc()));
    arguments.put(DNNL_ARG_DST, buffers.of("dst", desc.dst_desc()));
    if (quantised) {
      memory one = buffers.of("scale", vector(1));
      arguments.put(DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC, one);
      arguments.put(DNNL_ARG_ATTR_SCALES | DNNL_ARG_DST, one);
      arguments.put(
          DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS,
          buffers.of("scales", vector(sized.conv().outChannels())));
    }
    return new Call(keep(new convolution_forward(desc)), arguments, times);
  }

  private Call backwardData(Case what, Sized sized, int times, format_tag tag, Buffers buffers) {
    long[] strides = strides(sized);
    long[] padding = padding(sized);
    convolution_backward_data.primitive_desc desc =
        keep(
            new convolution_backward_data.primitive_desc(
                cpu,
                dnnl.algorithm.convolution_direct,
                activation(what, sized.in(), tag),
                weights(sized),
                activation(what, sized.out(), tag),
                strides,
                padding,
                padding,
                forwardDesc(what, sized, tag, keep(new primitive_attr()))));
    IntMemoryMap arguments = keep(new IntMemoryMap());
    arguments.put(DNNL_ARG_DIFF_SRC, buffers.of("src", desc.diff_src_desc()));
    arguments.put(DNNL_ARG_WEIGHTS, buffers.of("weights", desc.weights_desc()));
    arguments.put(DNNL_ARG_DIFF_DST, buffers.of("dst", desc.diff_dst_desc()));
    return new Call(keep(new convolution_backward_data(desc)), arguments, times);
  }

  private Call backwardWeights(Case what, Sized sized, int times, format_tag tag, Buffers buffers) {
    long[] strides = strides(sized);
    long[] padding = padding(sized);
    memory.desc gradient = keep(new memory.desc(oihw(sized), data_type.f32, format_tag.any));
    convolution_backward_weights.primitive_desc desc =
        keep(
            new convolution_backward_weights.primitive_desc(
                cpu,
                dnnl.algorithm.convolution_direct,
                activation(what, sized.in(), tag),
                gradient,
                activation(what, sized.out(), tag),
                strides,
                padding,
                padding,
                forwardDesc(what, sized, tag, keep(new primitive_attr()))));
    IntMemoryMap arguments = keep(new IntMemoryMap());
    arguments.put(DNNL_ARG_SRC, buffers.of("src", desc.src_desc()));
    arguments.put(DNNL_ARG_DIFF_WEIGHTS, buffers.of("gradient", desc.diff_weights_desc()));
    arguments.put(DNNL_ARG_DIFF_DST, buffers.of("dst", desc.diff_dst_desc()));
    return new Call(keep(new convolution_backward_weights(desc)), arguments, times);
  }

  private convolution_forward.primitive_desc forwardDesc(
      Case what, Sized sized, format_tag tag, primitive_attr attributes) {
    long[] strides = strides(sized);
    long[] padding = padding(sized);
    return keep(
        new convolution_forward.primitive_desc(
            cpu,
            what.task().trains()
                ? dnnl.prop_kind.forward_training
                : dnnl.prop_kind.forward_inference,
            dnnl.algorithm.convolution_direct,
            activation(what, sized.in(), tag),
            weights(sized),
            activation(what, sized.out(), tag),
            strides,
            padding,
            padding,
            attributes,
            false));
  }

  private static long[] strides(Sized sized) {
    return new long[] {sized.conv().stride(), sized.conv().stride()};
  }

  private static long[] padding(Sized sized) {
    return new long[] {sized.conv().padding(), sized.conv().padding()};
  }

  private memory.desc activation(Case what, Shape shape, format_tag tag) {
    long[] dims = {what.batch(), shape.channels(), shape.height(), shape.width()};
    return keep(new memory.desc(dims, type, tag));
  }

  private memory.desc weights(Sized sized) {
    return keep(new memory.desc(oihw(sized), weightType, format_tag.any));
  }

  private static long[] oihw(Sized sized) {
    Conv c = sized.conv();
    return new long[] {c.outChannels(), c.inChannels(), c.kernel(), c.kernel()};
  }

  private memory.desc vector(long count) {
    return keep(new memory.desc(new long[] {count}, data_type.f32, format_tag.a));
  }

  private <T> T keep(T object) {
    kept.add(object);
    return object;
  }

  /** Memory by role, shared by all convolutions and as large as the largest needs. */
  private final class Buffers {
    private final Map<String, memory> largest = new LinkedHashMap<>();
    private final Map<String, List<memory>> users = new LinkedHashMap<>();

    memory of(String role, memory.desc desc) {
      memory buffer = largest.get(role);
      if (buffer == null || buffer.get_desc().get_size() < desc.get_size()) {
        long[] bytes = {desc.get_size()};
        buffer = keep(new memory(keep(new memory.desc(bytes, data_type.u8, format_tag.a)), cpu));
        Pointer.memset(buffer.get_data_handle(), FILLING, bytes[0]);
        largest.put(role, buffer);
        for (memory user : users.getOrDefault(role, List.of())) {
          user.set_data_handle(buffer.get_data_handle());
        }
      }
      memory view = keep(new memory(keep(new memory.desc(desc)), cpu, buffer.get_data_handle()));
      users.computeIfAbsent(role, r -> new ArrayList<>()).add(view);
      return view;
    }
  }
}
