package io.residua.cli;

import io.residua.page.Table;
import java.io.PrintStream;
import java.util.List;

/** How an experiment's result is printed. */
final class ExperimentReport {
  private ExperimentReport() {}

  /** The table, then what it says; the JSON where it is asked for; what was written. */
  static void print(
      Table table,
      List<String> findings,
      Object json,
      JsonOption option,
      String written,
      Console console) {
    PrintStream out = console.results(option);
    List<String> lines = table.toText().lines().toList();
    out.println(console.bold(lines.get(0)));
    lines.stream().skip(1).forEach(out::println);
    findings.forEach(out::println);
    out.flush();
    option.write(console, json);
    console.note("wrote " + written);
  }
}
