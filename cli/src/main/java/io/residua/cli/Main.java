package io.residua.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** Entry point of the command line. */
public final class Main {
  private static final int BROKEN_PIPE_EXIT_CODE = 141;

  private Main() {}

  /**
   * Runs a command and ends the virtual machine.
   *
   * @param arguments what the user typed after {@code residua}
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command; what the user types after {@code residua} gives the exit code. */
  static int run(String[] arguments) {
    // Ours goes through io.residua.internal.Text, but picocli sorts its help and formats its errors
    // by the default locale.
    Locale.setDefault(Locale.ROOT);
    LogConfiguration.use(System.getProperties());
    HeadStart.of(List.of(arguments));
    Interrupts interrupts = new Interrupts(Thread.currentThread());
    PrintStream err = stream(new FileOutputStream(FileDescriptor.err), true);
    interrupts.install(() -> err.println("\nresidua: stopping"));
    try {
      return run(arguments, err, interrupts);
    } finally {
      interrupts.finish();
    }
  }

  private static int run(String[] arguments, PrintStream err, Interrupts interrupts) {
    Terminal terminal = Terminal.of(System.getProperties(), System.getenv());
    ResultStream results = new ResultStream(new FileOutputStream(FileDescriptor.out));
    PrintStream out = stream(results, terminal.out());
    CommandLine line =
        Residua.commandLine(
            List.of(arguments),
            out,
            err,
            terminal,
            interrupts,
            System.getProperty("residua.command", "residua"));
    int exitCode = Residua.execute(line, arguments);
    out.flush();
    IOException failure = results.failure();
    if (failure == null || exitCode != ExitCode.OK) {
      return exitCode;
    }
    if (String.valueOf(failure.getMessage()).contains("Broken pipe")) {
      return BROKEN_PIPE_EXIT_CODE;
    }
    err.println("residua: writing the results to stdout: " + ErrorReport.of(failure).line());
    return ExitCode.SOFTWARE;
  }

  private static PrintStream stream(OutputStream target, boolean flushLines) {
    return new PrintStream(new BufferedOutputStream(target), flushLines, StandardCharsets.UTF_8);
  }
}
