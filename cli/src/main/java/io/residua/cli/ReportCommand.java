package io.residua.cli;

import io.residua.data.DataReading;
import io.residua.report.RunReport;
import io.residua.report.internal.RunComparison;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua report}. */
@Command(
    name = "report",
    description = {
      "Make a page of a run, to look at and to show.",
      "",
      "One HTML file with numbers, intervals, warnings and charts that needs no other file and no"
          + " network. With --data the model answers its test pictures again, and the page has"
          + " curves, mistakes with their pictures, and why they were made. With --compare several"
          + " runs are set side by side, and with --data it is tested whether they differ by more"
          + " than chance."
    },
    footer = {
      "",
      "Examples:",
      "  residua report run --data pictures",
      "  residua report run",
      "  residua report --compare frozen tuned --data pictures --out comparison.html"
    })
final class ReportCommand implements Runnable {
  @Parameters(
      index = "0",
      arity = "1..*",
      paramLabel = "RUN",
      description = "A run's folder; with --compare, two or more.")
  private List<Path> runs;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      order = 1,
      description = "The data set that the run (or each of the runs) was trained on.")
  private @Nullable Path data;

  @Option(names = "--compare", order = 2, description = "Set the runs side by side.")
  private boolean compare;

  @Mixin private DataOptions reading;
  @Mixin private ComputeOptions compute;
  @Spec private CommandSpec spec;

  private @Nullable Path out;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      order = 3,
      description = "The page (default: report.html in RUN; comparison.html with --compare).")
  void setOut(String value) {
    out = OutputFile.named(spec, "--out", value);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    if (data == null && !reading.reading().equals(DataReading.USUAL)) {
      throw misused("--path-column, --label-column and --class-names need --data");
    }
    if (compare) {
      if (runs.size() < 2) {
        throw misused("--compare needs two runs or more");
      }
      Path file = out == null ? OutputFile.named(spec, "--out", "comparison.html") : out;
      RunComparison comparison = RunComparison.of(runs).reportingTo(console.progress());
      if (data != null) {
        comparison =
            comparison.withData(data, reading.reading()).on(Computing.of(compute, "auto", console));
      }
      comparison.write(file);
      console.note("wrote " + file);
      return;
    }
    if (runs.size() > 1) {
      throw misused("one run has a report; with --compare several are set side by side");
    }
    Path run = runs.get(0);
    RunReport report = RunReport.of(run).reportingTo(console.progress());
    if (data != null) {
      report = report.withData(data, reading.reading()).on(Computing.of(compute, "auto", console));
    }
    Path file = out == null ? run.resolve(RunReport.FILE) : out;
    report.write(file);
    console.note("wrote " + file);
    if (data == null) {
      console.next("report", run, "--data", "DATA");
    }
  }

  private ParameterException misused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
