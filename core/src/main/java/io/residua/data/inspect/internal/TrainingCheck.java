package io.residua.data.inspect.internal;

import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Finding.Kind;
import io.residua.data.inspect.Inspection;
import io.residua.data.inspect.Inspector;
import io.residua.data.internal.Grouping;
import io.residua.data.internal.Quarantine;
import io.residua.data.internal.Unreadable;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The quick part of the inspection, before training: leaves out what is listed or can't be read,
 * warns of what makes results worse or too good, and says which pictures show the same.
 *
 * @param exclude a list of pictures to leave out, see {@link Quarantine}; null for none
 * @param maxBad the largest share of unreadable pictures to go on with, 0 up to 1
 */
public record TrainingCheck(@Nullable Path exclude, double maxBad) {
  /** Nothing is left out by name; one picture in a hundred may be unreadable. */
  public static final TrainingCheck USUAL = new TrainingCheck(null, Unreadable.USUAL_SHARE);

  /** More pictures than this are not searched for near-duplicates, only for equal ones. */
  static final int MOST_FOR_NEAR_DUPLICATES = 100_000;

  private static final String EXCLUDED = "excluded";

  public TrainingCheck {
    if (!(maxBad >= 0 && maxBad <= 1)) {
      throw new IllegalArgumentException(
          "the share of unreadable pictures must be from 0 to 1, not " + maxBad);
    }
  }

  /**
   * What is left of a set.
   *
   * @param data without the pictures left out
   * @param grouping keeps pictures that show the same, or are named as copies, together
   * @param leftOut names of the pictures left out, with the reason
   */
  public record Checked(OpenedData data, Grouping grouping, SortedMap<String, String> leftOut) {
    public Checked {
      leftOut = Collections.unmodifiableSortedMap(leftOut);
    }
  }

  /**
   * Reads every picture once.
   *
   * @param dividing whether a part is going to be divided, so that near-duplicates matter
   * @throws DataException if too many pictures can't be read, or a class has none left
   */
  public Checked of(OpenedData data, boolean dividing, Progress progress) {
    SortedMap<String, String> leftOut = new TreeMap<>();
    OpenedData wanted = exclude == null ? data : data.without(excluded(data, leftOut, progress));
    int size = wanted.all().size();
    boolean near = dividing && size <= MOST_FOR_NEAR_DUPLICATES;
    if (dividing && !near) {
      Warnings.tell(
          progress,
          Text.of(
              "%,d pictures are too many to search for near-duplicates before training; only equal"
                  + " ones stay on one side of the split",
              size));
    }
    Inspection inspection = Inspector.inspect(wanted, near, progress);
    List<Finding> unreadable = inspection.findings(Kind.UNREADABLE);
    if (!unreadable.isEmpty()) {
      unreadable(wanted, unreadable, size, leftOut, progress);
    }
    OpenedData readable = wanted.without(leftOut.keySet());
    Unreadable.requireAllClasses(data, readable, Set.of(Part.TEST));
    warn(data.root(), inspection, dividing, progress);
    return new Checked(
        readable, Grouping.copiesByName().and(inspection.grouping()), new TreeMap<>(leftOut));
  }

  private Set<String> excluded(
      OpenedData data, SortedMap<String, String> leftOut, Progress progress) {
    Path file = Objects.requireNonNull(exclude);
    Set<String> names = new TreeSet<>(Quarantine.read(file));
    int listed = names.size();
    Set<String> present = new TreeSet<>();
    data.all().samples().forEach(sample -> present.add(sample.name()));
    names.retainAll(present);
    if (names.size() < listed) {
      Warnings.tell(
          progress,
          Text.of(
              "%s: %,d of %s listed are not in %s",
              file, listed - names.size(), Text.count(listed, "picture"), data.root()));
    }
    names.forEach(name -> leftOut.put(name, EXCLUDED));
    progress.line(
        Text.of("%s left out as listed in %s", Text.count(names.size(), "picture"), file));
    return names;
  }

  private void unreadable(
      OpenedData data,
      List<Finding> unreadable,
      int size,
      SortedMap<String, String> leftOut,
      Progress progress) {
    unreadable.forEach(finding -> leftOut.put(finding.files().get(0), finding.detail()));
    List<String> lines = unreadable.stream().map(finding -> line(data, finding)).toList();
    Unreadable.tell(data.root(), lines, size, maxBad, progress);
  }

  /** The picture's file, or its name where it shares a file with others, and the reason. */
  private static String line(OpenedData data, Finding finding) {
    String name = finding.files().get(0);
    String place =
        data.all().samples().stream()
            .filter(sample -> sample.name().equals(name))
            .filter(sample -> sample.source().isFile())
            .map(sample -> sample.path().toString())
            .findFirst()
            .orElse(name);
    return place + ": " + finding.detail();
  }

  private static void warn(Path root, Inspection inspection, boolean dividing, Progress progress) {
    boolean warned = false;
    for (Kind kind : Kind.values()) {
      List<Finding> found = inspection.findings(kind);
      String consequence =
          switch (kind) {
            case LABEL_CONFLICT -> "; one of the labels is wrong";
            case CROSS_SPLIT_DUPLICATE -> "; what is measured there will be too good";
            case PLACEHOLDER, BLANK, ANIMATED -> "";
            case EXACT_DUPLICATE -> dividing ? "; they stay on one side of the split" : "";
            default -> null;
          };
      if (consequence != null && !found.isEmpty()) {
        Warnings.tell(
            progress,
            Text.of(
                "%s: %,d, first: %s%s",
                kind.title(),
                found.size(),
                String.join(" = ", found.get(0).files().stream().limit(2).toList()),
                consequence));
        warned = true;
      }
    }
    int near = inspection.findings(Kind.NEAR_DUPLICATE).size();
    if (near > 0) {
      progress.line(
          Text.of("%,d near-duplicates of other pictures stay on their side of the split", near));
    }
    if (warned) {
      progress.line(Text.of("'residua inspect %s' lists what was found", root));
    }
  }
}
