package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The folders that class folders hold, which may be parts.
 *
 * @param folder that of the classes
 * @param data what was read from it
 * @param names for each class those of the folders in its folder; none where pictures lie beside
 */
record FoldersInClasses(Found folder, ImageDataset data, List<Set<String>> names) {
  static FoldersInClasses of(Found folder, ImageDataset data) {
    List<Set<String>> names = new ArrayList<>();
    data.classes().forEach(c -> names.add(new TreeSet<>()));
    boolean[] loose = new boolean[data.classes().size()];
    for (Sample sample : data.samples()) {
      String inClass = within(folder, data, sample);
      int slash = inClass.indexOf('/');
      if (slash < 0) {
        loose[sample.label()] = true;
      } else {
        names.get(sample.label()).add(inClass.substring(0, slash));
      }
    }
    for (int c = 0; c < loose.length; c++) {
      if (loose[c]) {
        names.get(c).clear();
      }
    }
    return new FoldersInClasses(folder, data, names);
  }

  /** Where a picture lies in the folder of its class. */
  private static String within(Found folder, ImageDataset data, Sample sample) {
    int before = folder.name().isEmpty() ? 0 : folder.name().length() + 1;
    return sample.name().substring(before + data.classes().get(sample.label()).length() + 1);
  }

  /**
   * Whether they are parts ({@code cats/train}, {@code cats/test}, {@code dogs/train} …).
   *
   * @throws DataException if that is so of some classes only, or of some of their folders
   */
  boolean areParts() {
    Predicate<Set<String>> allParts =
        inside -> !inside.isEmpty() && inside.stream().allMatch(n -> FolderName.of(n).isPart());
    if (names.stream().allMatch(allParts)) {
      return true;
    }
    for (int c = 0; c < names.size(); c++) {
      Set<Part> parts = EnumSet.noneOf(Part.class);
      for (String name : names.get(c)) {
        FolderName meaning = FolderName.of(name);
        if (meaning.isPart() && meaning.part() != null) {
          parts.add(meaning.part());
        }
      }
      if (parts.size() > 1 && parts.contains(Part.TRAIN)) {
        throw new DataException(
            Text.of(
                    "%s: class '%s' holds parts (%s), but not all classes hold parts and nothing"
                        + " else; put the",
                    folder.path(),
                    data.classes().get(c),
                    ClassFolders.list(List.copyOf(names.get(c))))
                + " classes into the parts, or give a CSV file with path,label,split");
      }
    }
    return false;
  }

  /** The pictures of each part, where they are parts. */
  Map<Part, ImageDataset> parts() {
    Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
    for (Sample sample : data.samples()) {
      Part part = FolderName.of(within(folder, data, sample).split("/", 2)[0]).part();
      if (part != null) {
        samples.computeIfAbsent(part, p -> new ArrayList<>()).add(sample);
      }
    }
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    samples.forEach((part, list) -> parts.put(part, new ImageDataset(data.classes(), list)));
    return parts;
  }

  /** What is said where all classes hold the same folders, which may be the classes. */
  Optional<String> alike() {
    Set<String> alike = names.get(0);
    if (names.size() < 2 || alike.size() < 2 || Set.copyOf(names).size() > 1) {
      return Optional.empty();
    }
    return Optional.of(
        Text.of(
                "%s: the classes %s all hold the same folders, %s, which are not told apart; if"
                    + " those are",
                folder.path(),
                ClassFolders.list(data.classes()),
                ClassFolders.list(List.copyOf(alike)))
            + " the classes, give one of the folders above them");
  }
}
