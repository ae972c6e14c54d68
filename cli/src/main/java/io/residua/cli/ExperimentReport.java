package io.residua.cli;

import io.residua.experiment.Table;
import java.io.PrintStream;
import java.util.List;

/** How an experiment's result is printed. */
final class ExperimentReport {
  private ExperimentReport() {}

  /** The table, then what it says. */
  static void print(Table table, List<String> findings, PrintStream out, Console console) {
    List<String> lines = table.toText().lines().toList();
    out.println(console.bold(lines.get(0)));
    lines.stream().skip(1).forEach(out::println);
    findings.forEach(out::println);
    out.flush();
  }
}
