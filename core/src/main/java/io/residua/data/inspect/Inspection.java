package io.residua.data.inspect;

import io.residua.data.Part;
import io.residua.data.inspect.internal.InspectionText;
import io.residua.data.internal.Grouping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a look through a set of pictures found.
 *
 * @param root what was looked through
 * @param classes class names
 * @param counts pictures per class, for each part
 * @param pictures how many pictures there are, readable or not
 * @param sizes of the readable pictures
 * @param formats readable pictures by file format
 * @param modes readable pictures by colour mode
 * @param channels mean and deviation of the pixels of the train part (or of all, without parts)
 * @param findings the most serious kinds first, then by file name
 * @param quarantine names of pictures that training would better leave out, with the reason's key:
 *     unreadable and blank ones, placeholders, those under two labels, all but the first of those
 *     that are the same, and of the same in two parts those in train
 */
public record Inspection(
    String root,
    List<String> classes,
    Map<Part, int[]> counts,
    int pictures,
    Sizes sizes,
    Map<String, Integer> formats,
    Map<String, Integer> modes,
    Channels channels,
    List<Finding> findings,
    SortedMap<String, String> quarantine) {

  /** Pixels; 0 where no picture could be read. Aspect is width over height. */
  public record Sizes(
      int minWidth,
      int medianWidth,
      int maxWidth,
      int minHeight,
      int medianHeight,
      int maxHeight,
      double minAspect,
      double maxAspect,
      int distinct) {}

  /** Red, green, blue on a scale of 0..1, over all pixels. */
  public record Channels(double[] mean, double[] deviation) {}

  /** This with more findings, which keep their order within a kind. */
  public Inspection with(List<Finding> more) {
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(more);
    all.sort(Comparator.comparing(Finding::kind));
    return new Inspection(
        root, classes, counts, pictures, sizes, formats, modes, channels, all, quarantine);
  }

  /** All of it for a terminal; of each kind of finding the first ten. */
  public String toText() {
    return InspectionText.of(this);
  }

  public List<Finding> findings(Finding.Kind kind) {
    return findings.stream().filter(f -> f.kind() == kind).toList();
  }

  /** Pictures of the largest class over those of the smallest, in a part. */
  public double imbalance(Part part) {
    int[] perClass = counts.getOrDefault(part, new int[] {1});
    int max = 0;
    int min = Integer.MAX_VALUE;
    for (int count : perClass) {
      max = Math.max(max, count);
      min = Math.min(min, count);
    }
    return (double) max / Math.max(1, min);
  }

  /** Keeps all that were found to show the same together, whatever their names. */
  public Grouping grouping() {
    Map<String, String> leader = new HashMap<>();
    for (Finding finding : findings) {
      switch (finding.kind()) {
        case LABEL_CONFLICT, CROSS_SPLIT_DUPLICATE, EXACT_DUPLICATE, NEAR_DUPLICATE -> {
          String first = lead(leader, finding.files().get(0));
          finding.files().forEach(file -> leader.put(lead(leader, file), first));
        }
        default -> {}
      }
    }
    return Grouping.byKey(sample -> lead(leader, sample.name()));
  }

  private static String lead(Map<String, String> leader, String file) {
    String at = file;
    for (String next = leader.get(at); next != null && !next.equals(at); next = leader.get(at)) {
      at = next;
    }
    return at;
  }
}
