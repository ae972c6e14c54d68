package io.residua.data;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.internal.ClassFolders;
import io.residua.data.internal.ClassNames;
import io.residua.data.internal.DataFetcher;
import io.residua.data.internal.DataOpener;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.ImageFolder;
import io.residua.data.internal.PictureFiles;
import io.residua.data.internal.PublishedData;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.Splitting;
import io.residua.data.internal.TestSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A data set as it lies on disk, with the division into parts its own layout gives.
 *
 * @param root the folder or file that was opened
 * @param classes class names, the same for every part
 * @param parts either {@link Part#ALL} alone, or any of train, validation and test
 * @param warnings one line for each thing the user should know, for instance files left out
 */
public record OpenedData(
    Path root, List<String> classes, Map<Part, ImageDataset> parts, List<String> warnings) {

  /** What {@link #openPictures} calls the class of pictures that have no label. */
  public static final String UNLABELLED = "unlabelled";

  public OpenedData {
    classes = List.copyOf(classes);
    parts = Collections.unmodifiableMap(new EnumMap<>(parts));
    warnings = List.copyOf(warnings);
  }

  /**
   * Opens a labelled set, recognised by its content:
   *
   * <ul>
   *   <li>class folders ({@code DATA/<class>/…}), also in parts under {@code train/}, {@code test/}
   *       and {@code val/} in whatever words ({@code seg_train/seg_train/}, {@code test_set/}) and
   *       within folders around them; classes are the sorted folder names, and pictures may lie at
   *       any depth within a class;
   *   <li>a zip or a plain tar of such folders, read in place;
   *   <li>tars as WebDataset writes them ({@code KEY.jpg} with {@code KEY.cls} or {@code
   *       KEY.json}): one, a folder of them, or a pattern {@code shard-{000000..000003}.tar};
   *   <li>pictures with a {@code metadata.csv} or {@code metadata.jsonl} beside them, as Hugging
   *       Face's {@code imagefolder} has them, also one in each part's folder;
   *   <li>a CSV or TSV file with the columns {@code path,label[,split]}, paths relative to its
   *       folder;
   *   <li>a folder with the CIFAR-10 or CIFAR-100 binaries, or one CIFAR-10 batch file;
   *   <li>a folder with the STL-10 binaries.
   * </ul>
   *
   * @throws DataException with one line if there is no such set, folders may be parts as well as
   *     classes, a class has no pictures, the parts disagree about the classes, two classes differ
   *     only by case, or a file is damaged
   */
  public static OpenedData open(Path path) {
    return open(path, DataReading.USUAL);
  }

  /**
   * Opens a labelled set as {@link #open(Path)} does, in the given way.
   *
   * @throws DataException as {@link #open(Path)}, if a list has no such column, columns are named
   *     for what is no list, or a class has no name in the file of names
   */
  public static OpenedData open(Path path, DataReading reading) {
    requireNonNull(path, "path");
    requireNonNull(reading, "reading");
    return new DataOpener(path, reading).open();
  }

  /**
   * Fetches a published set into a new folder and opens it: {@code cifar10} (Krizhevsky 2009) or
   * {@code stl10} (Coates, Lee and Ng 2011). What was fetched once is kept in {@code
   * $RESIDUA_HOME/data}, and compared with the checksums its makers publish.
   *
   * @param folder must not exist or be empty
   * @param offline whether the network must not be touched
   * @throws UsageException if no set is called so
   * @throws DataException with one line; where the set cannot be had it says which file to put
   *     where
   */
  public static OpenedData fetch(String name, Path folder, boolean offline, Progress progress) {
    requireNonNull(name, "name");
    requireNonNull(folder, "folder");
    requireNonNull(progress, "progress");
    DataFetcher.ofEnvironment().fetch(PublishedData.named(name), folder, offline, progress);
    return open(folder);
  }

  /**
   * Fails unless a classifier can be trained on its classes.
   *
   * @throws DataException with one line, if there is only one or one's name is unfit ({@link
   *     ClassNames#problem})
   */
  public void requireTrainable() {
    if (classes.size() < 2) {
      throw new DataException(
          root
              + ": only one class ("
              + ClassFolders.list(classes)
              + "); training needs at least two");
    }
    String badName = ClassNames.problem(classes);
    if (!badName.isEmpty()) {
      throw new DataException(root + ": " + badName);
    }
  }

  /** Whether a folder holds CIFAR or STL-10 binaries (or anything called {@code .bin}). */
  public static boolean holdsBinaries(Path folder) {
    requireNonNull(folder, "folder");
    return PictureFiles.entries(folder).stream().anyMatch(e -> e.name().endsWith(".bin"));
  }

  /**
   * Opens a labelled set as {@link #open} does, or pictures without labels: a folder of picture
   * files, or STL-10's {@code unlabeled_X.bin} in a folder of its own, as one class named {@link
   * #UNLABELLED}.
   *
   * @throws DataException as {@link #open}
   */
  public static OpenedData openPictures(Path path) {
    return openPictures(path, DataReading.USUAL);
  }

  /**
   * Opens pictures as {@link #openPictures(Path)} does, in the given way.
   *
   * @throws DataException as {@link #open(Path, DataReading)}
   */
  public static OpenedData openPictures(Path path, DataReading reading) {
    requireNonNull(path, "path");
    requireNonNull(reading, "reading");
    return new DataOpener(path, reading).openPictures();
  }

  /**
   * The files under the set's folder that are not pictures; empty for a set that is not a folder of
   * picture files.
   */
  public List<Path> leftOut() {
    boolean folders =
        Files.isDirectory(root)
            && all().samples().stream()
                .allMatch(s -> s.source() instanceof PictureSource.PictureFile);
    return folders
        ? PictureFiles.under(root).others().stream()
            .map(PictureFiles.Found::path)
            .filter(file -> !ImageFolder.isList(file))
            .toList()
        : List.of();
  }

  /**
   * This set without some of its pictures, for instance those under quarantine.
   *
   * @param names of samples; names that are not in the set do no harm
   */
  public OpenedData without(Set<String> names) {
    Map<Part, ImageDataset> kept = new EnumMap<>(Part.class);
    parts.forEach(
        (part, data) ->
            kept.put(
                part,
                new ImageDataset(
                    classes,
                    data.samples().stream().filter(s -> !names.contains(s.name())).toList())));
    return new OpenedData(root, classes, kept, warnings);
  }

  /** This set without its parts: all pictures together. */
  public OpenedData pooled() {
    return new OpenedData(root, classes, Map.of(Part.ALL, all()), warnings);
  }

  /** Every picture of every part, part after part. */
  public ImageDataset all() {
    List<Sample> samples = new ArrayList<>();
    parts.values().forEach(part -> samples.addAll(part.samples()));
    return new ImageDataset(classes, samples);
  }

  /**
   * What a finished model is measured on: the test part if there is one, all pictures if there are
   * no parts, else the validation or the train part; the origin says which.
   */
  public TestSet forEvaluation() {
    for (Part part : List.of(Part.TEST, Part.ALL, Part.VALIDATION, Part.TRAIN)) {
      ImageDataset data = parts.get(part);
      if (data != null) {
        String origin =
            part == Part.ALL ? "all pictures" : "the set's own " + part.label() + " part";
        return new TestSet(data, origin);
      }
    }
    throw new DataException(root + ": no pictures");
  }

  /**
   * Divides the set for training. A part the layout gives is used as it is; what is missing is
   * taken from train (or from all pictures) as the plan says. Nothing is ever taken from a given
   * test part.
   *
   * @throws DataException if there is only one class, nothing to train on, or a class that cannot
   *     be divided
   */
  public DataSplits split(SplitPlan plan) {
    return Splitting.split(this, plan);
  }
}
