package io.residua.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code residua help}: the same as {@code --help} behind a command. */
@Command(
    name = "help",
    description = "Print the help of a command.",
    footer = {"", "Example:", "  residua help train"})
final class HelpCommand implements Runnable {
  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "The command.")
  private List<String> names = List.of();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = spec.root().commandLine();
    for (String name : names) {
      CommandLine next = line.getSubcommands().get(name);
      if (next == null) {
        throw new UnmatchedArgumentException(line, List.of(name));
      }
      line = next;
    }
    line.usage(line.getOut(), line.getColorScheme());
  }
}
