package io.residua.data.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.internal.FileHash;
import io.residua.internal.IoReasons;
import io.residua.internal.NpmTarball;
import io.residua.internal.StrictJson;
import io.residua.internal.Tarball;
import io.residua.internal.Text;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * CIFAR-10 as a package for browsers: sprites of which every row is a picture, pixel by pixel, and
 * lists of labels. It is turned into the files that the set's makers publish, equal to the byte.
 *
 * @param tarball of the package
 * @param batches what comes of it
 */
record CifarSprites(NpmTarball tarball, List<Batch> batches) {
  /** More than any sprite or list of labels has. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int ROW_PX = CifarBinary.SIZE_PX * CifarBinary.SIZE_PX;

  CifarSprites {
    batches = List.copyOf(batches);
  }

  /**
   * A file of the published set.
   *
   * @param file its name
   * @param sprite path of its pictures in the tarball
   * @param labels path of the JSON list that has its labels
   * @param firstLabel which of them is its first picture's
   * @param md5 of the published file, lower-case hexadecimal
   */
  record Batch(String file, String sprite, String labels, int firstLabel, String md5) {}

  /**
   * Writes the published files, and the classes beside them.
   *
   * @param from a tarball that has been verified
   * @throws DataException naming the tarball, if what comes of it is not what is published
   * @throws IOException if they cannot be written
   */
  void convert(Path from, Path folder, Progress progress) throws IOException {
    Map<String, JsonNode> labels = labels(from);
    Map<String, Batch> bySprite =
        batches.stream().collect(Collectors.toMap(Batch::sprite, Function.identity()));
    try (Progress.Task task = progress.start("converting", batches.size(), "files")) {
      Tarball.forEach(
          from,
          (name, size, content) -> {
            Batch batch = bySprite.get(name);
            if (batch != null) {
              JsonNode all = labels.getOrDefault(batch.labels(), StrictJson.parse("[]"));
              write(picture(from, name, size, content), batch, all, folder.resolve(batch.file()));
              task.advance(1);
            }
          });
    }
    problem(folder, progress)
        .ifPresent(
            problem -> {
              throw new DataException(Text.of("%s: is not what is published: %s", from, problem));
            });
    Files.write(folder.resolve("batches.meta.txt"), CifarBinary.CIFAR10);
  }

  /** What is wrong with a folder of the published files, in words; empty if they are all there. */
  Optional<String> problem(Path folder, Progress progress) {
    for (Batch batch : batches) {
      Path file = folder.resolve(batch.file());
      try {
        String found = FileHash.of(file, "MD5", progress);
        if (!found.equals(batch.md5())) {
          return Optional.of(
              Text.of("%s has MD5 %s, published %s", batch.file(), found, batch.md5()));
        }
      } catch (IOException e) {
        return Optional.of(Text.of("%s cannot be read: %s", batch.file(), IoReasons.of(e)));
      }
    }
    return Optional.empty();
  }

  private Map<String, JsonNode> labels(Path from) throws IOException {
    List<String> wanted = batches.stream().map(Batch::labels).toList();
    Map<String, JsonNode> labels = new HashMap<>();
    for (Map.Entry<String, byte[]> list :
        Tarball.read(from, wanted::contains, MOST_BYTES).entrySet()) {
      try {
        String json = new String(list.getValue(), StandardCharsets.UTF_8);
        labels.put(list.getKey(), StrictJson.parse(json));
      } catch (IllegalArgumentException e) {
        throw new DataException(Text.of("%s: %s %s", from, list.getKey(), e.getMessage()), e);
      }
    }
    return labels;
  }

  private static RgbImage picture(Path from, String name, long size, InputStream content)
      throws IOException {
    if (size > MOST_BYTES) {
      throw new IOException(Text.of("%s has more than %,d bytes", name, MOST_BYTES));
    }
    RgbImage picture =
        new ImageDecoder().decode(content.readNBytes((int) size), Text.of("%s: %s", from, name));
    if (picture.width() != ROW_PX) {
      throw new DataException(
          Text.of("%s: %s is %d pixels wide, not %d", from, name, picture.width(), ROW_PX));
    }
    return picture;
  }

  private static void write(RgbImage sprite, Batch batch, JsonNode labels, Path file)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
      for (int row = 0; row < sprite.height(); row++) {
        out.write(labels.path(batch.firstLabel() + row).asInt());
        int start = row * CifarBinary.PIXEL_BYTES;
        byte[] rgb = Arrays.copyOfRange(sprite.rgb(), start, start + CifarBinary.PIXEL_BYTES);
        out.write(Planes.planes(rgb, CifarBinary.SIZE_PX, false));
      }
    }
  }
}
