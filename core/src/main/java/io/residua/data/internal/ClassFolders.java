package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.data.internal.PictureFiles.Listing;
import io.residua.internal.Text;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads class folders, in parts where {@link FolderLayout} finds some. */
public final class ClassFolders {
  private ClassFolders() {}

  /**
   * A class and the folder of its pictures, or of those of a part; its name is from the root on.
   */
  private record ClassFolder(String name, Found folder) {}

  private record ReadPart(Part part, String folder, ImageDataset data) {}

  /** Whether a folder's pictures have no labels: it, or the part that it wraps, has no folders. */
  static boolean hasNone(Found root) {
    List<Found> inside = FolderLayout.folders(root.named(""));
    if (inside.size() == 1 && FolderName.of(FolderLayout.last(inside.get(0))).isNoClass()) {
      inside = FolderLayout.folders(inside.get(0));
    }
    return inside.isEmpty();
  }

  static OpenedData open(Path root) {
    return open(new Found(root, ""));
  }

  /** Opens what lies under a folder, for instance that of an archive. */
  static OpenedData open(Found top) {
    Path root = top.path();
    FolderLayout layout = FolderLayout.of(top);
    List<String> warnings = new ArrayList<>(layout.notes());
    if (layout.parts().isEmpty()) {
      return withoutParts(root, layout.folder(), warnings);
    }
    for (Found folder : layout.others()) {
      warnings.add(folder.path() + ": is neither train, validation nor test and is left out");
    }
    List<ReadPart> read = new ArrayList<>();
    layout
        .parts()
        .forEach(
            (part, folder) -> {
              List<ClassFolder> classes = classes(folder);
              if (classes.isEmpty()
                  && part != Part.TRAIN
                  && layout.parts().containsKey(Part.TRAIN)) {
                long pictures = PictureFiles.under(folder).pictures().size();
                warnings.add(
                    Text.of(
                        "%s: has %s; left out",
                        folder.path(),
                        pictures == 0
                            ? "no pictures"
                            : Text.count(pictures, "picture")
                                + " without class folders, so without labels"));
                return;
              }
              requireClasses(folder, classes);
              strayFiles(root, FolderLayout.entries(folder), warnings);
              ImageDataset data = read(root, folder.path(), classes, warnings);
              FoldersInClasses.of(folder, data).alike().ifPresent(warnings::add);
              read.add(new ReadPart(part, folder.name(), data));
            });
    return inParts(root, read, warnings);
  }

  private static OpenedData withoutParts(Path root, Found folder, List<String> warnings) {
    List<ClassFolder> classes = classes(folder);
    requireClasses(folder, classes);
    strayFiles(root, FolderLayout.entries(folder), warnings);
    ImageDataset all = read(root, folder.path(), classes, warnings);
    FoldersInClasses inside = FoldersInClasses.of(folder, all);
    if (inside.areParts()) {
      warnings.add(Text.of("%s: read as classes with their parts within them", folder.path()));
      List<ReadPart> parts = new ArrayList<>();
      inside.parts().forEach((part, data) -> parts.add(new ReadPart(part, part.label(), data)));
      return inParts(root, parts, warnings);
    }
    inside.alike().ifPresent(warnings::add);
    return new OpenedData(root, all.classes(), Map.of(Part.ALL, all), warnings);
  }

  private static OpenedData inParts(Path root, List<ReadPart> read, List<String> warnings) {
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    for (ReadPart part : read) {
      checkSameClasses(root, read.get(0), part);
      parts.put(part.part(), part.data());
    }
    return new OpenedData(root, read.get(0).data().classes(), parts, warnings);
  }

  private static List<ClassFolder> classes(Found folder) {
    return FolderLayout.folders(folder).stream()
        .map(f -> new ClassFolder(FolderLayout.last(f), f))
        .toList();
  }

  /** There must be class folders, and none that is a part or a fold by its name. */
  private static void requireClasses(Found folder, List<ClassFolder> classes) {
    if (classes.isEmpty()) {
      throw new DataException(folder.path() + ": " + whatIsThere(FolderLayout.entries(folder)));
    }
    List<String> names = classes.stream().map(ClassFolder::name).toList();
    List<FolderName> meaning = names.stream().map(FolderName::of).toList();
    boolean parts = meaning.stream().allMatch(FolderName::isPart);
    boolean folds = names.size() > 1 && meaning.stream().allMatch(FolderName::fold);
    if (parts || folds) {
      throw new DataException(
          Text.of(
              "%s: expected one folder per class, but %s %s, not %s",
              folder.path(),
              list(names),
              names.size() == 1 ? "is a part" : folds ? "are folds" : "are parts",
              (names.size() == 1 ? "a class" : "classes")
                  + (folds
                      ? "; make train and test of them, or a CSV file with path,label,split"
                      : "")));
    }
  }

  private static ImageDataset read(
      Path root, Path part, List<ClassFolder> folders, List<String> warnings) {
    Map<String, String> byFoldedName = new HashMap<>();
    List<String> classes = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    List<Found> others = new ArrayList<>();
    for (ClassFolder folder : folders) {
      String folded = Normalizer.normalize(folder.name(), Normalizer.Form.NFC);
      String twin = byFoldedName.put(folded.toLowerCase(Locale.ROOT), folder.name());
      if (twin != null) {
        throw new DataException(
            part
                + ": classes '"
                + twin
                + "' and '"
                + folder.name()
                + "' differ only by case; merge or rename one");
      }
      Listing listing = PictureFiles.under(folder.folder());
      if (listing.pictures().isEmpty()) {
        String reason =
            listing.others().isEmpty()
                ? "is empty"
                : "has no pictures (" + Text.count(listing.others().size(), "other file") + ")";
        throw new DataException(
            folder.folder().path() + ": class folder " + reason + "; fill it or remove it");
      }
      String inClass = folder.folder().name() + "/";
      for (Found picture : listing.pictures()) {
        samples.add(new Sample(picture.picture(), inClass + picture.name(), classes.size()));
      }
      listing.others().forEach(o -> others.add(o.named(inClass + o.name())));
      classes.add(folder.name());
    }
    if (!others.isEmpty()) {
      warnings.add(
          root
              + ": "
              + Text.count(others.size(), "file")
              + (others.size() == 1 ? " is not a picture and is" : " are not pictures and are")
              + " left out (first: "
              + others.get(0).name()
              + ")");
    }
    return new ImageDataset(classes, samples);
  }

  private static void strayFiles(Path root, List<Found> entries, List<String> warnings) {
    List<Found> stray =
        entries.stream().filter(e -> e.isFile() && PictureFiles.isPicture(e)).toList();
    if (!stray.isEmpty()) {
      warnings.add(
          root
              + ": "
              + Text.count(stray.size(), "picture")
              + " outside class folders left out (first: "
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
  public static String list(List<String> names) {
    String shown =
        names.stream().limit(5).map(n -> "'" + n + "'").reduce((a, b) -> a + ", " + b).orElse("");
    return names.size() > 5 ? shown + " and " + (names.size() - 5) + " more" : shown;
  }

  private static String whatIsThere(List<Found> entries) {
    if (entries.isEmpty()) {
      return "folder is empty; expected one folder per class";
    }
    long pictures = entries.stream().filter(PictureFiles::isPicture).count();
    String found =
        pictures > 0
            ? "holds " + Text.count(pictures, "picture") + " but no class folders"
            : "has no class folders and no pictures ("
                + Text.count(entries.size(), "other file")
                + ")";
    return found + "; expected one folder per class";
  }
}
