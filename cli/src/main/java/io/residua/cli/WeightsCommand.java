package io.residua.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code residua weights}. */
@Command(
    name = "weights",
    description = "List and fetch published weights; look into weight files and convert them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      WeightsListCommand.class,
      WeightsFetchCommand.class,
      WeightsShowCommand.class,
      WeightsConvertCommand.class
    },
    footer = {
      "",
      "Weights are kept in $RESIDUA_HOME, by default ~/.cache/residua.",
      "",
      "Example:",
      "  residua weights list"
    })
final class WeightsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
