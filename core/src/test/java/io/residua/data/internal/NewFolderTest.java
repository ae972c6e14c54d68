package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.data.DataException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFolderTest {
  private static final String UUID = "01234567-89ab-4cde-8f01-23456789abcd";

  @TempDir private Path dir;

  private Path leftBy(String folder) throws IOException {
    Path left = Files.createDirectories(dir.resolve("." + folder + "." + UUID).resolve("train/a"));
    Files.writeString(left.resolve("000000.png"), "half");
    return Files.createFile(dir.resolve("." + folder + "." + UUID).resolve(".residua-unfinished"));
  }

  private void write() {
    NewFolder.write(dir.resolve("out"), folder -> Files.writeString(folder.resolve("x"), "x"));
  }

  @Test
  void itHasWhatWasWrittenAndNothingElse() {
    write();
    assertThat(dir.resolve("out")).isDirectoryContaining("glob:**/x");
    assertThat(dir.resolve("out").toFile().list()).containsExactly("x");
    assertThat(dir.toFile().list()).containsExactly("out");
  }

  @Test
  void whatAKilledProcessLeftIsDeletedNextTime() throws IOException {
    leftBy("out");
    write();
    assertThat(dir.toFile().list()).containsExactly("out");
  }

  @Test
  void whatAnotherProcessIsWritingAndWhatIsNoSuchFolderStays() throws IOException {
    Path lock = leftBy("out");
    leftBy("other");
    Files.createDirectories(dir.resolve(".out.mine"));
    Files.createDirectories(dir.resolve(".out." + UUID.replace('0', '9')));
    try (FileChannel held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      held.lock();
      write();
      assertThat(dir.toFile().list()).hasSize(5);
    }
  }

  @Test
  void nothingIsLeftOfWhatFails() {
    assertThatThrownBy(
            () ->
                NewFolder.write(
                    dir.resolve("out"),
                    folder -> {
                      Files.writeString(folder.resolve("x"), "x");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(DataException.class)
        .hasMessage(dir.resolve("out") + ": cannot be written: no space left on device");
    assertThat(dir).isEmptyDirectory();
  }
}
