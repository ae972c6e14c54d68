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
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The binary versions of CIFAR-10 and CIFAR-100: records of one label byte (CIFAR-100: coarse and
 * fine) and 3072 bytes of 32×32 pixels, plane after plane, rows first. See <a
 * href="https://www.cs.toronto.edu/~kriz/cifar.html">the publisher's page</a>.
 */
final class CifarBinary {
  static final int SIZE_PX = 32;
  static final int PIXEL_BYTES = 3 * SIZE_PX * SIZE_PX;
  static final List<String> CIFAR10 =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private CifarBinary() {}

  /** Opens a folder with batches, or returns null if it is no such folder. */
  static @Nullable OpenedData open(Path folder) {
    List<Path> train =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> folder.resolve("data_batch_" + i + ".bin"))
            .filter(Files::isRegularFile)
            .toList();
    Path test = folder.resolve("test_batch.bin");
    if (!train.isEmpty() || Files.isRegularFile(test)) {
      Path meta = folder.resolve("batches.meta.txt");
      List<String> classes = Files.isRegularFile(meta) ? ClassNames.read(meta) : CIFAR10;
      return parts(folder, classes, 1, train, test);
    }
    Path fine = folder.resolve("fine_label_names.txt");
    if (Files.isRegularFile(fine)) {
      Path batch = folder.resolve("train.bin");
      return parts(
          folder,
          ClassNames.read(fine),
          2,
          Files.isRegularFile(batch) ? List.of(batch) : List.of(),
          folder.resolve("test.bin"));
    }
    return null;
  }

  /** Opens one CIFAR-10 batch by itself. */
  static OpenedData openBatch(Path file) {
    List<Sample> samples = new ArrayList<>();
    readBatch(file, CIFAR10.size(), 1, samples);
    ImageDataset data = new ImageDataset(CIFAR10, samples);
    return new OpenedData(file, CIFAR10, Map.of(Part.ALL, data), List.of());
  }

  private static OpenedData parts(
      Path folder, List<String> classes, int labelBytes, List<Path> train, Path test) {
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    if (!train.isEmpty()) {
      List<Sample> samples = new ArrayList<>();
      train.forEach(batch -> readBatch(batch, classes.size(), labelBytes, samples));
      parts.put(Part.TRAIN, new ImageDataset(classes, samples));
    }
    if (Files.isRegularFile(test)) {
      List<Sample> samples = new ArrayList<>();
      readBatch(test, classes.size(), labelBytes, samples);
      parts.put(Part.TEST, new ImageDataset(classes, samples));
    }
    if (parts.isEmpty()) {
      throw new DataException(
          folder + ": has CIFAR class names but neither train.bin nor test.bin");
    }
    return new OpenedData(folder, classes, parts, List.of());
  }

  private static void readBatch(Path file, int classes, int labelBytes, List<Sample> samples) {
    int recordBytes = labelBytes + PIXEL_BYTES;
    try (SeekableByteChannel in = ReadableFiles.channel(file)) {
      long length = in.size();
      if (length == 0 || length % recordBytes != 0) {
        throw new DataException(
            file + ": " + length + " bytes are not whole records of " + recordBytes + " bytes");
      }
      ByteBuffer label = ByteBuffer.allocate(1);
      for (long i = 0; i < length / recordBytes; i++) {
        in.position(i * recordBytes + labelBytes - 1);
        label.clear();
        if (in.read(label) != 1) {
          throw new DataException(file + ": is cut short");
        }
        int value = label.get(0) & 0xff;
        if (value >= classes) {
          throw new DataException(
              file + ": record " + i + " has label " + value + ", expected 0.." + (classes - 1));
        }
        long pixels = i * recordBytes + labelBytes;
        samples.add(
            new Sample(
                new PictureSource.BinaryRecord(file, pixels, SIZE_PX, false),
                PictureFiles.fileName(file) + "#" + i,
                value));
      }
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }
}
