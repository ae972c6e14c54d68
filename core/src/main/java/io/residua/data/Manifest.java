package io.residua.data;

import io.residua.Progress;
import io.residua.data.internal.Csv;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.TestSet;
import io.residua.data.internal.TrainingData;
import io.residua.internal.AtomicFiles;
import io.residua.internal.CsvCell;
import io.residua.internal.IoReasons;
import io.residua.internal.ReadableFiles;
import io.residua.internal.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The exact division of a set: which picture, its class, its part, and the SHA-256 of its bytes.
 * Stored beside a run ({@code split.csv}), it makes the split reusable and its data provable.
 *
 * @param entries sorted by part, then by name
 */
public record Manifest(List<Entry> entries) {
  private static final List<String> HEADER = List.of("path", "label", "split", "sha256");

  /**
   * One picture.
   *
   * @param path its name within the set, forward slashes
   * @param label its class name
   * @param sha256 of the picture, as {@link PictureSource#sha256}
   */
  public record Entry(String path, String label, Part split, String sha256) {}

  public Manifest {
    entries =
        entries.stream()
            .sorted(Comparator.comparing(Entry::split).thenComparing(Entry::path))
            .toList();
  }

  /** Writes down a division; reads every picture's bytes once. */
  public static Manifest of(DataSplits splits, Progress progress) {
    List<Entry> entries = new ArrayList<>();
    Map<Part, ImageDataset> parts = splits.byPart();
    long total = parts.values().stream().mapToLong(ImageDataset::size).sum();
    try (Progress.Task task = progress.start("hashing pictures", total, "pictures")) {
      parts.forEach(
          (part, data) -> {
            String[] hashes = hashes(data, task);
            for (int i = 0; i < hashes.length; i++) {
              Sample sample = data.samples().get(i);
              String label = data.classes().get(sample.label());
              entries.add(new Entry(sample.name(), label, part, hashes[i]));
            }
          });
    }
    return new Manifest(entries);
  }

  /** SHA-256 over all entries; equal for equal data and division, whatever the order of rows. */
  public String hash() {
    StringBuilder text = new StringBuilder();
    entries.forEach(e -> text.append(row(e)).append('\n'));
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Writes {@code path,label,split,sha256} as CSV (RFC 4180, UTF-8). */
  public void write(Path file) {
    StringBuilder text = new StringBuilder(String.join(",", HEADER)).append("\r\n");
    entries.forEach(e -> text.append(row(e)).append("\r\n"));
    AtomicFiles.write(file, text.toString());
  }

  private static String row(Entry e) {
    return CsvCell.row(List.of(e.path(), e.label(), e.split().label(), e.sha256()));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DataException naming the file and the line
   */
  public static Manifest read(Path file) {
    try (BufferedReader in = ReadableFiles.reader(file)) {
      Csv csv = new Csv(in, ',');
      List<String> header = csv.next();
      if (!HEADER.equals(header)) {
        throw new DataException("expected the header " + String.join(",", HEADER));
      }
      List<Entry> entries = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      for (List<String> row = csv.next(); row != null; row = csv.next()) {
        entries.add(entry(row, csv.rowLine(), seen));
      }
      return new Manifest(entries);
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }

  private static Entry entry(List<String> row, int line, Set<String> seen) {
    if (row.size() != HEADER.size()) {
      throw new DataException("line " + line + ": " + row.size() + " fields, expected 4");
    }
    Part part = Part.named(row.get(2));
    if (part == null) {
      throw new DataException("line " + line + ": '" + row.get(2) + "' is no split");
    }
    if (!row.get(3).matches("[0-9a-f]{64}")) {
      throw new DataException("line " + line + ": '" + row.get(3) + "' is no SHA-256");
    }
    if (!seen.add(row.get(0))) {
      throw new DataException("line " + line + ": '" + row.get(0) + "' is listed twice");
    }
    return new Entry(row.get(0), row.get(1), part, row.get(3));
  }

  /** This manifest without some of its pictures. */
  public Manifest without(Set<String> names) {
    return new Manifest(entries.stream().filter(e -> !names.contains(e.path())).toList());
  }

  /**
   * Counts the pictures of a set that a model was fitted to or chosen by: those whose content is
   * that of a picture listed here in train or validation, whatever they are called. Reads every
   * picture's bytes once.
   */
  public int countTrainedOn(ImageDataset data, Progress progress) {
    Set<String> trained = new HashSet<>();
    entries.stream().filter(e -> e.split() != Part.TEST).forEach(e -> trained.add(e.sha256()));
    try (Progress.Task task = progress.start("comparing with training", data.size(), "pictures")) {
      return (int)
          data.samples().parallelStream()
              .filter(
                  sample -> {
                    task.advance(1);
                    return isListed(sample, trained);
                  })
              .count();
    }
  }

  private static boolean isListed(Sample sample, Set<String> hashes) {
    try {
      return hashes.contains(sha256(sample.source()));
    } catch (DataException e) {
      return false; // whoever needs its pixels will say that it cannot be read
    }
  }

  /**
   * Divides a set as this manifest says. Pictures the manifest does not list are left out.
   *
   * @param origin what the parts' origins say, for instance {@code "as listed in split.csv"}
   * @throws DataException if a listed picture is missing, has another class, or other bytes than
   *     when the manifest was written
   */
  public DataSplits apply(OpenedData data, String origin, Progress progress) {
    ImageDataset all = data.all();
    Map<String, Sample> byName = new HashMap<>();
    all.samples().forEach(s -> byName.put(s.name(), s));
    Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
    List<Sample> listed = new ArrayList<>();
    for (Entry entry : entries) {
      Sample sample = byName.get(entry.path());
      if (sample == null) {
        throw new DataException(data.root() + ": '" + entry.path() + "' of the split is missing");
      }
      String label = all.classes().get(sample.label());
      if (!label.equals(entry.label())) {
        throw new DataException(
            sample.path() + ": is '" + label + "' here but '" + entry.label() + "' in the split");
      }
      samples.computeIfAbsent(entry.split(), p -> new ArrayList<>()).add(sample);
      listed.add(sample);
    }
    if (!samples.containsKey(Part.TRAIN) || !samples.containsKey(Part.VALIDATION)) {
      throw new DataException(origin + ": a split needs train and validation pictures");
    }
    String[] hashes;
    try (Progress.Task task = progress.start("checking pictures", listed.size(), "pictures")) {
      hashes = hashes(new ImageDataset(all.classes(), listed), task);
    }
    for (int i = 0; i < hashes.length; i++) {
      if (!hashes[i].equals(entries.get(i).sha256())) {
        throw new DataException(
            listed.get(i).path() + ": has changed since the split was made (other content)");
      }
    }
    List<Sample> test = samples.get(Part.TEST);
    return new DataSplits(
        new TrainingData(
            new ImageDataset(all.classes(), samples.getOrDefault(Part.TRAIN, List.of())),
            origin,
            new ImageDataset(all.classes(), samples.getOrDefault(Part.VALIDATION, List.of())),
            origin),
        test == null
            ? Optional.empty()
            : Optional.of(new TestSet(new ImageDataset(all.classes(), test), origin)));
  }

  private static String[] hashes(ImageDataset data, Progress.Task task) {
    String[] hashes = new String[data.size()];
    IntStream.range(0, hashes.length)
        .parallel()
        .forEach(
            i -> {
              hashes[i] = sha256(data.samples().get(i).source());
              task.advance(1);
            });
    return hashes;
  }

  private static String sha256(PictureSource source) {
    try {
      return source.sha256();
    } catch (IOException e) {
      throw new DataException(source.path() + ": cannot be read: " + IoReasons.of(e), e);
    }
  }
}
