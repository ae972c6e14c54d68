package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.ResiduaException;
import io.residua.UsageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class ErrorReportTest {
  @Test
  void aFailureOfTheToolkitIsTakenAsItIs() {
    assertThat(ErrorReport.of(new ResiduaException("a.png: not a picture")))
        .isEqualTo(new ErrorReport("a.png: not a picture", 1));
  }

  @Test
  void theCauseIsFoundBehindThreadsAndStreams() {
    CompletableFuture<Void> failed =
        CompletableFuture.failedFuture(new ResiduaException("b.png: empty"));
    try {
      failed.join();
    } catch (CompletionException e) {
      assertThat(ErrorReport.of(new ExecutionException(e)).line()).isEqualTo("b.png: empty");
    }
    assertThat(ErrorReport.of(new UncheckedIOException(new NoSuchFileException("c"))).line())
        .isEqualTo("c: no such file or folder");
  }

  @Test
  void filesAreNamedWithTheReason() {
    assertThat(ErrorReport.of(new AccessDeniedException("d")))
        .isEqualTo(new ErrorReport("d: permission denied", 1));
    assertThat(ErrorReport.of(new FileSystemException("e", null, "Too many open files")).line())
        .isEqualTo("e: Too many open files");
    assertThat(ErrorReport.of(new EOFException()).line()).isEqualTo("EOFException");
  }

  @Test
  @EnabledIf("hasFullDevice")
  void aFullDiskIsSaidClearly() {
    Path full = Path.of("/dev/full");
    try {
      Files.writeString(full, "x");
      throw new AssertionError("/dev/full took a byte");
    } catch (IOException e) {
      assertThat(ErrorReport.of(e))
          .isEqualTo(new ErrorReport("the disk is full (No space left on device)", 1));
    }
    assertThat(
            ErrorReport.of(new FileSystemException("run/a", null, "No space left on device"))
                .line())
        .isEqualTo("run/a: the disk is full (No space left on device)");
  }

  private static boolean hasFullDevice() {
    return Files.isWritable(Path.of("/dev/full"));
  }

  @Test
  void aValueThatIsNotAllowedIsWrongUsage() {
    assertThat(ErrorReport.of(new UsageException("image size 0: must be positive")))
        .isEqualTo(new ErrorReport("image size 0: must be positive", 2));
  }

  @Test
  void theSettingThatDecidesIsShownAsTheOptionItIsHere() {
    ResiduaException few = ResiduaException.about("max_bad", new ResiduaException("too many"));
    assertThat(ErrorReport.of(few)).isEqualTo(new ErrorReport("too many (option: --max-bad)", 1));
    assertThat(ErrorReport.of(new UsageException("data: too many", few)))
        .isEqualTo(new ErrorReport("data: too many (option: --max-bad)", 2));
  }

  @Test
  void whatNobodyThoughtOfIsAnInternalError() {
    assertThat(ErrorReport.of(new NullPointerException()))
        .isEqualTo(
            new ErrorReport(
                "internal error: NullPointerException: no message; please report it, with what"
                    + " --verbose shows",
                1));
    assertThat(ErrorReport.of(new IllegalArgumentException("count is 3, not 1 to 2")))
        .isEqualTo(
            new ErrorReport(
                "internal error: IllegalArgumentException: count is 3, not 1 to 2; please report"
                    + " it, with what --verbose shows",
                1));
  }
}
