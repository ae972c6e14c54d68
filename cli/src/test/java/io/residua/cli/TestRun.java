package io.residua.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** A command line run inside the test, with what it printed. */
final class TestRun {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final Interrupts interrupts = new Interrupts(Thread.currentThread());
  final CommandLine line;

  TestRun() {
    this(Terminal.NONE);
  }

  TestRun(Terminal terminal) {
    line =
        Residua.commandLine(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            interrupts,
            "residua");
  }

  /** Made for these arguments alone, as the program makes it. */
  TestRun(List<String> arguments) {
    line =
        Residua.commandLine(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Terminal.NONE,
            interrupts,
            "residua");
  }

  int execute(String... arguments) {
    return Residua.execute(line, arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
