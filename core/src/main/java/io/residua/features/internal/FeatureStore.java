package io.residua.features.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.internal.IoReasons;
import io.residua.internal.Sha256;
import io.residua.internal.Warnings;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Features that were computed before, by the content of their picture: one folder for each network,
 * layer, preprocessing and precision, in it one file for each time that new pictures were computed.
 * Files are only ever added, so that several processes may share it; it may be deleted at any time.
 */
final class FeatureStore {
  private static final String ROWS = "features";
  private static final String PICTURES = "pictures";
  private static final int HASH_CHARS = 64;

  private final Optional<Path> folder;
  private final Progress progress;

  /**
   * @param folder of one network; empty to keep nothing
   */
  FeatureStore(Optional<Path> folder, Progress progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Finds those that are wanted and were computed before.
   *
   * @param wanted SHA-256 of the pictures
   * @param width how many features a picture has
   * @param sink takes each with its picture's SHA-256, once
   * @return which were found
   */
  Set<String> find(Set<String> wanted, int width, BiConsumer<String, float[]> sink) {
    Set<String> found = new HashSet<>();
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return found;
    }
    try (Stream<Path> files = Files.list(folder.get())) {
      files
          .filter(f -> f.toString().endsWith(".safetensors"))
          .sorted()
          .forEach(file -> read(file, width, p -> wanted.contains(p) && found.add(p), sink));
    } catch (IOException e) {
      Warnings.tell(progress, "earlier features cannot be read: " + IoReasons.of(e));
    }
    return found;
  }

  private void read(
      Path file, int width, Predicate<String> takes, BiConsumer<String, float[]> sink) {
    try {
      SafetensorsFile opened = SafetensorsFile.open(file);
      String pictures = opened.metadata().getOrDefault(PICTURES, "");
      int count = pictures.length() / HASH_CHARS;
      if (!opened.names().contains(ROWS) || !opened.shape(ROWS).equals(List.of(count, width))) {
        Warnings.tell(progress, file + ": damaged, not used");
        return;
      }
      FloatBuffer rows = opened.weights().requireNumbers(file.toString()).get(ROWS).data();
      for (int i = 0; i < count; i++) {
        String picture = pictures.substring(i * HASH_CHARS, (i + 1) * HASH_CHARS);
        if (takes.test(picture)) {
          float[] row = new float[width];
          rows.get(i * width, row);
          sink.accept(picture, row);
        }
      }
    } catch (ResiduaException e) {
      Warnings.tell(progress, "earlier features are not used: " + e.getMessage());
    }
  }

  /** Keeps new features; where that fails, they are computed again next time. */
  void add(Map<String, float[]> rows, int width) {
    if (folder.isEmpty() || rows.isEmpty()) {
      return;
    }
    FloatBuffer values = FloatBuffer.allocate(Math.multiplyExact(rows.size(), width));
    StringBuilder pictures = new StringBuilder();
    rows.forEach(
        (picture, row) -> {
          pictures.append(picture);
          values.put(row);
        });
    String text = pictures.toString();
    try {
      Files.createDirectories(folder.get());
      Safetensors.write(
          folder.get().resolve(Sha256.of(text.getBytes(StandardCharsets.UTF_8)) + ".safetensors"),
          new WeightMap(Map.of(ROWS, new FloatTensor(List.of(rows.size(), width), values.flip()))),
          Map.of(PICTURES, text));
    } catch (IOException e) {
      Warnings.tell(progress, "features are not kept for another time: " + IoReasons.of(e));
    } catch (ResiduaException e) {
      Warnings.tell(progress, "features are not kept for another time: " + e.getMessage());
    }
  }
}
