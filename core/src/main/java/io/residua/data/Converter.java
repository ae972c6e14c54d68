package io.residua.data;

import io.residua.Progress;
import io.residua.Text;
import io.residua.Warnings;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.Resampling;
import io.residua.image.RgbImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
   * @throws DataException if the format cannot hold the set or a picture cannot be read
   */
  public static void convert(OpenedData data, Path folder, Format format, Progress progress) {
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
    long total = data.parts().values().stream().mapToLong(ImageDataset::size).sum();
    int[] resized = {0};
    try (Progress.Task task = progress.start("converting", total, "pictures")) {
      NewFolder.write(
          folder,
          out -> {
            StringBuilder list = new StringBuilder();
            for (Map.Entry<Part, ImageDataset> part : data.parts().entrySet()) {
              switch (format) {
                case FOLDER -> writeFolder(out, part.getKey(), part.getValue(), task);
                case CSV -> writeListed(out, part.getKey(), part.getValue(), list, task);
                case CIFAR10 -> resized[0] += writeCifar(out, part.getKey(), part.getValue(), task);
                case STL10 -> resized[0] += writeStl(out, part.getKey(), part.getValue(), task);
              }
            }
            if (format == Format.CIFAR10) {
              Files.write(out.resolve("batches.meta.txt"), data.classes());
            } else if (format == Format.STL10) {
              Files.write(out.resolve("class_names.txt"), data.classes());
            } else if (format == Format.CSV) {
              boolean parts = !data.parts().containsKey(Part.ALL);
              String header =
                  parts ? Csv.line("path", "label", "split") : Csv.line("path", "label");
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
  }

  private static void writeFolder(Path out, Part part, ImageDataset data, Progress.Task task)
      throws IOException {
    Path root = part == Part.ALL ? out : out.resolve(part.label());
    for (String name : data.classes()) {
      Files.createDirectories(root.resolve(name));
    }
    ImageDecoder decoder = new ImageDecoder();
    int[] next = new int[data.classes().size()];
    for (Sample sample : data.samples()) {
      String file = Text.of("%06d.png", next[sample.label()]++);
      RgbImage image = sample.source().read(decoder);
      Files.write(root.resolve(data.classes().get(sample.label())).resolve(file), image.toPng());
      task.advance(1);
    }
  }

  private static void writeListed(
      Path out, Part part, ImageDataset data, StringBuilder list, Progress.Task task)
      throws IOException {
    Path folder = Files.createDirectories(out.resolve("pictures"));
    ImageDecoder decoder = new ImageDecoder();
    int next = 0;
    for (Sample sample : data.samples()) {
      String file = Text.of("%s_%06d.png", part.label(), next++);
      Files.write(folder.resolve(file), sample.source().read(decoder).toPng());
      String label = data.classes().get(sample.label());
      String path = "pictures/" + file;
      list.append(part == Part.ALL ? Csv.line(path, label) : Csv.line(path, label, part.label()))
          .append("\r\n");
      task.advance(1);
    }
  }

  private static int writeCifar(Path out, Part part, ImageDataset data, Progress.Task task)
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
          bytes.write(sample.label());
          resized += writePixels(bytes, sample, CifarBinary.SIZE_PX, false);
          task.advance(1);
        }
      }
    }
    return resized;
  }

  private static int writeStl(Path out, Part part, ImageDataset data, Progress.Task task)
      throws IOException {
    String name = part == Part.TEST ? "test" : "train";
    List<Byte> labels = new ArrayList<>();
    int resized = 0;
    try (OutputStream bytes =
        new BufferedOutputStream(Files.newOutputStream(out.resolve(name + "_X.bin")))) {
      for (Sample sample : data.samples()) {
        labels.add((byte) (sample.label() + 1));
        resized += writePixels(bytes, sample, Stl10.SIZE_PX, true);
        task.advance(1);
      }
    }
    byte[] y = new byte[labels.size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = labels.get(i);
    }
    Files.write(out.resolve(name + "_y.bin"), y);
    return resized;
  }

  /** Writes a record's planes; 1 if the picture had to be resized. */
  private static int writePixels(OutputStream out, Sample sample, int size, boolean columnMajor)
      throws IOException {
    RgbImage image = sample.source().read(new ImageDecoder());
    boolean fits = image.width() == size && image.height() == size;
    RgbImage scaled = fits ? image : Resampling.resize(image, size, size, Interpolation.BILINEAR);
    out.write(Planes.planes(scaled.rgb(), size, columnMajor));
    return fits ? 0 : 1;
  }
}
