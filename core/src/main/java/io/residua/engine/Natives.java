package io.residua.engine;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/** Whether oneDNN's libraries load here, and what the processor has. */
public final class Natives {
  private Natives() {}

  /** Whether oneDNN can compute on this machine. The first call loads its libraries. */
  public static boolean available() {
    return Loaded.OK;
  }

  /** For instance {@code linux-x86_64}. */
  public static String platform() {
    return (System.getProperty("os.name") + "-" + System.getProperty("os.arch"))
        .toLowerCase(java.util.Locale.ROOT)
        .replace(' ', '_');
  }

  /** Whether the processor multiplies bf16 natively (AVX-512 BF16, AMX, or Arm's BF16). */
  static boolean computesBf16() {
    if (!available()) {
      return false;
    }
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    int bf16 = dnnl.dnnl_cpu_isa_avx512_core_bf16;
    return (isa & bf16) == bf16 && isa != dnnl.dnnl_cpu_isa_default;
  }

  /** The narrowest precision that needs no calibration and that the processor computes natively. */
  static Precision widePrecision() {
    return computesBf16() ? Precision.BF16 : Precision.FP32;
  }

  /**
   * The largest integer that 8-bit weights may use. x86 processors without VNNI add the products of
   * two unsigned activations and signed weights in 16 bits, which saturate: 2·255·64 still fits.
   * Where activations are signed oneDNN itself makes room (its guide "Nuances of int8
   * computations").
   */
  static int largestInt8Weight(boolean signedActivations) {
    int isa = dnnl.dnnl_get_effective_cpu_isa();
    boolean exact =
        isa == dnnl.dnnl_cpu_isa_default // not x86
            || hasAll(isa, dnnl.dnnl_cpu_isa_avx512_core_vnni)
            || hasAll(isa, dnnl.dnnl_cpu_isa_avx2_vnni);
    return exact || signedActivations ? 127 : 64;
  }

  private static boolean hasAll(int isa, int features) {
    return (isa & features) == features;
  }

  /** oneDNN's handle of the processor, one for the process. */
  static engine cpu() {
    return Cpu.ENGINE;
  }

  private static final class Loaded {
    static final boolean OK = load();

    private static boolean load() {
      // Native buffers are oneDNN's, not the Java heap's: JavaCPP's own limits, derived from the
      // heap, do not apply to them.
      if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
      }
      try {
        Loader.load(dnnl.class);
        return true;
      } catch (LinkageError e) {
        return false;
      }
    }
  }

  private static final class Cpu {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
  }
}
