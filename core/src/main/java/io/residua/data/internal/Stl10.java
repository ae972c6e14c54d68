package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.internal.IoReasons;
import io.residua.internal.ReadableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The binary files of STL-10: {@code train_X.bin} and {@code test_X.bin} with 96×96 pictures
 * (planes of red, green, blue, each column after column), {@code train_y.bin} and {@code
 * test_y.bin} with a label byte 1..classes each, {@code class_names.txt}, {@code unlabeled_X.bin},
 * and {@code fold_indices.txt}. See <a href="https://cs.stanford.edu/~acoates/stl10/">the
 * publisher's page</a> and Coates, Lee and Ng (2011).
 */
public final class Stl10 {
  static final String UNLABELLED_FILE = "unlabeled_X.bin";
  static final int SIZE_PX = 96;
  static final int PIXEL_BYTES = 3 * SIZE_PX * SIZE_PX;
  private static final List<String> CLASSES =
      List.of("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck");

  private Stl10() {}

  /** Opens a folder with labelled STL-10 files, or returns null if it is no such folder. */
  static @Nullable OpenedData open(Path folder) {
    Map<Part, String> names = new EnumMap<>(Map.of(Part.TRAIN, "train", Part.TEST, "test"));
    names.values().removeIf(name -> !Files.isRegularFile(folder.resolve(name + "_X.bin")));
    if (names.isEmpty()) {
      return null;
    }
    Path list = folder.resolve("class_names.txt");
    List<String> classes = Files.isRegularFile(list) ? ClassNames.read(list) : CLASSES;
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    names.forEach((part, name) -> parts.put(part, read(folder, name, classes)));
    return new OpenedData(folder, classes, parts, List.of());
  }

  private static ImageDataset read(Path folder, String part, List<String> classes) {
    Path labelFile = folder.resolve(part + "_y.bin");
    List<PictureSource> pictures = records(folder.resolve(part + "_X.bin"));
    byte[] labels;
    try {
      long size = Files.size(labelFile);
      if (size != pictures.size()) {
        throw new DataException(
            labelFile + ": " + size + " labels for " + pictures.size() + " pictures");
      }
      ReadableFiles.requireNoPipe(labelFile);
      labels = Files.readAllBytes(labelFile);
    } catch (IOException e) {
      throw new DataException(labelFile + ": cannot be read: " + IoReasons.of(e), e);
    }
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      if (label < 1 || label > classes.size()) {
        throw new DataException(
            labelFile + ": label " + i + " is " + label + ", expected 1.." + classes.size());
      }
      samples.add(new Sample(pictures.get(i), part + "_X.bin#" + i, label - 1));
    }
    return new ImageDataset(classes, samples);
  }

  /** The unlabelled pictures, {@code unlabeled_X.bin}, in order. */
  public static List<PictureSource> unlabelled(Path folder) {
    return records(folder.resolve(UNLABELLED_FILE));
  }

  /**
   * The predefined folds: for each, the numbers (from 0) of its training pictures within the train
   * part.
   *
   * @param trainPictures how many pictures the train part has
   * @throws DataException naming the line that is not a list of such numbers
   */
  public static List<int[]> folds(Path folder, int trainPictures) {
    Path file = folder.resolve("fold_indices.txt");
    List<int[]> folds = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank()) {
          folds.add(
              Arrays.stream(line.strip().split("\\s+")).mapToInt(Integer::parseInt).toArray());
        }
      }
    } catch (NumberFormatException e) {
      throw new DataException(file + ": line " + (folds.size() + 1) + ": not a list of numbers", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    for (int f = 0; f < folds.size(); f++) {
      if (Arrays.stream(folds.get(f)).anyMatch(i -> i < 0 || i >= trainPictures)) {
        throw new DataException(
            file + ": line " + (f + 1) + ": a number outside 0.." + (trainPictures - 1));
      }
    }
    return folds;
  }

  private static List<PictureSource> records(Path file) {
    long length;
    try {
      length = Files.size(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    if (length == 0 || length % PIXEL_BYTES != 0) {
      throw new DataException(
          file + ": " + length + " bytes are not whole pictures of " + PIXEL_BYTES + " bytes");
    }
    List<PictureSource> records = new ArrayList<>();
    for (long at = 0; at < length; at += PIXEL_BYTES) {
      records.add(new PictureSource.BinaryRecord(file, at, SIZE_PX, true));
    }
    return records;
  }
}
