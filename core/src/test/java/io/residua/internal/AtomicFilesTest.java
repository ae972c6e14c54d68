package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.ResiduaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("history.csv");
    AtomicFiles.write(file, "epoch,löss\n");
    AtomicFiles.write(file, out -> out.write(new byte[] {'a', 'b'}));
    assertThat(file).hasContent("ab");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void keepsTheOldFileWhenWritingFails() throws IOException {
    Path file = folder.resolve("model.json");
    AtomicFiles.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(ResiduaException.class)
        .hasMessage("cannot write %s: no space left on device".formatted(file));
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      throw new IllegalStateException("a fault of the caller");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(file).hasContent("old");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void namesWhatIsInTheWay() throws IOException {
    assertThatThrownBy(() -> AtomicFiles.write(folder, "x"))
        .isInstanceOf(ResiduaException.class)
        .hasMessage("cannot write %s: it is a folder".formatted(folder));
    Path absent = folder.resolve("absent").resolve("a.txt");
    assertThatThrownBy(() -> AtomicFiles.write(absent, "x"))
        .hasMessage(
            "cannot write %s: the folder %s does not exist"
                .formatted(absent, folder.resolve("absent")));
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> AtomicFiles.write(file.resolve("below"), "x"))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("not a directory");
  }

  @Test
  void followsLinksAndWritesToDevices() throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));
    AtomicFiles.write(link, "new");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(real).hasContent("new");

    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "this system has no /dev/full");
    assertThatThrownBy(() -> AtomicFiles.write(full, "x"))
        .hasMessage("cannot write /dev/full: no space left on device");
    assertThat(full).exists();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
