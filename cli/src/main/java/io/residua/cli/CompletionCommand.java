package io.residua.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code residua completion}. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands, options and files in bash and zsh.",
      "",
      "In zsh, and in bash for one session: source <(residua completion)"
    },
    footer = {
      "",
      "Example:",
      "  residua completion > ~/.local/share/bash-completion/completions/residua"
    })
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console.of(spec).machineOut().print(AutoComplete.bash("residua", spec.root().commandLine()));
  }
}
