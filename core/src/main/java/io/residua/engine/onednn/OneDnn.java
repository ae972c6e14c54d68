package io.residua.engine.onednn;

import io.residua.engine.Precision;
import io.residua.engine.internal.Quantization.Scale;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Shape;
import java.nio.FloatBuffer;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Descriptions and filled memory in oneDNN's terms. */
final class OneDnn {
  static final memory.data_type F32 = memory.data_type.f32;

  private OneDnn() {}

  static memory.data_type type(Precision precision) {
    return precision == Precision.BF16 ? memory.data_type.bf16 : F32;
  }

  static memory.data_type type(Scale scale) {
    return scale.signed() ? memory.data_type.s8 : memory.data_type.u8;
  }

  /** An activation {@code N×C×H×W}, channels innermost in memory. */
  static memory.desc nhwc(memory.data_type type, long n, long c, long h, long w) {
    return new memory.desc(new long[] {n, c, h, w}, type, memory.format_tag.nhwc);
  }

  /** An activation {@code N×C×H×W}, width innermost in memory. */
  static memory.desc nchw(memory.data_type type, long n, long c, long h, long w) {
    return new memory.desc(new long[] {n, c, h, w}, type, memory.format_tag.nchw);
  }

  static memory.desc nhwc(memory.data_type type, int n, Shape shape) {
    return nhwc(type, n, shape.channels(), shape.height(), shape.width());
  }

  static memory.desc nchw(memory.data_type type, int n, Shape shape) {
    return nchw(type, n, shape.channels(), shape.height(), shape.width());
  }

  static memory.desc vector(long n) {
    return new memory.desc(new long[] {n}, F32, memory.format_tag.a);
  }

  static memory.desc matrix(memory.data_type type, long rows, long columns) {
    return new memory.desc(new long[] {rows, columns}, type, memory.format_tag.ab);
  }

  /** In whatever layout the primitive prefers. */
  static memory.desc any(memory.data_type type, long... dims) {
    memory.format_tag tag = memory.format_tag.any;
    return new memory.desc(dims, type, tag);
  }

  /** The description of what is not there, such as a bias. */
  static memory.desc none() {
    return new memory.desc();
  }

  /**
   * Weights of a convolution; five dimensions where there are groups.
   *
   * @param packed in whatever layout the primitive prefers, else as files hold them
   */
  static memory.desc convWeights(memory.data_type type, boolean packed, Conv conv) {
    long groups = conv.groups();
    long out = conv.outChannels();
    long in = conv.inChannels() / groups;
    long kernel = conv.kernel();
    if (groups == 1) {
      long[] oihw = {out, in, kernel, kernel};
      return new memory.desc(oihw, type, packed ? memory.format_tag.any : memory.format_tag.oihw);
    }
    long[] goihw = {groups, out / groups, in, kernel, kernel};
    return new memory.desc(goihw, type, packed ? memory.format_tag.any : memory.format_tag.goihw);
  }

  static memory bytes(long count) {
    return new memory(
        new memory.desc(new long[] {Math.max(1, count)}, memory.data_type.u8, memory.format_tag.a),
        Natives.cpu());
  }

  /** New memory holding the given floats. */
  static memory filled(memory.desc desc, FloatBuffer values) {
    memory m = new memory(desc, Natives.cpu());
    floats(m).put(values);
    return m;
  }

  static memory filled(memory.desc desc, float[] values) {
    return filled(desc, FloatBuffer.wrap(values));
  }

  /** New memory, all zeros. */
  static memory zeros(memory.desc desc) {
    memory m = new memory(desc, Natives.cpu());
    Pointer.memset(m.get_data_handle(), 0, desc.get_size());
    return m;
  }

  /** The given floats, brought into the layout and type of {@code to}. */
  static memory packed(memory.desc from, FloatBuffer values, memory.desc to) {
    memory plain = filled(from, values);
    memory packed = new memory(to, Natives.cpu());
    try (stream s = new stream(Natives.cpu());
        reorder r = new reorder(plain, packed)) {
      r.execute(s, plain, packed);
      s._wait();
    } finally {
      plain.close();
    }
    return packed;
  }

  /** A view of 32-bit memory. */
  static FloatBuffer floats(memory m) {
    return floats(m.get_data_handle(), m.get_desc().get_size() / Float.BYTES);
  }

  static FloatBuffer floats(Pointer data, long count) {
    return new FloatPointer(data).capacity(count).asBuffer();
  }
}
