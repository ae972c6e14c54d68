package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.internal.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's log on the command line: each warning once. */
class LogConfigurationTest {
  @TempDir private Path folder;

  /** Warns as the library does. */
  static final class Warns {
    private Warns() {}

    public static void main(String[] arguments) {
      LogConfiguration.use(System.getProperties());
      Warnings.tell(Progress.NONE, "told");
      Warnings.log("not told");
    }
  }

  private String logged(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", Processes.classPath(), Warns.class.getName()));
    return Processes.run(folder, Map.of(), command).err();
  }

  @Test
  void whatProgressPrintsIsNotPrintedAgain() throws IOException, InterruptedException {
    assertThat(logged()).isEqualTo("warning: not told\n");
  }

  @Test
  void anOwnConfigurationGetsTheWholeLog() throws IOException, InterruptedException {
    Path settings =
        Files.writeString(
            folder.resolve("logging.properties"), "handlers=java.util.logging.ConsoleHandler\n");
    assertThat(logged("-Djava.util.logging.config.file=" + settings))
        .contains("WARNING: told", "WARNING: not told");
  }
}
