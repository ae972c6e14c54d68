package io.residua.data.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;
import io.residua.internal.CsvCell;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a set in another format. Pixels are kept bit for bit where sizes allow; pictures that must
 * be resized for a binary format are counted in a warning.
 */
public final class Converter {
  /** What a set can be written as. */
  public enum Format {
    /** PNG files, {@code train/<class>/} and so on. */
    FOLDER,
    /** PNG files in one folder, and {@code data.csv} with their paths, labels and parts. */
    CSV,
    /** CIFAR-10 batches, 32×32, up to 256 classes. */
    CIFAR10,
    /** STL-10 binaries, 96×96, up to 255 classes. */
    STL10
  }

  private Converter() {}

  /**
   * Writes a set to a new folder. A set without parts becomes a train part in binary formats; a
   * validation part cannot be expressed by them and is refused.
   *
   * @param maxBad the largest share of pictures that may be unreadable, 0 up to 1; they are left
   *     out with a warning
   * @return what was written of the set
   * @throws DataException if the format cannot hold the set, more pictures cannot be read or a
   *     class has none left; nothing is left of the folder then
   */
  public static OpenedData convert(
      OpenedData data, Path folder, Format format, double maxBad, Progress progress) {
    int limit = format == Format.CIFAR10 ? 256 : format == Format.STL10 ? 255 : Integer.MAX_VALUE;
    if (data.classes().size() > limit) {
      throw new DataException(
          data.root() + ": " + data.classes().size() + " classes, the format holds " + limit);
    }
    for (String name : format == Format.CSV ? List.<String>of() : data.classes()) {
      if (!ClassNames.isFolderName(name)) {
        throw new DataException(
            Text.of(
                "%s: class '%s' cannot be the name of a folder; write a list of the set instead"
                    + " (csv)",
                data.root(), name));
      }
    }
    boolean binary = format == Format.CIFAR10 || format == Format.STL10;
    if (binary && data.parts().containsKey(Part.VALIDATION)) {
      throw new DataException(data.root() + ": the format has no place for a validation part");
    }
    int total = data.all().size();
    int[] resized = {0};
    OpenedData[] written = {data};
    try (Progress.Task task = progress.start("converting", total, "pictures")) {
      NewFolder.write(
          folder,
          out -> {
            Pictures pictures = new Pictures(task);
            StringBuilder list = new StringBuilder();
            for (Map.Entry<Part, ImageDataset> part : data.parts().entrySet()) {
              switch (format) {
                case FOLDER -> writeFolder(out, part.getKey(), part.getValue(), pictures);
                case CSV -> writeListed(out, part.getKey(), part.getValue(), list, pictures);
                case CIFAR10 ->
                    resized[0] += writeCifar(out, part.getKey(), part.getValue(), pictures);
                case STL10 -> resized[0] += writeStl(out, part.getKey(), part.getValue(), pictures);
              }
            }
            List<String> lines = List.copyOf(pictures.unreadable.values());
            Unreadable.tell(data.root(), lines, total, maxBad, progress);
            written[0] = data.without(pictures.unreadable.keySet());
            Unreadable.requireAllClasses(data, written[0], Set.of());
            if (format == Format.CIFAR10) {
              Files.write(out.resolve("batches.meta.txt"), data.classes());
            } else if (format == Format.STL10) {
              Files.write(out.resolve("class_names.txt"), data.classes());
            } else if (format == Format.CSV) {
              boolean parts = !data.parts().containsKey(Part.ALL);
              String header =
                  parts
                      ? CsvCell.row(List.of("path", "label", "split"))
                      : CsvCell.row(List.of("path", "label"));
              Files.writeString(out.resolve("data.csv"), header + "\r\n" + list);
            }
          });
    }
    if (resized[0] > 0) {
      Warnings.tell(
          progress,
          folder
              + ": "
              + resized[0]
              + " of "
              + total
              + " pictures had another size and were resized");
    }
    return written[0];
  }

  /** Reads one after the other, and remembers which cannot be read. */
  private static final class Pictures {
    private final Progress.Task task;
    private final ImageDecoder decoder = new ImageDecoder();
    private final Map<String, String> unreadable = new LinkedHashMap<>();

    Pictures(Progress.Task task) {
      this.task = task;
    }

    @Nullable RgbImage read(Sample sample) {
      try {
        return sample.source().read(decoder);
      } catch (ResiduaException e) {
        unreadable.put(sample.name(), String.valueOf(e.getMessage()));
        return null;
      } finally {
        task.advance(1);
      }
    }
  }

  private static void writeFolder(Path out, Part part, ImageDataset data, Pictures pictures)
      throws IOException {
    Path root = part == Part.ALL ? out : out.resolve(part.label());
    for (String name : data.classes()) {
      Files.createDirectories(root.resolve(name));
    }
    int[] next = new int[data.classes().size()];
    for (Sample sample : data.samples()) {
      RgbImage image = pictures.read(sample);
      if (image != null) {
        Path folder = root.resolve(data.classes().get(sample.label()));
        Files.write(folder.resolve(Text.of("%06d.png", next[sample.label()]++)), image.toPng());
      }
    }
  }

  private static void writeListed(
      Path out, Part part, ImageDataset data, StringBuilder list, Pictures pictures)
      throws IOException {
    Path folder = Files.createDirectories(out.resolve("pictures"));
    int next = 0;
    for (Sample sample : data.samples()) {
      RgbImage image = pictures.read(sample);
      if (image == null) {
        continue;
      }
      String file = Text.of("%s_%06d.png", part.label(), next++);
      Files.write(folder.resolve(file), image.toPng());
      String label = data.classes().get(sample.label());
      String path = "pictures/" + file;
      list.append(
              part == Part.ALL
                  ? CsvCell.row(List.of(path, label))
                  : CsvCell.row(List.of(path, label, part.label())))
          .append("\r\n");
    }
  }

  private static int writeCifar(Path out, Part part, ImageDataset data, Pictures pictures)
      throws IOException {
    int resized = 0;
    boolean test = part == Part.TEST;
    int batches = test ? 1 : 5;
    List<Sample> samples = data.samples();
    int perBatch = (samples.size() + batches - 1) / batches;
    for (int batch = 0; batch * perBatch < samples.size(); batch++) {
      Path file = out.resolve(test ? "test_batch.bin" : "data_batch_" + (batch + 1) + ".bin");
      int to = Math.min(samples.size(), (batch + 1) * perBatch);
      try (OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file))) {
        for (Sample sample : samples.subList(batch * perBatch, to)) {
          RgbImage image = pictures.read(sample);
          if (image != null) {
            bytes.write(sample.label());
            resized += writePixels(bytes, image, CifarBinary.SIZE_PX, false);
          }
        }
      }
      if (Files.size(file) == 0) {
        Files.delete(file);
      }
    }
    return resized;
  }

  private static int writeStl(Path out, Part part, ImageDataset data, Pictures pictures)
      throws IOException {
    String name = part == Part.TEST ? "test" : "train";
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    int resized = 0;
    try (OutputStream bytes =
        new BufferedOutputStream(Files.newOutputStream(out.resolve(name + "_X.bin")))) {
      for (Sample sample : data.samples()) {
        RgbImage image = pictures.read(sample);
        if (image != null) {
          labels.write(sample.label() + 1);
          resized += writePixels(bytes, image, Stl10.SIZE_PX, true);
        }
      }
    }
    Files.write(out.resolve(name + "_y.bin"), labels.toByteArray());
    return resized;
  }

  /** Writes a record's planes; 1 if the picture had to be resized. */
  private static int writePixels(OutputStream out, RgbImage image, int size, boolean columnMajor)
      throws IOException {
    boolean fits = image.width() == size && image.height() == size;
    RgbImage scaled = fits ? image : Resampling.resize(image, size, size, Interpolation.BILINEAR);
    out.write(Planes.planes(scaled.rgb(), size, columnMajor));
    return fits ? 0 : 1;
  }
}
