package io.residua.cli;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command has; they may stand before or after the command's name. */
final class GlobalOptions {
  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      order = 1000,
      description = "Print results, warnings and errors only.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      order = 1001,
      description = "Print where an error came from.")
  boolean verbose;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      order = 1002,
      description = "No colours (as the environment variable NO_COLOR).")
  boolean noColor;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 1003,
      description = "Print this help.")
  boolean help;
}
