package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.ResiduaException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
  private record Result(
      int n, double accuracy, double[] accuracyCi95, Map<String, Float> byClass) {}

  @TempDir private Path folder;

  @Test
  void jsonKeepsTheOrderOfKeysAndHasNoNaN() {
    Map<String, Float> byClass = new LinkedHashMap<>();
    byClass.put("dogs", 0.5f);
    byClass.put("Cats", Float.NaN);
    double[] interval = {0.25, Double.POSITIVE_INFINITY};
    assertThat(JsonOption.text(new Result(4, Double.NaN, interval, byClass)))
        .isEqualTo(
            """
            {
              "n" : 4,
              "accuracy" : null,
              "accuracy_ci95" : [ 0.25, null ],
              "by_class" : {
                "dogs" : 0.5,
                "Cats" : null
              }
            }
            """);
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    CsvRows rows = new CsvRows(List.of("path", "score"));
    assertThat(rows.header()).isEqualTo("path,score\n");
    assertThat(rows.row(row("a,b.jpg").put("score", 0.5))).isEqualTo("\"a,b.jpg\",0.5\n");
    assertThat(rows.row(row("say \"hi\"\n.jpg").put("score", 1)))
        .isEqualTo("\"say \"\"hi\"\"\n.jpg\",1\n");
    assertThat(rows.row(row("c"))).isEqualTo("c,\n");
  }

  private static ObjectNode row(String path) {
    return JsonNodeFactory.instance.objectNode().put("path", path);
  }

  @Test
  void aFileIsReplacedAsAWhole() throws IOException {
    Path file = folder.resolve("r.json");
    Files.writeString(file, "a much longer text than the new one");
    Path link = Files.createSymbolicLink(folder.resolve("link.json"), Path.of("r.json"));
    new OutputFile(link).write(Console.of(new TestRun().line.getCommandSpec()), "new");
    assertThat(file).hasContent("new");
    assertThat(link).isSymbolicLink();
    assertThat(folder)
        .isDirectoryContaining("glob:**r.json")
        .isDirectoryNotContaining("glob:**tmp");
  }

  @Test
  void aFullDiskIsAFailureNotAnEmptyFile() {
    Path full = Path.of("/dev/full");
    if (Files.isWritable(full)) {
      Console console = Console.of(new TestRun().line.getCommandSpec());
      assertThatThrownBy(() -> new OutputFile(full).write(console, "lost"))
          .isInstanceOf(ResiduaException.class)
          .hasMessage("cannot write /dev/full: no space left on device");
    }
  }

  @Test
  void theFirstFailureOnStdoutIsKept() throws IOException {
    if (Files.isWritable(Path.of("/dev/full"))) {
      try (ResultStream results = new ResultStream(Files.newOutputStream(Path.of("/dev/full")));
          PrintStream out = new PrintStream(results, true, StandardCharsets.UTF_8)) {
        assertThat(results.failure()).isNull();
        out.println("lost");
        assertThat(results.failure()).hasMessageContaining("No space left on device");
      }
    }
  }

  @Test
  void aTerminalIsWhatTheLauncherFound() {
    Properties properties = new Properties();
    assertThat(Terminal.of(properties, Map.of())).isEqualTo(new Terminal(false, false, 80, true));
    properties.setProperty("residua.terminal.err", "true");
    properties.setProperty("residua.terminal.columns", "132");
    assertThat(Terminal.of(properties, Map.of("TERM", "xterm", "NO_COLOR", "1")))
        .isEqualTo(new Terminal(false, true, 132, false));
    assertThat(Terminal.of(properties, Map.of("TERM", "dumb", "NO_COLOR", "")))
        .isEqualTo(new Terminal(false, false, 132, true));
    properties.setProperty("residua.terminal.columns", "0");
    assertThat(Terminal.of(properties, Map.of()).columns()).isEqualTo(80);
  }
}
