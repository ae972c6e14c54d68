package io.residua.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.ResiduaException;
import io.residua.testkit.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskReservationTest {
  @TempDir private Path folder;

  @Test
  void spaceIsTakenUntilTheFileTakesItsPlace() throws IOException {
    Path file = folder.resolve("model");
    try (DiskReservation reserved = DiskReservation.of(file, 3_000_000)) {
      String[] names = folder.toFile().list();
      assertThat(names).singleElement().asString().matches("\\.residua-reserved-.*\\.tmp");
      assertThat(Files.size(folder.resolve(names[0]))).isEqualTo(3_000_000);
      reserved.write(out -> out.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
    }
    assertThat(folder.toFile().list()).containsExactly("model");
    assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void spaceThatIsNotUsedIsGivenBack() {
    DiskReservation.of(folder.resolve("model"), 10).close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDiskThatIsTooSmallIsNamedAndAFullOneKeepsWhatWasReserved() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder, 4)) {
      Path file = disk.folder().resolve("model");
      assertThatThrownBy(() -> DiskReservation.of(file, 5 << 20))
          .isInstanceOf(ResiduaException.class)
          .hasMessage(
              "%s: there is no room for model, which needs 5 MB and there are 4 MB:"
                      .formatted(disk.folder())
                  + " no space left on device");
      assertThat(disk.folder()).isEmptyDirectory();
      try (DiskReservation reserved = DiskReservation.of(file, 1 << 20)) {
        disk.fill();
        reserved.write(out -> out.write(ByteBuffer.wrap(new byte[1 << 20])));
      }
      assertThat(file).hasSize(1 << 20);
    }
  }
}
