package io.residua.data.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What is said of pictures that cannot be read, and whether they are too many to go on. */
public final class Unreadable {
  /** The largest share that is left out where nobody says otherwise: one in a hundred. */
  public static final double USUAL_SHARE = 0.01;

  private static final int MOST_LISTED = 20;

  private Unreadable() {}

  /**
   * Warns of each, of the first twenty by name.
   *
   * @param root of the set
   * @param lines which and why, a line each
   * @param size how many pictures there are in all
   * @param maxBad the largest share of unreadable ones, 0 up to 1
   * @throws DataException if they are more
   */
  public static void tell(
      Path root, List<String> lines, int size, double maxBad, Progress progress) {
    if (lines.isEmpty()) {
      return;
    }
    lines.stream().limit(MOST_LISTED).forEach(line -> Warnings.tell(progress, line));
    if (lines.size() > MOST_LISTED) {
      Warnings.tell(
          progress, Text.of("… and %,d more that cannot be read", lines.size() - MOST_LISTED));
    }
    String count =
        Text.of(
            "%,d of %s (%s %%) cannot be read",
            lines.size(), Text.count(size, "picture"), percent((double) lines.size() / size));
    if (lines.size() > maxBad * size) {
      throw ResiduaException.about(
          "max_bad",
          new DataException(
              Text.of(
                  "%s: %s, more than the %s %% that may be; first: %s",
                  root, count, percent(maxBad), lines.get(0))));
    }
    Warnings.tell(progress, count + " and are left out");
  }

  /**
   * Checks that each class still has pictures in each part where it had some.
   *
   * @param but parts where it need not
   * @throws DataException naming the first class that has none
   */
  public static void requireAllClasses(OpenedData data, OpenedData left, Set<Part> but) {
    left.parts()
        .forEach(
            (part, set) -> {
              ImageDataset before = Objects.requireNonNull(data.parts().get(part));
              int[] counts = set.countsByClass();
              int[] had = before.countsByClass();
              for (int c = 0; c < counts.length; c++) {
                if (counts[c] == 0 && had[c] > 0 && !but.contains(part)) {
                  throw new DataException(
                      Text.of(
                          "%s: class '%s' has no picture left%s",
                          data.root(),
                          data.classes().get(c),
                          part == Part.ALL ? "" : " in " + part.label()));
                }
              }
            });
  }

  private static String percent(double share) {
    return Text.of("%.1f", 100 * share).replace(".0", "");
  }
}
