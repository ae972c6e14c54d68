package io.residua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.Progress;
import io.residua.UsageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenedDataTest {
  @TempDir private Path folder;

  @Test
  void whatIsNotPublishedIsNotFetched() {
    Path out = folder.resolve("out");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> OpenedData.fetch("cifar11", out, true, Progress.NONE))
        .withMessageContainingAll("cifar11", "cifar10", "stl10");
    assertThat(out).doesNotExist();
  }
}
