package io.residua.data;

import io.residua.data.PictureFiles.Found;
import io.residua.data.PictureFiles.Listing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads {@code DATA/<class>/…} and {@code DATA/train/<class>/…} layouts. */
final class ClassFolders {
  private ClassFolders() {}

  /** Whether a folder has no folders in it, so that its pictures have no labels. */
  static boolean hasNone(Path root) {
    return PictureFiles.entries(root).stream().noneMatch(e -> Files.isDirectory(e.path()));
  }

  static OpenedData open(Path root) {
    List<Found> entries = PictureFiles.entries(root);
    List<Found> folders = entries.stream().filter(e -> Files.isDirectory(e.path())).toList();
    if (folders.isEmpty()) {
      throw new DataException(root + ": " + whatIsThere(entries));
    }
    List<String> warnings = new ArrayList<>();
    Map<Part, Found> partFolders = partFolders(root, folders);
    if (partFolders.isEmpty()) {
      strayFiles(root, "", entries, warnings);
      ImageDataset all = readPart(root, "", folders, warnings);
      return new OpenedData(root, all.classes(), Map.of(Part.ALL, all), warnings);
    }
    for (Found folder : folders) {
      if (!partFolders.containsValue(folder)) {
        warnings.add(folder.path() + ": is neither train, validation nor test and is left out");
      }
    }
    List<ReadPart> read = new ArrayList<>();
    partFolders.forEach(
        (part, folder) -> {
          List<Found> inPart = PictureFiles.entries(folder.path());
          List<Found> classFolders =
              inPart.stream().filter(e -> Files.isDirectory(e.path())).toList();
          if (classFolders.isEmpty()) {
            throw new DataException(folder.path() + ": " + whatIsThere(inPart));
          }
          String prefix = folder.name() + "/";
          strayFiles(root, prefix, inPart, warnings);
          ImageDataset data = readPart(root, prefix, classFolders, warnings);
          read.add(new ReadPart(part, folder.name(), data));
        });
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    for (ReadPart part : read) {
      checkSameClasses(root, read.get(0), part);
      parts.put(part.part(), part.data());
    }
    return new OpenedData(root, read.get(0).data().classes(), parts, warnings);
  }

  private record ReadPart(Part part, String folder, ImageDataset data) {}

  /**
   * The folders that are parts, empty if this is not such a layout. A folder called {@code train}
   * is a part where a second part stands beside it or nothing else does, else it may be a class of
   * trains.
   */
  private static Map<Part, Found> partFolders(Path root, List<Found> folders) {
    Map<Part, Found> parts = new EnumMap<>(Part.class);
    for (Found folder : folders) {
      Part part = Part.named(folder.name());
      if (part == null) {
        continue;
      }
      Found other = parts.putIfAbsent(part, folder);
      if (other != null) {
        throw new DataException(
            root
                + ": '"
                + other.name()
                + "' and '"
                + folder.name()
                + "' are both "
                + part.label()
                + " parts; keep one");
      }
    }
    boolean others = parts.size() < folders.size();
    boolean layout = others ? parts.containsKey(Part.TRAIN) && parts.size() > 1 : !parts.isEmpty();
    return layout ? parts : Map.of();
  }

  private static ImageDataset readPart(
      Path root, String prefix, List<Found> folders, List<String> warnings) {
    Map<String, String> byFoldedName = new HashMap<>();
    List<String> classes = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    List<Found> others = new ArrayList<>();
    for (Found folder : folders) {
      String folded = Normalizer.normalize(folder.name(), Normalizer.Form.NFC);
      String twin = byFoldedName.put(folded.toLowerCase(Locale.ROOT), folder.name());
      if (twin != null) {
        throw new DataException(
            root.resolve(prefix)
                + ": classes '"
                + twin
                + "' and '"
                + folder.name()
                + "' differ only by case; merge or rename one");
      }
      Listing listing = PictureFiles.under(folder.path());
      if (listing.pictures().isEmpty()) {
        String reason =
            listing.others().isEmpty()
                ? "is empty"
                : "has no pictures (" + count(listing.others().size(), "other file") + ")";
        throw new DataException(folder.path() + ": class folder " + reason);
      }
      String inClass = prefix + folder.name() + "/";
      for (Found picture : listing.pictures()) {
        samples.add(
            new Sample(
                new PictureSource.PictureFile(picture.path()),
                inClass + picture.name(),
                classes.size()));
      }
      listing.others().forEach(o -> others.add(new Found(o.path(), inClass + o.name())));
      classes.add(folder.name());
    }
    if (!others.isEmpty()) {
      warnings.add(
          root
              + ": "
              + count(others.size(), "file")
              + (others.size() == 1 ? " is not a picture and is" : " are not pictures and are")
              + " left out (first: "
              + others.get(0).name()
              + ")");
    }
    return new ImageDataset(classes, samples);
  }

  private static void strayFiles(
      Path root, String prefix, List<Found> entries, List<String> warnings) {
    List<Found> stray =
        entries.stream()
            .filter(e -> Files.isRegularFile(e.path()) && PictureFiles.isPicture(e))
            .toList();
    if (!stray.isEmpty()) {
      warnings.add(
          root
              + ": "
              + count(stray.size(), "picture")
              + " outside class folders left out (first: "
              + prefix
              + stray.get(0).name()
              + ")");
    }
  }

  private static void checkSameClasses(Path root, ReadPart first, ReadPart other) {
    List<String> missing = minus(first.data().classes(), other.data().classes());
    List<String> extra = minus(other.data().classes(), first.data().classes());
    List<String> reasons = new ArrayList<>();
    if (!missing.isEmpty()) {
      reasons.add("lacks " + list(missing));
    }
    if (!extra.isEmpty()) {
      reasons.add("also has " + list(extra));
    }
    if (!reasons.isEmpty()) {
      throw new DataException(
          root
              + ": '"
              + first.folder()
              + "' and '"
              + other.folder()
              + "' have different classes ('"
              + other.folder()
              + "' "
              + String.join(" and ", reasons)
              + ")");
    }
  }

  private static List<String> minus(List<String> a, List<String> b) {
    return a.stream().filter(name -> !b.contains(name)).toList();
  }

  /** Up to five names, quoted. */
  static String list(List<String> names) {
    String shown =
        names.stream().limit(5).map(n -> "'" + n + "'").reduce((a, b) -> a + ", " + b).orElse("");
    return names.size() > 5 ? shown + " and " + (names.size() - 5) + " more" : shown;
  }

  static String count(int n, String thing) {
    return n + " " + thing + (n == 1 ? "" : "s");
  }

  private static String whatIsThere(List<Found> entries) {
    if (entries.isEmpty()) {
      return "folder is empty; expected one folder per class";
    }
    long pictures = entries.stream().filter(PictureFiles::isPicture).count();
    String found =
        pictures > 0
            ? "holds " + count((int) pictures, "picture") + " but no class folders"
            : "has no class folders and no pictures (" + count(entries.size(), "other file") + ")";
    return found + "; expected one folder per class";
  }
}
