package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.ResiduaException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a user sees of the command line as a whole: help, wrong usage, failures, exit codes. */
class ResiduaTest {
  /** A command that does what the test wants. */
  @Command(name = "work")
  private static final class Work implements Runnable {
    private final Runnable work;

    @Mixin private JsonOption json;
    @Mixin private ThreadsOption threads;
    @Mixin private SeedOption seed;
    @Spec private CommandSpec spec;

    Work(Runnable work) {
      this.work = work;
    }

    @Override
    public void run() {
      Console console = Console.of(spec);
      console.results(json).println("threads " + threads.threads() + ", seed " + seed.seed());
      work.run();
      json.write(console, List.of(1));
      console.next("help");
    }
  }

  private static TestRun running(Runnable work) {
    TestRun run = new TestRun();
    run.line.addSubcommand(new Work(work));
    return run;
  }

  private static Stream<List<String>> commands() {
    return names(new TestRun().line, List.of());
  }

  private static Stream<List<String>> names(CommandLine line, List<String> path) {
    return Stream.concat(
        Stream.of(path),
        line.getSubcommands().entrySet().stream()
            .flatMap(
                sub ->
                    names(
                        sub.getValue(),
                        Stream.concat(path.stream(), Stream.of(sub.getKey())).toList())));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theHelpOfEveryCommandHasExamplesThatWork(List<String> command) {
    TestRun run = new TestRun();
    String[] arguments =
        Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new);

    assertThat(run.execute(arguments)).isZero();
    assertThat(run.err()).isEmpty();
    String start = String.join(" ", Stream.concat(Stream.of("residua"), command.stream()).toList());
    assertThat(run.out()).startsWith("Usage: " + start);
    assertThat(run.out()).contains("Example");
    List<String> examples = run.out().lines().filter(l -> l.startsWith("  residua ")).toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      String typed = example.strip().replaceFirst("^residua ", "").replaceFirst(" [>|<].*", "");
      new TestRun().line.parseArgs(typed.split(" +"));
    }
  }

  @Test
  void withoutArgumentsTheHelpIsPrinted() {
    TestRun run = new TestRun();
    assertThat(run.execute()).isZero();
    assertThat(run.out()).contains("Usage: residua", "completion");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--help",
        "-qh",
        "help",
        "help train",
        "help data fetch",
        "train --help",
        "lr-find -h",
        "-v",
        "--nonsense",
        "-q train --help",
        "help --nonsense",
        "trian"
      })
  void whatIsMadeForTheArgumentsAloneSaysWhatTheWholeSays(String typed) {
    String[] arguments = typed.isEmpty() ? new String[0] : typed.split(" ");
    TestRun alone = new TestRun(List.of(arguments));
    TestRun whole = new TestRun();
    assertThat(alone.execute(arguments)).isEqualTo(whole.execute(arguments));
    assertThat(alone.out()).isEqualTo(whole.out());
    assertThat(alone.err()).isEqualTo(whole.err());
  }

  @Test
  void theVersionIsOneLine() {
    TestRun run = new TestRun();
    assertThat(run.execute("--version")).isZero();
    assertThat(run.out()).startsWith("residua ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          complation          | unknown command 'complation'; did you mean 'completion'? (see 'residua --help')
          compl               | unknown command 'compl'; did you mean 'completion'? (see 'residua --help')
          xyzzy               | unknown command 'xyzzy' (see 'residua --help')
          help compeltion     | unknown command 'compeltion'; did you mean 'completion'? (see 'residua --help')
          completion --quite  | unknown option '--quite'; did you mean '--quiet'? (see 'residua completion --help')
          completion extra    | unexpected argument 'extra' (see 'residua completion --help')
          work --thread=2     | unknown option '--thread'; did you mean '--threads'? (see 'residua work --help')
          work --threads two  | invalid value for option '--threads': 'two' is not an int (see 'residua work --help')
          work --threads 0    | --threads 0: must be from 1 to 1024 (see 'residua work --help')
          work --seed 1.5     | invalid value for option '--seed': '1.5' is not a long (see 'residua work --help')
          work --json         | missing required parameter for option '--json' (FILE) (see 'residua work --help')
          work --json /nope/x | --json /nope/x: the folder /nope does not exist (see 'residua work --help')
          work --json /       | --json /: is a folder, not a file to write to (see 'residua work --help')
          """)
  void wrongUsageIsOneLineThatHelpsAndExitCode2(String arguments, String line) {
    TestRun run = running(() -> {});
    assertThat(run.execute(arguments.split(" "))).isEqualTo(2);
    assertThat(run.err()).isEqualTo("residua: " + line + "\n");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aFailureIsOneLineAndExitCode1() {
    TestRun run =
        running(
            () -> {
              throw new ResiduaException("cat.jpg: the file is cut short");
            });
    assertThat(run.execute("work")).isEqualTo(1);
    assertThat(run.err()).isEqualTo("residua: cat.jpg: the file is cut short\n");
  }

  @Test
  void verboseShowsWhereAFailureCameFrom() {
    TestRun run =
        running(
            () -> {
              throw new IllegalStateException("a bug");
            });
    assertThat(run.execute("work", "--verbose")).isEqualTo(1);
    assertThat(run.err())
        .startsWith("residua: internal error: IllegalStateException: a bug; please report it")
        .contains("at io.residua.cli.ResiduaTest");
  }

  @Test
  void errorsOfTheVirtualMachineAreReportedToo() {
    TestRun run =
        running(
            () -> {
              throw new OutOfMemoryError("Java heap space");
            });
    assertThat(run.execute("work")).isEqualTo(1);
    assertThat(run.err())
        .startsWith("residua: out of memory (Java heap space)")
        .contains("lower the batch size", "RESIDUA_JAVA_OPTS")
        .hasLineCount(1);
  }

  @Test
  void aStoppedCommandEndsAtItsNextReportWithTheShellsExitCode() {
    TestRun run = new TestRun();
    boolean[] after = new boolean[1];
    run.line.addSubcommand(
        new Work(
            () -> {
              Console console = Console.of(run.line.getCommandSpec());
              try (Progress.Task task = console.progress().start("steps", 10, "steps")) {
                task.advance(1);
                run.interrupts.request();
                task.advance(1);
                after[0] = true;
              }
            }));
    assertThat(run.execute("work")).isEqualTo(130);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(after[0]).isFalse();
    assertThat(run.err()).contains("steps: stopped at 1/10 steps").endsWith("residua: stopped\n");
  }

  @Test
  void quietLeavesResultsOnly() {
    TestRun run = running(() -> {});
    assertThat(run.execute("--quiet", "work", "--seed", "-7", "--threads", "3")).isZero();
    assertThat(run.out()).isEqualTo("threads 3, seed -7\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void jsonOnStdoutIsAloneThere() {
    TestRun run = running(() -> {});
    assertThat(run.execute("work", "--json", "-")).isZero();
    assertThat(run.out()).isEqualTo("[ 1 ]\n");
    assertThat(run.err()).contains("threads ", "next: residua help");
  }

  @Test
  void coloursAreForTerminalsThatAllowThem() {
    assertThat(helpOn(new Terminal(true, true, 80, true))).contains("\u001b[");
    assertThat(helpOn(new Terminal(true, true, 80, false))).doesNotContain("\u001b[");
    assertThat(helpOn(new Terminal(true, true, 80, true), "--no-color")).doesNotContain("\u001b[");
    assertThat(helpOn(new Terminal(false, true, 80, true))).doesNotContain("\u001b[");
  }

  private static String helpOn(Terminal terminal, String... more) {
    TestRun run = new TestRun(terminal);
    String[] arguments = Arrays.copyOf(more, more.length + 1);
    arguments[more.length] = "--help";
    assertThat(run.execute(arguments)).isZero();
    return run.out();
  }

  @Test
  void completionKnowsTheCommands() {
    TestRun run = new TestRun();
    assertThat(run.execute("completion")).isZero();
    assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("completion", "--no-color");
  }
}
