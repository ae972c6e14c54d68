package io.residua.run.internal;

import io.residua.internal.JsonRecords;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What fine-tuning single groups of layers came to: a {@code sweep.json}.
 *
 * @param selectedOn what ordered the choices: {@code val}
 * @param choices the best first
 * @param notes what they say, a sentence a line
 */
public record SweepMetrics(
    @Nullable String architecture,
    @Nullable String selectedOn,
    List<TrialMetrics> choices,
    List<String> notes) {

  /** What a file does not have is empty. */
  public SweepMetrics {
    choices = JsonRecords.list(choices);
    notes = JsonRecords.list(notes);
  }

  /**
   * Reads such a file.
   *
   * @throws RunException naming the file, if it is damaged
   */
  public static SweepMetrics read(Path file) {
    return RunFolder.json(file, SweepMetrics.class);
  }
}
