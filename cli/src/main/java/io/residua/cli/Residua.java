package io.residua.cli;

import io.residua.internal.Text;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The top-level command: what all commands share, and how errors become lines and exit codes. */
@Command(
    name = "residua",
    description = "Image classification with residual networks.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    footer = {"", "Examples:", "  residua quickstart", "  residua help train"})
final class Residua implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          QuickstartCommand.class,
          TrainCommand.class,
          LrFindCommand.class,
          SweepCommand.class,
          TuneCommand.class,
          CompareCommand.class,
          EvaluateCommand.class,
          PredictCommand.class,
          ServeCommand.class,
          HealthCommand.class,
          ExplainCommand.class,
          ReportCommand.class,
          CalibrateCommand.class,
          ExportCommand.class,
          VerifyCommand.class,
          CardCommand.class,
          InspectCommand.class,
          DataCommand.class,
          FeaturesCommand.class,
          SvmCommand.class,
          ModelCommand.class,
          WeightsCommand.class,
          SampleCommand.class,
          CompletionCommand.class,
          HelpCommand.class);

  @Mixin private GlobalOptions options;

  @Option(names = "--version", versionHelp = true, description = "Print the version.")
  boolean version;

  @Spec private CommandSpec spec;

  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final Interrupts interrupts;
  private final String program;
  private List<String> arguments = List.of();
  private @Nullable Console console;

  private Residua(
      PrintStream out, PrintStream err, Terminal terminal, Interrupts interrupts, String program) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.interrupts = interrupts;
    this.program = program;
  }

  /**
   * The command line with all its commands, ready to execute.
   *
   * @param program what the user types to start it, for suggestions of what to type next
   */
  static CommandLine commandLine(
      PrintStream out, PrintStream err, Terminal terminal, Interrupts interrupts, String program) {
    return withCommands(COMMANDS, out, err, terminal, interrupts, program);
  }

  /**
   * A command line that can execute the given arguments, for making all commands takes longer than
   * some of them do: with one command where they begin with its name; of the others only the lines
   * in the list of commands, where they ask for no more.
   */
  static CommandLine commandLine(
      List<String> arguments,
      PrintStream out,
      PrintStream err,
      Terminal terminal,
      Interrupts interrupts,
      String program) {
    if (arguments.stream().allMatch(argument -> argument.startsWith("-"))
        || arguments.equals(List.of("help"))) {
      return withCommands(
          COMMANDS.stream().map(Residua::listed).toList(), out, err, terminal, interrupts, program);
    }
    return withCommands(needed(arguments), out, err, terminal, interrupts, program);
  }

  private static List<Class<?>> needed(List<String> arguments) {
    String first = arguments.get(0);
    String name = first.replace("-", "") + "command";
    return COMMANDS.stream()
        .filter(command -> command != HelpCommand.class && command != CompletionCommand.class)
        .filter(command -> command.getSimpleName().equalsIgnoreCase(name)) // asks no annotation
        .filter(command -> annotation(command).name().equals(first))
        .findFirst()
        .<List<Class<?>>>map(List::of)
        .orElse(COMMANDS);
  }

  /** A command as the list of commands has it; that of help, which may be run, as it is. */
  private static Object listed(Class<?> command) {
    if (command == HelpCommand.class) {
      return command;
    }
    CommandSpec listed = CommandSpec.create().name(annotation(command).name());
    listed.usageMessage().description(annotation(command).description());
    return listed;
  }

  private static Command annotation(Class<?> command) {
    return command.getAnnotation(Command.class);
  }

  private static CommandLine withCommands(
      List<?> commands,
      PrintStream out,
      PrintStream err,
      Terminal terminal,
      Interrupts interrupts,
      String program) {
    Residua residua = new Residua(out, err, terminal, interrupts, program);
    CommandLine line = new CommandLine(residua);
    commands.forEach(line::addSubcommand);
    line.setOut(writer(out));
    line.setErr(writer(err));
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(Math.min(Math.max(terminal.columns(), 60), 120));
    line.setUsageHelpLongOptionsMaxWidth(28);
    lookAlike(line);
    line.setExecutionStrategy(
        parsed -> {
          residua.begin();
          return new RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler((e, arguments) -> residua.misused(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> residua.failed(e));
    return line;
  }

  /** Executes a command line whatever happens. */
  static int execute(CommandLine line, String... arguments) {
    Residua residua = (Residua) line.getCommandSpec().userObject();
    residua.arguments = List.of(arguments);
    try {
      return line.execute(arguments);
    } catch (Throwable e) { // errors such as OutOfMemoryError, which picocli lets through
      return residua.failed(e);
    }
  }

  /** One look for the help of all commands. */
  private static void lookAlike(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .parameterListHeading("%nArguments:%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    OptionTopics.group(line);
    line.getSubcommands().values().forEach(Residua::lookAlike);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** The run's console, made when the options are known. */
  Console console() {
    if (console == null) {
      console = new Console(out, err, terminal, options, interrupts, program, arguments);
    }
    return console;
  }

  private void begin() {
    boolean colour = terminal.colourOut() && !options.noColor;
    spec.commandLine().setColorScheme(Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private int misused(ParameterException e) {
    String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    console().error(Text.of("%s (see '%s')", UsageErrors.text(e), help));
    trace(e);
    return ExitCode.USAGE;
  }

  private int failed(Throwable e) {
    if (e instanceof OutputGone) {
      return ExitCode.OK; // stdout knows why, and what that means
    }
    ErrorReport report =
        interrupts.requested() ? ErrorReport.of(new Cancelled()) : ErrorReport.of(e);
    console().error(report.line());
    trace(e);
    return report.exitCode();
  }

  private void trace(Throwable e) {
    if (options.verbose) {
      console().trace(e);
    }
  }
}
