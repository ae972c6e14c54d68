package io.residua.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code residua data}. */
@Command(
    name = "data",
    description = "Fetch, convert and look at data sets.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DataFetchCommand.class,
      DataSplitCommand.class,
      DataConvertCommand.class,
      DataPreviewCommand.class
    },
    footer = {"", "Example:", "  residua data preview pictures --out grid.png"})
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
