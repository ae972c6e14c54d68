package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A platform for which there is no oneDNN library. */
@ExtendWith(SmallRun.Resolver.class)
class NoNativesTest {
  @TempDir private Path folder;

  private Processes.Ended residua(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Processes.residua(
            List.of("-Dorg.bytedeco.javacpp.platform=plan9-mips"), List.of(arguments));
    return Processes.run(folder, Map.of(), command);
  }

  @Test
  void plainJavaComputesAndOneLineSaysSo(SmallRun small) throws IOException, InterruptedException {
    String picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg").toString();
    Processes.Ended ended = residua("predict", small.run().toString(), picture);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).hasLineCount(1).startsWith(picture);
    assertThat(ended.err())
        .containsOnlyOnce("warning: oneDNN cannot compute here: no library for this platform")
        .contains("plain Java fp32");
  }

  @Test
  void oneDnnCannotBeAskedFor(SmallRun small) throws IOException, InterruptedException {
    Processes.Ended ended = residua("predict", small.run().toString(), "a.jpg", "--device=cpu");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .hasLineCount(1)
        .contains("oneDNN cannot compute here: no library for this platform", "--device=java");
  }
}
