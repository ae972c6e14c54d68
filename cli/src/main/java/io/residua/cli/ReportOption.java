package io.residua.cli;

import picocli.CommandLine.Option;

/** {@code --no-report}, for commands that end with a page of the run. */
final class ReportOption {
  @Option(
      names = "--no-report",
      order = 902,
      description = "Write no report.html, the run as a page to look at.")
  private boolean none;

  boolean isWanted() {
    return !none;
  }
}
