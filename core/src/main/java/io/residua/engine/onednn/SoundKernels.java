package io.residua.engine.onednn;

import io.residua.nn.internal.Layer.Conv;
import org.bytedeco.dnnl.convolution_backward_weights;

/** Passes over kernels of oneDNN that are known to compute wrongly. */
final class SoundKernels {
  private static final int AVX2_FLOATS = 8;
  private static final int AVX512_FLOATS = 16;

  private SoundKernels() {}

  /**
   * The first sound kernel for a weight gradient. The 1x1 kernels gather what a stride leaves of
   * the picture in scratch memory; where the picture has fewer channels than a vector has floats,
   * they write past their part of it, into what another thread gathers or what lies behind
   * (uxlfoundation/oneDNN #6035, in 3.11 to 3.13). The next kernel is as good for shapes that
   * narrow.
   */
  static convolution_backward_weights.primitive_desc of(
      convolution_backward_weights.primitive_desc description, Conv conv) {
    while (writesPastScratch(description.impl_info_str().getString(), conv)) {
      if (!description.next_impl()) {
        throw new IllegalStateException("oneDNN has no sound kernel for " + conv);
      }
    }
    return description;
  }

  private static boolean writesPastScratch(String kernel, Conv conv) {
    int vector = kernel.contains("avx512") ? AVX512_FLOATS : AVX2_FLOATS;
    return kernel.startsWith("jit_1x1:") && conv.stride() > 1 && conv.inChannels() < vector;
  }
}
