package io.residua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Damages lists of pictures at random: each is read, or refused in one line, and no picture lies
 * outside its folder. {@code -Dresidua.fuzz=200000} damages each so many times.
 */
class ListFuzzTest {
  private static final int COUNT = Integer.getInteger("residua.fuzz", 1_500);
  private static final long SEED = Long.getLong("residua.fuzz.seed", 1);
  private static final String BYTES = "\",;|\t\r\n\\/.:{}[]\0\u00ff\u00fe\u00ef ";

  @TempDir private Path folder;

  @ParameterizedTest
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  @CsvSource({"list.csv, list.csv", "metadata.csv, ''", "metadata.jsonl, ''"})
  void damagedListsAreReadOrRefused(String name, String opened) throws IOException {
    String text =
        name.endsWith("csv")
            ? "file_name,label,split\n0.png,cow,train\n\"1.png\",ape,test\nx/2,cow,train\n"
            : "{\"file_name\":\"0.png\",\"label\":\"cow\"}\n{\"file_name\":\"x/1\",\"label\":1}\n";
    byte[] whole = text.getBytes(StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(SEED);
    Path file = folder.resolve(name);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] damaged = damaged(whole, random);
      Files.write(file, damaged);
      try {
        OpenedData data = OpenedData.open(folder.resolve(opened));
        assertThat(data.all().samples())
            .allSatisfy(s -> assertThat(s.path().normalize().startsWith(folder)).isTrue());
        assertThat(String.join("", data.warnings())).doesNotContain("\n");
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

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int c = 0; c < changes; c++) {
      bytes[random.nextInt(bytes.length)] =
          random.nextBoolean()
              ? (byte) BYTES.charAt(random.nextInt(BYTES.length()))
              : (byte) random.nextInt(256);
    }
    return random.nextInt(8) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }
}
