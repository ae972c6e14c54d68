package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.engine.Compute;
import io.residua.engine.onednn.Natives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform without oneDNN's libraries: plain Java computes and says so, or nothing does. */
class PlainJavaInsteadTest {
  @TempDir private Path folder;

  /** Asks for the best there is twice, then for oneDNN. */
  static final class Computes {
    private Computes() {}

    public static void main(String[] arguments) {
      System.out.println(Compute.auto().device());
      System.out.println(Compute.auto().describe());
      try {
        System.out.println(Compute.oneDnn());
      } catch (NativesException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void plainJavaIsAWarningOnceAndOneDnnCanBeDemanded() throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.platform=plan9-mips",
                "-cp",
                System.getProperty("java.class.path"),
                Computes.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    String reason =
        "oneDNN cannot compute here: no library for this platform (%s) on the class path; "
            .formatted(Natives.platform());
    assertThat(Files.readString(err))
        .containsOnlyOnce("WARNING: " + reason + "the plain Java executor computes, slowly");
    assertThat(Files.readAllLines(out))
        .hasSize(3)
        .startsWith("JAVA")
        .endsWith(reason + "the plain Java executor can");
    assertThat(Files.readAllLines(out).get(1)).startsWith("plain Java fp32");
  }
}
