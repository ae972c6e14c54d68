package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.residua.ResiduaException;
import io.residua.data.Archives;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.data.Sample;
import io.residua.image.ImageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damages archives, shards and files of names at random: each is read, or refused in one line;
 * nothing is written, and no picture lies outside its archive. {@code -Dresidua.fuzz=200000}
 * damages each so many times.
 */
class ArchiveFuzzTest {
  private static final int COUNT = Integer.getInteger("residua.fuzz", 1_500);
  private static final long SEED = Long.getLong("residua.fuzz.seed", 1);
  private static final DataReading KIND = DataReading.USUAL.withLabelColumn("kind");

  @TempDir private Path folder;

  private static Map<String, byte[]> classFolders() {
    return Archives.pictures(List.of("a/train/cat/1.png", "a/train/dog/2", "a/test/cat/3.png"));
  }

  private static Map<String, byte[]> shard() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      files.put(i + ".png", Archives.png(i));
      String json = "{\"kind\":\"" + (char) ('a' + i) + "\",\"label\":" + i + "}";
      files.put(i + ".json", json.getBytes(StandardCharsets.UTF_8));
      files.put(i + ".cls", Integer.toString(i).getBytes(StandardCharsets.UTF_8));
    }
    return files;
  }

  @ParameterizedTest
  @Timeout(value = 4, unit = TimeUnit.HOURS)
  @ValueSource(strings = {"set.zip", "set.tar", "shard.tar", "kinds.tar"})
  void damagedArchivesAreReadOrRefused(String name) throws IOException {
    Path file = folder.resolve(name);
    Archives.write(file, name.startsWith("set") ? classFolders() : shard());
    byte[] whole = Files.readAllBytes(file);
    DataReading reading = name.startsWith("kinds") ? KIND : DataReading.USUAL;
    damaged(name, whole, () -> OpenedData.open(file, reading));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @ParameterizedTest
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  @ValueSource(strings = {"names.csv", "names.txt", "names.json"})
  void damagedNamesOfClassesAreReadOrRefused(String name) throws IOException {
    Path list = Files.writeString(folder.resolve("list.csv"), "path,label\n0.png,0\n1.png,1\n");
    String text =
        name.endsWith("csv")
            ? "ClassId,Name\n0,\"limit (20, white)\"\n1,stop\n"
            : name.endsWith("txt") ? "ape\ncow\nemu\n" : "{\"0\": \"ape\", \"1\": \"cow\"}";
    DataReading reading = DataReading.USUAL.withClassNames(folder.resolve(name));
    damaged(name, text.getBytes(StandardCharsets.UTF_8), () -> OpenedData.open(list, reading));
  }

  private interface Opening {
    OpenedData open();
  }

  private void damaged(String name, byte[] whole, Opening opening) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Path file = folder.resolve(name);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] damaged = damage(whole, random);
      Files.write(file, damaged);
      try {
        OpenedData data = opening.open();
        assertThat(String.join("", data.warnings())).doesNotContain("\n");
        for (Sample sample : data.all().samples()) {
          assertThat(sample.path().normalize().startsWith(folder)).isTrue();
          if (sample.source() instanceof ArchivedPicture) {
            pixels(sample);
          }
        }
        read++;
      } catch (DataException e) {
        assertThat(e.getMessage()).startsWith(folder.toString()).doesNotContain("\n");
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        Path kept = Files.write(Path.of("target", "fuzz-" + name), damaged);
        fail("input " + i + " (kept in " + kept + "): " + e, e);
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }

  private static void pixels(Sample sample) {
    try {
      sample.source().read(new ImageDecoder());
      sample.source().sha256();
    } catch (ResiduaException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    } catch (IOException e) {
      assertThat(String.valueOf(e.getMessage())).doesNotContain("\n");
    }
  }

  /** Mostly where something else than pixels and padding stands. */
  private static byte[] damage(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int c = 0; c < changes; c++) {
      int at = random.nextInt(bytes.length);
      for (int tries = 0; tries < 20 && bytes[at] == 0; tries++) {
        at = random.nextInt(bytes.length);
      }
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) "/\\.0 \",:{}\n".charAt(random.nextInt(11));
            case 1 -> (byte) 0xff;
            case 2 -> (byte) (bytes[at] + 1);
            default -> (byte) random.nextInt(256);
          };
    }
    return random.nextInt(8) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }
}
