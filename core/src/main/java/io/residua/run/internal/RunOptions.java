package io.residua.run.internal;

import io.residua.data.DataReading;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told besides its data and its recipe, whatever it trains.
 *
 * @param reading how data is read
 * @param split a {@code split.csv} of an earlier run, by which the data is divided; null for none
 * @param command that it was started with, which is noted in what it writes; or empty
 */
public record RunOptions(DataReading reading, @Nullable Path split, String command) {
  /** Data as it says itself, divided by the recipe. */
  public static final RunOptions USUAL = new RunOptions(DataReading.USUAL, null, "");

  /** These, but reading data as given. */
  public RunOptions reading(DataReading other) {
    return new RunOptions(other, split, command);
  }

  /** These, but dividing the data as a file says. */
  public RunOptions withSplit(Path file) {
    return new RunOptions(reading, file, command);
  }

  /** These, but noting the command that the run was started with. */
  public RunOptions startedBy(String typed) {
    return new RunOptions(reading, split, typed);
  }
}
