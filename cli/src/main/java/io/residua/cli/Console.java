package io.residua.cli;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.internal.Printable;
import java.io.File;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command writes to: results on stdout, everything else on stderr. A command gets it by
 * {@code Console.of(spec)} once it runs.
 */
final class Console {
  private final PrintStream machineOut;
  private final PrintStream out;
  private final PrintStream rawErr;
  private final PrintStream err;
  private final boolean colourOut;
  private final boolean colourErr;
  private final ConsoleProgress progress;
  private final String program;
  private final List<String> arguments;
  private final boolean quiet;
  private final Interrupts interrupts;

  /**
   * @param program what the user types to start it
   * @param arguments what was typed after that
   */
  Console(
      PrintStream out,
      PrintStream err,
      Terminal terminal,
      GlobalOptions options,
      Interrupts interrupts,
      String program,
      List<String> arguments) {
    this.colourOut = terminal.colourOut() && !options.noColor;
    this.colourErr = terminal.colourErr() && !options.noColor;
    this.machineOut = out;
    this.out = PeopleStream.of(out, colourOut);
    this.rawErr = err;
    this.err = PeopleStream.of(err, false);
    this.program = program;
    this.arguments = List.copyOf(arguments);
    this.quiet = options.quiet;
    this.interrupts = interrupts;
    this.progress =
        new ConsoleProgress(
            err, terminal, colourErr, options.quiet, System::nanoTime, interrupts::checkpoint);
  }

  /** The console of the run that a command belongs to. */
  static Console of(CommandSpec spec) {
    return ((Residua) spec.root().userObject()).console();
  }

  /** Where long work reports to; it stops there when the user presses Ctrl-C. */
  Progress progress() {
    return progress;
  }

  /** Whether only results, warnings and errors are wanted. */
  boolean isQuiet() {
    return quiet;
  }

  /** When the user stops the command, it may take so much longer than usual to end. */
  void allowToEnd(long moreSeconds) {
    interrupts.allow(moreSeconds);
  }

  /** Stdout, for results that people read. A progress bar is erased first. */
  PrintStream out() {
    progress.erase();
    return out;
  }

  /** Stdout, for results that programs read, byte for byte. A progress bar is erased first. */
  PrintStream machineOut() {
    progress.erase();
    return machineOut;
  }

  /**
   * Sends on what was printed for people.
   *
   * @throws OutputGone if nobody takes it any more
   */
  void flushOut() {
    if (out.checkError() || machineOut.checkError()) {
      throw new OutputGone();
    }
  }

  /**
   * Where results for people go: stdout, or stderr if one of the files is stdout ({@code -}) and
   * must stay clean. Call it before the work, so that a contradiction is told early.
   *
   * @throws UsageException if more than one file is stdout, or two are the same
   */
  PrintStream results(OutputOption... files) {
    int toStdout = 0;
    for (int i = 0; i < files.length; i++) {
      toStdout += files[i].toStdout() ? 1 : 0;
      OutputFile one = files[i].file();
      for (int k = 0; k < i; k++) {
        OutputFile other = files[k].file();
        if (one != null && other != null && other.path() != null && one.isSame(other.path())) {
          throw new UsageException(
              one.path() + ": two kinds of results cannot be written to one file");
        }
      }
    }
    if (toStdout > 1) {
      throw new UsageException("only one output can be - (stdout)");
    }
    progress.erase();
    return toStdout == 0 ? out : err;
  }

  /** Text on stdout made to stand out, where that is a terminal that shows colours. */
  String bold(String text) {
    return colourOut ? PeopleStream.BOLD + text + PeopleStream.PLAIN : text;
  }

  /** One line on stderr, dropped by {@code --quiet}: what was decided, what was written. */
  void note(String text) {
    progress.line(text);
  }

  /**
   * The last line of a command: what to type next.
   *
   * @param words the command and its arguments, without the program's name
   */
  void next(Object... words) {
    note("next: " + typed(words));
  }

  /** The first of {@code run}, {@code run2}, {@code run3} … that does not exist here. */
  static String newRun() {
    return Stream.iterate(1, i -> i + 1)
        .map(i -> i == 1 ? "run" : "run" + i)
        .filter(name -> !Files.exists(Path.of(name)))
        .findFirst()
        .orElseThrow();
  }

  /** A command as the user would type it into a shell, in the folder where they are. */
  String typed(Object... words) {
    return Stream.concat(Stream.of(program), Stream.of(words).map(Object::toString))
        .map(word -> quoted(word, File.separatorChar == '\\'))
        .collect(Collectors.joining(" "));
  }

  /** The command that is being executed, as it was typed. */
  String commandLine() {
    return typed(arguments.toArray());
  }

  /**
   * A word as it is typed.
   *
   * @param windows whether for cmd and PowerShell, else for a POSIX shell
   */
  static String quoted(String word, boolean windows) {
    if (word.matches(windows ? "[\\p{L}\\p{N}_./:=+\\\\-]+" : "[\\p{L}\\p{N}_./:,=@%+-]+")) {
      return word;
    }
    return windows
        ? "\"" + word.replace("\"", "\\\"") + "\""
        : "'" + word.replace("'", "'\\''") + "'";
  }

  /** The line for an error, printed however quiet the command is. */
  void error(String text) {
    progress.erase();
    String name = colourErr ? "\u001b[31mresidua:\u001b[0m " : "residua: ";
    rawErr.println(name + Printable.line(text));
    rawErr.flush();
  }

  /** Where an error came from, for {@code --verbose}. */
  void trace(Throwable error) {
    error.printStackTrace(err);
    err.flush();
  }
}
