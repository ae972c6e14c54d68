package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in a mapped file, after their memory was let go of. */
class MappedPagesTest {
  private static final int VALUES = 1 << 20;

  @TempDir private Path folder;

  @Test
  void theirValuesAreThereAgainAndTheirMemoryWasNotMeanwhile() throws IOException {
    float[] values = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = i;
    }
    FloatTensor written = new FloatTensor(List.of(VALUES), FloatBuffer.wrap(values));
    Path path = folder.resolve("weights.safetensors");
    Safetensors.write(path, new WeightMap(Map.of("w", written)), Map.of());
    FloatTensor read = SafetensorsFile.open(path).floats("w");
    assertThat(read).isEqualTo(written);

    long before = mappedKilobytes(path);
    MappedPages.release(read.mapped());

    if (before > 0) { // Linux, which tells
      assertThat(mappedKilobytes(path)).isLessThan(before - 4000);
    }
    assertThat(read.toArray()).isEqualTo(values);
    MappedPages.release(null);
  }

  /** How much memory the process has of the file, by all its mappings; 0 where that is not told. */
  private static long mappedKilobytes(Path path) throws IOException {
    Path maps = Path.of("/proc/self/smaps");
    if (Files.notExists(maps)) {
      return 0;
    }
    long kilobytes = 0;
    boolean ours = false;
    try (Stream<String> lines = Files.lines(maps)) {
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
          ours = line.endsWith(path.toString());
        } else if (ours && line.startsWith("Rss:")) {
          kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return kilobytes;
  }
}
