package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  private ConsoleProgress progress(boolean terminal, boolean quiet) {
    return new ConsoleProgress(
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        new Terminal(terminal, terminal, 100, true),
        terminal,
        quiet,
        nanos::get,
        () -> {});
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void pass(long milliseconds) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(milliseconds));
  }

  @Test
  void plainOutputHasALineAfterTwoSecondsThenEveryTenAndAtTheEnd() {
    try (Progress.Task task = progress(false, false).start("features", 1000, "images")) {
      for (int i = 0; i < 1000; i++) {
        pass(25);
        task.advance(1, "loss 0.31");
      }
    }
    assertThat(printed())
        .isEqualTo(
            """
            features: 80/1,000 images, 8 %, 40.0 images/s, 23 s left, loss 0.31
            features: 480/1,000 images, 48 %, 40.0 images/s, 13 s left, loss 0.31
            features: 880/1,000 images, 88 %, 40.0 images/s, 3 s left, loss 0.31
            features: 1,000 images in 25.0 s (40.0 images/s)
            """);
  }

  @Test
  void plainOutputHasNoLineForAShortTaskUnlessItStopped() {
    ConsoleProgress progress = progress(false, false);
    for (int done : new int[] {10, 9}) {
      try (Progress.Task task = progress.start("validate", 10, "images")) {
        pass(900);
        task.advance(done);
      }
    }
    assertThat(printed()).isEqualTo("validate: stopped at 9/10 images in 0.9 s (10.0 images/s)\n");
  }

  @Test
  void aTerminalGetsABarThatIsErasedAndLeavesOneLine() {
    try (Progress.Task task = progress(true, false).start("features", 100, "images")) {
      pass(50);
      task.advance(10);
      pass(9_950);
      task.advance(30, "loss 0.31");
    }
    assertThat(printed())
        .isEqualTo(
            "\r\u001b[?7lfeatures  [                              ]    0 %  0/100 images"
                + "\u001b[K\u001b[?7h"
                + "\r\u001b[?7lfeatures  [=======>            ]   40 %  40/100 images"
                + "  4.0 images/s  15 s left  loss 0.31\u001b[K\u001b[?7h"
                + "\r\u001b[K"
                + "features: stopped at 40/100 images in 10.0 s (4.0 images/s)\n");
  }

  @Test
  void theBarIsDrawnAtMostTenTimesASecond() {
    try (Progress.Task task = progress(true, false).start("steps", 5000, "steps")) {
      for (int i = 0; i < 5000; i++) {
        pass(1);
        task.advance(1);
      }
    }
    assertThat(printed().chars().filter(c -> c == '[').count()).isPositive();
    assertThat(printed().split("\u001b\\[\\?7l", -1).length - 1).isEqualTo(1 + 50);
  }

  @Test
  void aLineStandsAboveTheBarWhichIsDrawnAgain() {
    ConsoleProgress progress = progress(true, false);
    Progress.Task task = progress.start("epochs", 5, "epochs");
    progress.line("epoch 1");
    assertThat(printed()).contains("\r\u001b[Kepoch 1\n\r\u001b[?7lepochs");
    task.close();
    task.close();
    assertThat(printed()).endsWith("\r\u001b[K").doesNotContain("epochs:");
  }

  @Test
  void theTaskBegunLastIsShownAndThenTheOneBelow() {
    ConsoleProgress progress = progress(true, false);
    try (Progress.Task all = progress.start("all", 2, "parts")) {
      try (Progress.Task part = progress.start("part", 10, "bytes")) {
        bytes.reset();
        pass(500);
        all.advance(1);
        assertThat(printed()).isEmpty();
        part.advance(10);
        assertThat(printed()).contains("part  [====");
      }
      assertThat(printed()).contains("\r\u001b[?7lall  [").contains("1/2 parts");
    }
  }

  @Test
  void quietPrintsWarningsOnly() {
    ConsoleProgress progress = progress(false, true);
    try (Progress.Task task = progress.start("features", 10, "images")) {
      pass(60_000);
      task.advance(10);
      progress.line("something");
      progress.warn("cat.jpg was left out");
    }
    assertThat(printed()).isEqualTo("warning: cat.jpg was left out\n");
  }
}
