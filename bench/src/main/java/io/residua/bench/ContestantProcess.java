package io.residua.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.internal.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A running contestant, seen from the driver. Linux only where memory is concerned. */
final class ContestantProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A contestant that doesn't start, ends, answers with an error, or takes too long. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String reason) {
      super(reason);
    }
  }

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final Path log;
  private final String version;

  /**
   * Starts it.
   *
   * @param log takes what it prints on stderr
   */
  ContestantProcess(Contestant contestant, Path folder, Path log) throws Failed {
    this.log = log;
    ProcessBuilder builder = new ProcessBuilder(contestant.command()).directory(folder.toFile());
    builder.environment().putAll(contestant.environment());
    builder.redirectError(log.toFile());
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new Failed(String.valueOf(e.getMessage()));
    }
    answers = process.inputReader(StandardCharsets.UTF_8);
    commands = process.outputWriter(StandardCharsets.UTF_8);
    try {
      version = answer(120).path("version").asText();
    } catch (Failed e) {
      close();
      throw e;
    }
  }

  String version() {
    return version;
  }

  /** Sends a command and waits for the answer. */
  JsonNode ask(String command, int timeoutSeconds) throws Failed {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new Failed(lastWords());
    }
    JsonNode answer = answer(timeoutSeconds);
    if (answer.has("error")) {
      throw new Failed(answer.path("error").asText());
    }
    return answer;
  }

  private JsonNode answer(int timeoutSeconds) throws Failed {
    AtomicBoolean late = new AtomicBoolean();
    Thread watch =
        new Thread(
            () -> {
              try {
                Thread.sleep(TimeUnit.SECONDS.toMillis(timeoutSeconds));
                late.set(true);
                process.destroyForcibly();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // answered in time
              }
            });
    watch.setDaemon(true);
    watch.start();
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.startsWith("{")) {
          return JSON.readTree(line);
        }
      }
    } catch (IOException e) {
      throw new Failed(String.valueOf(e.getMessage()));
    } finally {
      watch.interrupt();
    }
    throw new Failed(late.get() ? Text.of("no answer in %d s", timeoutSeconds) : lastWords());
  }

  /** The last line of stderr that is no stack frame. */
  private String lastWords() {
    try {
      List<String> lines =
          Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
              .filter(l -> !l.isBlank() && !l.startsWith("\t") && !l.startsWith("  "))
              .toList();
      return lines.isEmpty() ? "it ended without a word" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      return "it ended";
    }
  }

  /** Forgets the peak so far. */
  void resetPeakMemory() {
    try {
      Files.writeString(Path.of("/proc/" + process.pid() + "/clear_refs"), "5");
    } catch (IOException e) {
      // only Linux has it; the peak is then that of the whole process
    }
  }

  /** The most resident memory since the start or {@link #resetPeakMemory}, or 0. */
  long peakMemoryBytes() {
    return ProcFiles.peakMemoryBytes(process.pid());
  }

  @Override
  public void close() {
    try {
      commands.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
