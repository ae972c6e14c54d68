package io.residua.data;

import io.residua.ReadableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens what lies at a path, whatever kind of set it is. */
final class DataOpener {
  private final Path path;
  private final DataReading reading;

  DataOpener(Path path, DataReading reading) {
    this.path = path;
    this.reading = reading;
  }

  /** See {@link OpenedData#open(Path, DataReading)}. */
  OpenedData open() {
    Path names = reading.classNames();
    NamesOfIds classes = names == null ? null : NamesOfIds.read(names);
    OpenedData data = withoutNames();
    return classes == null ? data : classes.of(data);
  }

  /** See {@link OpenedData#openPictures(Path, DataReading)}. */
  OpenedData openPictures() {
    OpenedData unlabelled = Files.isDirectory(path) ? unlabelled() : null;
    if (unlabelled == null) {
      return open();
    }
    if (reading.classNames() != null) {
      throw new DataException(path + ": its pictures have no labels, so no --class-names");
    }
    requireNoColumns();
    return unlabelled;
  }

  private @Nullable OpenedData unlabelled() {
    List<Sample> samples = new ArrayList<>();
    if (Stl10.open(path) == null && Files.isRegularFile(path.resolve(Stl10.UNLABELLED_FILE))) {
      for (PictureSource record : Stl10.unlabelled(path)) {
        samples.add(new Sample(record, Stl10.UNLABELLED_FILE + "#" + samples.size(), 0));
      }
    } else if (ClassFolders.hasNone(path) && ImageFolder.open(path, reading) == null) {
      for (PictureFiles.Found picture : PictureFiles.under(path).pictures()) {
        samples.add(new Sample(new PictureSource.PictureFile(picture.path()), picture.name(), 0));
      }
    }
    if (samples.isEmpty()) {
      return null;
    }
    List<String> classes = List.of(OpenedData.UNLABELLED);
    ImageDataset all = new ImageDataset(classes, samples);
    return new OpenedData(path, classes, Map.of(Part.ALL, all), List.of());
  }

  private OpenedData withoutNames() {
    if (!Files.exists(path)) {
      throw new DataException(path + ": no such file or folder");
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
    requireNoColumns();
    if (name.endsWith(".bin")) {
      return CifarBinary.openBatch(path);
    }
    throw new DataException(
        path + ": is a file; expected a folder with one folder per class, a CSV file or a binary");
  }

  private OpenedData folder() {
    OpenedData binaries = Stl10.open(path);
    binaries = binaries == null ? CifarBinary.open(path) : binaries;
    OpenedData listed = binaries == null ? ImageFolder.open(path, reading) : null;
    if (listed != null) {
      return listed;
    }
    requireNoColumns();
    return binaries == null ? ClassFolders.open(path) : binaries;
  }

  private void requireNoColumns() {
    if (reading.namesColumns()) {
      throw new DataException(
          path
              + ": is no list, so it has no columns; --path-column and --label-column are for CSV"
              + " and TSV files and for folders with a metadata.csv or metadata.jsonl");
    }
  }
}
