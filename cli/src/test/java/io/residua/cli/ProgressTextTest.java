package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTextTest {
  private static ProgressText text(String unit, long done, long total, long seconds) {
    return new ProgressText("fetch", unit, done, total, TimeUnit.SECONDS.toNanos(seconds), "note");
  }

  @Test
  void bytesAreMegabytes() {
    assertThat(text("bytes", 12_300_000, 102_000_000, 3).middle())
        .isEqualTo("fetch: 12.3/102.0 MB, 12 %, 4.1 MB/s, 22 s left, note");
    assertThat(text("bytes", 102_000_000, 102_000_000, 25).end())
        .isEqualTo("fetch: 102.0 MB in 25.0 s (4.1 MB/s)");
  }

  @Test
  void anUnknownTotalHasNoBar() {
    assertThat(text("images", 1234, 0, 2).bar(80))
        .isEqualTo("fetch  1,234 images  617 images/s  note");
    assertThat(text("images", 1234, 0, 2).end())
        .isEqualTo("fetch: 1,234 images in 2.0 s (617 images/s)");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 30, 50, 64, 80, 120, 400})
  void theBarFitsTheTerminal(int columns) {
    for (long done : new long[] {0, 1, 499, 1000, 1200}) {
      assertThat(text("images", done, 1000, 7).bar(columns).length()).isLessThan(columns);
    }
  }

  @Test
  void aSlowRateKeepsItsDigits() {
    assertThat(text("epochs", 1, 10, 30).middle()).contains("0.03 epochs/s", "4 min 30 s left");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "420, 0.4 s",
    "59940, 59.9 s",
    "59960, 1 min 00 s",
    "245000, 4 min 05 s",
    "7800000, 2 h 10 min"
  })
  void durationsAreReadable(long milliseconds, String text) {
    assertThat(Durations.text(TimeUnit.MILLISECONDS.toNanos(milliseconds))).isEqualTo(text);
  }
}
