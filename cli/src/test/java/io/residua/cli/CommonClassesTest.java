package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher's archive of classes is made of. */
class CommonClassesTest {
  @TempDir private Path folder;

  @Test
  void itsCommandsWorkAndLoadWhatPredictAndCardLoad() throws IOException, InterruptedException {
    Path list = folder.resolve("classes.list");
    Path work = Files.createDirectory(folder.resolve("work"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:DumpLoadedClassList=" + list,
            "-cp",
            Processes.classPath(),
            CommonClasses.class.getName(),
            work.toString());

    Processes.Ended ended =
        Processes.run(folder, Map.of("RESIDUA_HOME", folder.resolve("home").toString()), command);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(work.resolve("model.onnx")).exists();
    assertThat(Files.readAllLines(list))
        .anyMatch(line -> line.startsWith("io/residua/model/Classifier"))
        .anyMatch(line -> line.startsWith("io/residua/cli/Card"))
        .anyMatch(line -> line.startsWith("io/residua/train/Trainer"));
  }
}
