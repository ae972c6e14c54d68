package io.residua.export.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.residua.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fetch of ONNX Runtime, with shell scripts in place of mvn. */
class OnnxRuntimeJarTest {
  private static final String COPY =
      "for a; do case $a in -DoutputDirectory=*) to=${a#*=};; esac; done\n";

  @TempDir Path folder;

  @BeforeEach
  void needsAShell() {
    assumeThat(File.separatorChar).as("the stand-in for mvn is a shell script").isEqualTo('/');
  }

  private static Path real() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(entry -> entry.contains("onnxruntime"))
        .map(Path::of)
        .findFirst()
        .orElseThrow();
  }

  private OnnxRuntimeJar with(String script) throws IOException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path mvn = programs.resolve("mvn");
    Files.writeString(mvn, "#!/bin/sh\n" + script);
    assertThat(mvn.toFile().setExecutable(true)).isTrue();
    return new OnnxRuntimeJar(folder.resolve("lib"), programs.toString(), Duration.ofSeconds(20));
  }

  private void leavesNothing() throws IOException {
    if (Files.exists(folder.resolve("lib"))) {
      try (Stream<Path> files = Files.list(folder.resolve("lib"))) {
        assertThat(files.map(f -> f.getFileName().toString())).containsOnly(".onnxruntime.lock");
      }
    }
  }

  @Test
  void callersAtOnceFetchItOnce() throws Exception {
    OnnxRuntimeJar jar =
        with(COPY + "echo once >>'%s/asked'\n/bin/cp '%s' \"$to\"\n".formatted(folder, real()));
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Callable<Path> get = () -> jar.get(Progress.NONE, false);
      for (Future<Path> each : threads.invokeAll(List.of(get, get, get))) {
        assertThat(each.get()).hasSameBinaryContentAs(real());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(folder.resolve("asked")).hasContent("once");
    assertThat(jar.get(Progress.NONE, true)).exists();
  }

  @Test
  void anotherFileUnderItsNameIsNotTaken() throws IOException {
    String name = real().getFileName().toString();
    OnnxRuntimeJar jar = with(COPY + "echo wrong >\"$to/%s\"\n".formatted(name));
    assertThatThrownBy(() -> jar.get(Progress.NONE, false))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("mvn gave a " + name + " with SHA-256 ")
        .hasMessageContaining("which was removed; to go on without it, put " + name);
    leavesNothing();
    Files.writeString(folder.resolve("lib").resolve(name), "placed by hand");
    assertThatThrownBy(() -> jar.get(Progress.NONE, true))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining(name + ": it is not ONNX Runtime's jar, or damaged");
  }

  @Test
  void whyMavenFailedIsSaidInOneLine() throws IOException {
    OnnxRuntimeJar jar =
        with(
            "echo '[ERROR] Failed to execute goal a:b:1:copy (default-cli) on project standalone-pom:"
                + " Unable to find artifact'\necho '[ERROR] more'\nexit 1\n");
    assertThatThrownBy(() -> jar.get(Progress.NONE, false))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining(
            "needs: mvn failed (Unable to find artifact); to go on without it, put")
        .hasMessageEndingWith("in " + folder.resolve("lib"))
        .hasMessageNotContaining("\n");
    leavesNothing();
  }

  @Test
  void withoutMavenOrNetworkItSaysWhatToPutWhere() throws IOException {
    OnnxRuntimeJar without =
        new OnnxRuntimeJar(folder.resolve("lib"), "/nowhere", Duration.ofSeconds(1));
    assertThatThrownBy(() -> without.get(Progress.NONE, false))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("mvn is not on the PATH; to go on without it, put onnxruntime-");
    assertThatThrownBy(() -> with("exit 9").get(Progress.NONE, true))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("must not be fetched, offline");
    leavesNothing();
  }

  @Test
  void aMavenThatHangsIsEnded() throws IOException {
    with("/bin/sleep 60 & wait\n");
    OnnxRuntimeJar jar =
        new OnnxRuntimeJar(
            folder.resolve("lib"), folder.resolve("programs").toString(), Duration.ofMillis(200));
    assertThatThrownBy(() -> jar.get(Progress.NONE, false))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("did not end within");
    leavesNothing();
  }

  @Test
  void aJarOfTheUsersIsUsedAsItIs() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Path own = Files.writeString(lib.resolve("onnxruntime-0.9.jar"), "their own build");
    assertThat(with("exit 9").get(Progress.NONE, false)).isEqualTo(own);
  }
}
