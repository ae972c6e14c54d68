package io.residua.engine.onednn;

import io.residua.ResiduaException;
import io.residua.engine.Precision;
import io.residua.engine.internal.NativesException;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.Loader;

/** Whether oneDNN's libraries load here, and what the processor has. */
public final class Natives {
  private Natives() {}

  /** Whether oneDNN can compute on this machine. The first call loads its libraries. */
  public static boolean available() {
    return Loaded.PROBLEM.isEmpty();
  }

  /** Why oneDNN cannot compute on this machine, in words; empty where it can. */
  public static Optional<String> problem() {
    return Loaded.PROBLEM;
  }

  /**
   * Makes sure that oneDNN computes here in the given type.
   *
   * @param training whether gradients are computed too
   * @throws NativesException with one line that says why it does not and what would
   */
  static void require(Precision precision, boolean training) {
    problem()
        .ifPresent(
            reason -> {
              throw ResiduaException.about(
                  "device=java",
                  new NativesException(
                      Text.of(
                          "oneDNN cannot compute here: %s; the plain Java executor can", reason)));
            });
    if (!computes(precision, training)) {
      throw ResiduaException.about(
          "precision=fp32",
          new NativesException(
              Text.of(
                  "this processor does not %s in bf16, which needs AVX-512: use fp32",
                  training ? "train" : "compute")));
    }
  }

  /** For instance {@code linux-x86_64}. */
  public static String platform() {
    return (System.getProperty("os.name") + "-" + System.getProperty("os.arch"))
        .toLowerCase(Locale.ROOT)
        .replace(' ', '_');
  }

  /** Whether oneDNN, where it loads, has kernels of that type for this processor. */
  public static boolean computes(Precision precision, boolean training) {
    return precision != Precision.BF16 || (training ? Bf16.TRAINING : Bf16.INFERENCE);
  }

  /** Whether the processor multiplies bf16 natively (AVX-512 BF16 or AMX). */
  static boolean computesBf16() {
    if (!available()) {
      return false;
    }
    int isa = instructionSet();
    int bf16 = dnnl.dnnl_cpu_isa_avx512_core_bf16;
    return (isa & bf16) == bf16 && isa != dnnl.dnnl_cpu_isa_default;
  }

  /** The narrowest precision that needs no calibration and that the processor computes natively. */
  public static Precision widePrecision() {
    return computesBf16() ? Precision.BF16 : Precision.FP32;
  }

  /**
   * The largest integer that 8-bit weights may use. x86 processors without VNNI add the products of
   * two unsigned activations and signed weights in 16 bits, which saturate: 2·255·64 still fits.
   * Where activations are signed oneDNN itself makes room (its guide "Nuances of int8
   * computations").
   */
  static int largestInt8Weight(boolean signedActivations) {
    int isa = instructionSet();
    boolean exact =
        isa == dnnl.dnnl_cpu_isa_default // not x86
            || hasAll(isa, dnnl.dnnl_cpu_isa_avx512_core_vnni)
            || hasAll(isa, dnnl.dnnl_cpu_isa_avx2_vnni);
    return exact || signedActivations ? 127 : 64;
  }

  /** As oneDNN numbers them; loads its libraries. */
  static int instructionSet() {
    return available() ? dnnl.dnnl_get_effective_cpu_isa() : dnnl.dnnl_cpu_isa_default;
  }

  private static boolean hasAll(int isa, int features) {
    return (isa & features) == features;
  }

  /** oneDNN's handle of the processor, one for the process. */
  static engine cpu() {
    return Cpu.ENGINE;
  }

  private static Optional<String> load() {
    // Native buffers are oneDNN's, not the Java heap's: JavaCPP's own limits, derived from the
    // heap, do not apply to them.
    if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
      System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
    try {
      NativesFolder.use();
      Loader.load(dnnl.class);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no folder to unpack its libraries to: " + IoReasons.of(e));
    } catch (LinkageError e) {
      return Optional.of(reason(e));
    }
  }

  private static String reason(LinkageError failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String message = String.valueOf(first.getMessage()).lines().findFirst().orElse("");
    return first instanceof UnsatisfiedLinkError && message.matches("(no jni|Platform ).*")
        ? Text.of("no library for this platform (%s) on the class path", platform())
        : Text.of("its libraries do not load (%s)", message.isEmpty() ? first : message);
  }

  private static final class Loaded {
    static final Optional<String> PROBLEM = Uninterrupted.call(Natives::load);
  }

  /** What oneDNN has kernels for, which is more than what is fast. */
  private static final class Bf16 {
    static final boolean INFERENCE = has(false);
    static final boolean TRAINING = has(true);

    private static boolean has(boolean training) {
      memory.data_type bf16 = memory.data_type.bf16;
      long[] one = {1, 1};
      try (memory.desc values = OneDnn.nhwc(bf16, 1, 16, 8, 8);
          memory.desc weights = OneDnn.any(bf16, 16, 16, 3, 3);
          memory.desc gradient = OneDnn.any(OneDnn.F32, 16, 16, 3, 3);
          memory.desc none = OneDnn.none();
          primitive_attr attributes = new primitive_attr();
          convolution_forward.primitive_desc forward =
              new convolution_forward.primitive_desc(
                  cpu(),
                  training ? prop_kind.forward_training : prop_kind.forward_inference,
                  algorithm.convolution_direct,
                  values,
                  weights,
                  none,
                  values,
                  one,
                  one,
                  one,
                  attributes,
                  true)) {
        if (forward.get(true) == null || !training) {
          return forward.get(true) != null;
        }
        try (convolution_backward_weights.primitive_desc backward =
            new convolution_backward_weights.primitive_desc(
                cpu(),
                algorithm.convolution_direct,
                values,
                gradient,
                none,
                values,
                one,
                one,
                one,
                forward,
                attributes,
                true)) {
          return backward.get(true) != null;
        }
      }
    }
  }

  private static final class Cpu {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
  }
}
