package io.residua.data.inspect.internal;

import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Finding.Kind;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Gathers what is found, picture by picture and pair by pair. */
public final class Findings {
  /** Grey levels that deviate less than this (of 255) show nothing. */
  public static final double BLANK_DEVIATION = 2.5;

  private static final Pattern PLACEHOLDER_NAME =
      Pattern.compile("image[_ -]?not[_ -]?found|no[_ -]?image|placeholder|not[_ -]?available");
  private static final int PLACEHOLDER_MIN_PX = 64;

  private final List<Sample> samples;
  private final List<Part> parts;
  private final List<String> classes;
  private final List<Finding> findings = new ArrayList<>();
  private final SortedMap<String, String> quarantine = new TreeMap<>();

  public Findings(List<Sample> samples, List<Part> parts, List<String> classes) {
    this.samples = samples;
    this.parts = parts;
    this.classes = classes;
  }

  public void notAPicture(String name) {
    findings.add(new Finding(Kind.NOT_A_PICTURE, List.of(name), "neither by name nor by content"));
  }

  /** What each picture shows by itself. */
  public void ofPictures(PictureScan[] scans) {
    long drawn = 0;
    for (PictureScan scan : scans) {
      drawn += scan.fewColours() > 0 ? 1 : 0;
    }
    // Where many pictures have few colours, the set is one of drawings.
    boolean coloursTell = drawn <= Math.max(1, scans.length / 20);
    for (int i = 0; i < scans.length; i++) {
      PictureScan scan = scans[i];
      if (scan.error() != null) {
        add(i, Kind.UNREADABLE, scan.error(), true);
        continue;
      }
      String name = samples.get(i).name().toLowerCase(Locale.ROOT);
      boolean notice = PLACEHOLDER_NAME.matcher(name.substring(name.lastIndexOf('/') + 1)).find();
      boolean large = Math.min(scan.width(), scan.height()) >= PLACEHOLDER_MIN_PX;
      if (scan.deviation() < BLANK_DEVIATION) {
        add(i, Kind.BLANK, "practically one colour", true);
      } else if (notice || (coloursTell && large && scan.fewColours() > 0)) {
        String colours = scan.fewColours() > 0 ? ", " + scan.fewColours() + " colours" : "";
        add(i, Kind.PLACEHOLDER, scan.facts().format() + colours, true);
      }
      if (scan.facts().animated()) {
        add(i, Kind.ANIMATED, scan.facts().format() + " with several frames", false);
      }
      if (scan.facts().orientation() != 1) {
        add(i, Kind.EXIF_ROTATED, "orientation " + scan.facts().orientation(), false);
      }
    }
  }

  private void add(int picture, Kind kind, String detail, boolean leaveOut) {
    String name = samples.get(picture).name();
    findings.add(new Finding(kind, List.of(name), detail));
    if (leaveOut) {
      quarantine.put(name, kind.key());
    }
  }

  /**
   * Pictures with equal pixels.
   *
   * @return for each picture whether an equal one came before it in the same part
   */
  public boolean[] equalPictures(PictureScan[] scans) {
    Map<String, List<Integer>> byPixels = new LinkedHashMap<>();
    for (int i = 0; i < scans.length; i++) {
      if (scans[i].error() == null && scans[i].deviation() >= BLANK_DEVIATION) {
        byPixels.computeIfAbsent(scans[i].pixelHash(), k -> new ArrayList<>(1)).add(i);
      }
    }
    boolean[] repeated = new boolean[scans.length];
    for (List<Integer> group : byPixels.values()) {
      if (group.size() > 1) {
        same(group, Kind.EXACT_DUPLICATE, "equal pixels");
        Set<Part> seen = new HashSet<>();
        group.forEach(i -> repeated[i] = !seen.add(parts.get(i)));
      }
    }
    return repeated;
  }

  public void nearPair(NearDuplicates.Pair pair) {
    same(
        List.of(pair.first(), pair.second()),
        Kind.NEAR_DUPLICATE,
        Text.of("likeness %.2f", pair.likeness()));
  }

  private void same(List<Integer> group, Kind kind, String detail) {
    List<Integer> byPart = new ArrayList<>(group);
    byPart.sort(Comparator.comparing((Integer i) -> parts.get(i)).reversed());
    List<String> files = byPart.stream().map(i -> samples.get(i).name()).toList();
    Set<Integer> labels = new HashSet<>();
    Set<Part> inParts = new HashSet<>();
    for (int i : group) {
      labels.add(samples.get(i).label());
      inParts.add(parts.get(i));
    }
    if (labels.size() > 1) {
      String names = String.join(", ", labels.stream().sorted().map(classes::get).toList());
      findings.add(new Finding(Kind.LABEL_CONFLICT, files, detail + "; labelled " + names));
      files.forEach(file -> quarantine.putIfAbsent(file, Kind.LABEL_CONFLICT.key()));
    }
    Kind found = inParts.size() > 1 ? Kind.CROSS_SPLIT_DUPLICATE : kind;
    if (inParts.size() > 1 || labels.size() == 1) {
      findings.add(new Finding(found, files, detail));
    }
    // Kept: the one to be measured on, or the first.
    Part kept = parts.get(byPart.get(0));
    for (int k = 1; k < byPart.size(); k++) {
      if (inParts.size() == 1 || parts.get(byPart.get(k)) != kept) {
        quarantine.putIfAbsent(files.get(k), found.key());
      }
    }
  }

  public List<Finding> sorted() {
    return findings.stream()
        .sorted(
            Comparator.comparing(Finding::kind).thenComparing(f -> String.join("\0", f.files())))
        .toList();
  }

  public SortedMap<String, String> quarantine() {
    return quarantine;
  }
}
