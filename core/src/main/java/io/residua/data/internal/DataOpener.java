package io.residua.data.internal;

import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.internal.ReadableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens what lies at a path, whatever kind of set it is. */
public final class DataOpener {
  private final Path path;
  private final DataReading reading;

  public DataOpener(Path path, DataReading reading) {
    this.path = path;
    this.reading = reading;
  }

  /** See {@link OpenedData#open(Path, DataReading)}. */
  public OpenedData open() {
    return named(false);
  }

  /** See {@link OpenedData#openPictures(Path, DataReading)}. */
  public OpenedData openPictures() {
    OpenedData unlabelled = unlabelled();
    if (unlabelled == null) {
      return named(true);
    }
    if (reading.classNames() != null) {
      throw ResiduaException.about(
          "class_names",
          new DataException(path + ": its pictures have no labels, so no names of classes"));
    }
    requireNoColumns();
    return unlabelled;
  }

  /**
   * Opens the set, with the names that its classes are given.
   *
   * @param unlabelledToo whether an archive may hold pictures without labels
   */
  private OpenedData named(boolean unlabelledToo) {
    Path names = reading.classNames();
    NamesOfIds classes = names == null ? null : NamesOfIds.read(names);
    OpenedData data = withoutNames(unlabelledToo);
    return classes == null ? data : classes.of(data);
  }

  private @Nullable OpenedData unlabelled() {
    if (!Files.isDirectory(path)) {
      return null;
    }
    if (Stl10.open(path) == null && Files.isRegularFile(path.resolve(Stl10.UNLABELLED_FILE))) {
      List<Sample> samples = new ArrayList<>();
      for (PictureSource record : Stl10.unlabelled(path)) {
        samples.add(new Sample(record, Stl10.UNLABELLED_FILE + "#" + samples.size(), 0));
      }
      return unlabelled(samples);
    }
    Found folder = new Found(path, "");
    return ClassFolders.hasNone(folder) && ImageFolder.open(path, reading) == null
        ? unlabelled(pictures(folder))
        : null;
  }

  private static List<Sample> pictures(Found folder) {
    return PictureFiles.under(folder).pictures().stream()
        .map(picture -> new Sample(picture.picture(), picture.name(), 0))
        .toList();
  }

  private @Nullable OpenedData unlabelled(List<Sample> samples) {
    if (samples.isEmpty()) {
      return null;
    }
    List<String> classes = List.of(OpenedData.UNLABELLED);
    ImageDataset all = new ImageDataset(classes, samples);
    return new OpenedData(path, classes, Map.of(Part.ALL, all), List.of());
  }

  private OpenedData withoutNames(boolean unlabelledToo) {
    if (!Files.exists(path)) {
      List<Shards.Shard> shards = Shards.named(path);
      if (shards.isEmpty()) {
        throw new DataException(path + ": no such file or folder");
      }
      return WebDataset.open(path, shards, reading);
    }
    try {
      ReadableFiles.requireNoPipe(path);
    } catch (IOException e) {
      throw new DataException(path + ": " + e.getMessage(), e);
    }
    if (Files.isDirectory(path)) {
      return folder();
    }
    String name = PictureFiles.fileName(path).toLowerCase(Locale.ROOT);
    if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      return CsvData.open(path, reading);
    }
    if (name.endsWith(".bin")) {
      requireNoColumns();
      return CifarBinary.openBatch(path);
    }
    Archive archive = Archive.open(path);
    if (archive == null) {
      throw new DataException(
          path
              + ": is a file; expected a folder with one folder per class, a zip or tar of such, a"
              + " CSV file or a binary");
    }
    if (WebDataset.isIn(archive, reading)) {
      return WebDataset.open(path, List.of(new Shards.Shard(archive, "", Part.ALL)), reading);
    }
    requireNoColumns();
    return archived(new ArchiveTree(archive), unlabelledToo);
  }

  private OpenedData archived(ArchiveTree tree, boolean unlabelledToo) {
    Found root = tree.root();
    if (PictureFiles.entries(root).isEmpty()) {
      throw new DataException(path + ": has no files");
    }
    ImageFolder.refuseIn(root);
    OpenedData data =
        unlabelledToo && ClassFolders.hasNone(root) ? unlabelled(pictures(root)) : null;
    data = data == null ? ClassFolders.open(root) : data;
    List<String> warnings = new ArrayList<>(tree.warnings());
    warnings.addAll(data.warnings());
    return new OpenedData(path, data.classes(), data.parts(), warnings);
  }

  private OpenedData folder() {
    OpenedData binaries = Stl10.open(path);
    binaries = binaries == null ? CifarBinary.open(path) : binaries;
    OpenedData listed = binaries == null ? ImageFolder.open(path, reading) : null;
    if (listed != null) {
      return listed;
    }
    List<Shards.Shard> shards = binaries == null ? Shards.in(path) : List.of();
    if (!shards.isEmpty()) {
      return WebDataset.open(path, shards, reading);
    }
    requireNoColumns();
    return binaries == null ? ClassFolders.open(path) : binaries;
  }

  private void requireNoColumns() {
    if (reading.namesColumns()) {
      throw ResiduaException.about(
          reading.pathColumn() == null ? "label_column" : "path_column",
          new DataException(
              path
                  + ": is no list, so it has no columns; names of columns are for CSV and TSV files"
                  + " and for folders with a metadata.csv or metadata.jsonl"));
    }
  }
}
