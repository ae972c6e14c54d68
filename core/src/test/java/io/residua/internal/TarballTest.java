package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.residua.testkit.Tarballs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarballTest {
  @TempDir Path folder;

  @Test
  void readsWhatIsWantedIntoMemoryOnly() throws IOException {
    Path file = folder.resolve("a.tgz");
    Tarballs.write(
        file,
        Map.of(
            "package/a", "one".getBytes(StandardCharsets.UTF_8),
            "package/b", new byte[100_000],
            "../../outside", new byte[1]));
    Map<String, byte[]> read = Tarball.read(file, n -> !n.equals("package/b"), 1000);
    assertThat(read).containsOnlyKeys("package/a", "../../outside");
    assertThat(read.get("package/a")).asString().isEqualTo("one");
    try (var all = Files.list(folder)) {
      assertThat(all).containsExactly(file);
    }
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() throws IOException {
    Path file = folder.resolve("bomb.tgz");
    Tarballs.write(file, Map.of("a", new byte[600_000], "b", new byte[600_000]));
    assertThatThrownBy(() -> Tarball.read(file, n -> true, 1_000_000))
        .isInstanceOf(IOException.class)
        .hasMessage("it unpacks to more than 1,000,000 bytes");
  }

  @Test
  void damagedArchivesAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "not an archive at all");
    assertThatThrownBy(() -> Tarball.read(text, n -> true, 1000)).isInstanceOf(IOException.class);
    Path file = folder.resolve("a.tgz");
    byte[] noise = new byte[20_000];
    SplittableRandom random = new SplittableRandom(1);
    random.nextBytes(noise);
    Tarballs.write(file, Map.of("package/a", noise));
    byte[] whole = Files.readAllBytes(file);
    for (int cut : new int[] {0, 5, 20, 600, 10_000, whole.length - 3_000}) {
      Files.write(file, Arrays.copyOf(whole, cut));
      assertThatThrownBy(() -> Tarball.read(file, n -> true, 100_000))
          .isInstanceOf(IOException.class);
    }
    for (int i = 0; i < 300; i++) {
      byte[] bytes = whole.clone();
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      Throwable thrown = catchThrowable(() -> Tarball.read(file, n -> true, 100_000));
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(IOException.class);
      }
    }
  }
}
