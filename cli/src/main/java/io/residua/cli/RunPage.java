package io.residua.cli;

import io.residua.data.DataReading;
import io.residua.engine.Compute;
import io.residua.features.Features;
import io.residua.internal.Text;
import io.residua.report.RunReport;
import java.nio.file.Path;

/** The page that a run ends with. */
final class RunPage {
  private RunPage() {}

  /** Makes the page of a finished run. Where that fails it is said; the run is there anyway. */
  static void make(Path run, Path data, DataReading reading, Compute compute, Console console) {
    RunReport report = RunReport.of(run).inBrief().on(compute).reportingTo(console.progress());
    try {
      Path page = (Features.isFile(data) ? report : report.withData(data, reading)).write();
      console.note(Text.of("wrote %s: open it in a browser", page));
    } catch (Cancelled e) {
      throw e;
    } catch (RuntimeException e) {
      console.progress().warn("the run is complete, but it has no report.html: " + e.getMessage());
    }
  }
}
