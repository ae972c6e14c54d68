package io.residua.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code residua model}. */
@Command(
    name = "model",
    description = "Look into networks and models.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ModelShowCommand.class,
    footer = {"", "Example:", "  residua model show resnet50"})
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
