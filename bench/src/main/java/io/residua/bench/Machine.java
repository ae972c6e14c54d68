package io.residua.bench;

import io.residua.internal.Text;
import java.util.List;
import java.util.stream.Collectors;

/** Where it was measured. */
public record Machine(
    String processor, List<String> features, int processors, double memoryGb, String system) {
  private static final List<String> OF_INTEREST =
      List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "amx_int8");

  public static Machine here() {
    List<String> flags = List.of(ProcFiles.processor("flags").split(" "));
    return new Machine(
        Text.of(
            "%s, family %s, model %s",
            ProcFiles.processor("model name"),
            ProcFiles.processor("cpu family"),
            ProcFiles.processor("model\t")),
        OF_INTEREST.stream().filter(flags::contains).collect(Collectors.toList()),
        Runtime.getRuntime().availableProcessors(),
        ProcFiles.totalMemoryBytes() / 1e9,
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
  }

  boolean amx() {
    return features.contains("amx_bf16");
  }
}
