package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.UsageException;
import io.residua.image.RgbImage;
import io.residua.testkit.Tiny;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import io.residua.train.internal.LearningRateTest.Point;
import io.residua.train.internal.LearningRateTest.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateFinderTest {
  @TempDir private Path folder;

  private static Path pictures(Path data, int each) throws IOException {
    Random random = new Random(5);
    for (String name : List.of("dark", "light")) {
      Files.createDirectories(data.resolve(name));
      for (int i = 0; i < each; i++) {
        boolean dark = name.equals("dark") == (i % 4 > 0); // one in four is labelled wrongly
        byte[] rgb = new byte[32 * 32 * 3];
        for (int k = 0; k < rgb.length; k++) {
          rgb[k] = (byte) (random.nextInt(120) + (dark ? 20 : 90));
        }
        new RgbImage(32, 32, rgb).writePng(data.resolve(name).resolve("p%02d.png".formatted(i)));
      }
    }
    return data;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "backbone"})
  void theLossFallsAndRunsAway(String freeze) throws IOException {
    Path data = pictures(folder.resolve("data"), 16);
    Recipe recipe =
        Tiny.recipe("resnet8-cifar", 1, 8)
            .with("optimizer", "sgd:momentum=0.9")
            .with("freeze", freeze)
            .with("accumulate", "2")
            .with("mix", "mixup(alpha=0.2)")
            .with("precision", "fp32");
    Path out = folder.resolve("rates");
    LearningRateTest test =
        Trainer.create()
            .on(Tiny.ONE_THREAD)
            .findLearningRate(data, recipe, new Range(1e-6, 1e4, 60), out);
    assertThat(test.diverged()).isTrue();
    double suggested = test.suggestion().orElseThrow();
    assertThat(suggested).isBetween(1e-6, test.lowest().orElseThrow());
    assertThat(test.points().get(0).learningRate()).isCloseTo(1e-6, within(1e-15));
    assertThat(out.resolve("lr-find.csv")).content().hasLineCount(test.points().size() + 1);
    assertThat(out.resolve("lr-find.svg"))
        .content()
        .contains("suggested " + LearningRateTest.text(suggested));
    assertThat(out).isDirectoryNotContaining(file -> file.toString().endsWith(".tmp"));
  }

  private static LearningRateTest of(double... smoothed) {
    Range range = new Range(1e-9, 1e-9 * Math.pow(10, smoothed.length - 1), smoothed.length);
    return new LearningRateTest(
        Recipe.defaults(),
        range,
        IntStream.range(0, smoothed.length)
            .mapToObj(i -> new Point(range.at(i), smoothed[i], smoothed[i]))
            .toList(),
        32);
  }

  /** Points 1 to 9 count: the first tenth and the last five are passed over. */
  @Test
  void theMiddleOfTheLongestDescentIsSuggested() {
    LearningRateTest test = of(9, 3.0, 3.1, 3.0, 2.5, 1.5, 1.0, 0.9, 1.2, 2, 3, 4, 5, 6, 7);
    assertThat(test.lowest().orElseThrow()).isCloseTo(1e-2, within(1e-9)); // point 7
    assertThat(test.steepest().orElseThrow()).isCloseTo(1e-4, within(1e-12)); // to point 5
    assertThat(test.suggestion().orElseThrow()).isCloseTo(1e-5, within(1e-12)); // of points 2 to 7
    assertThat(LearningRateTest.text(0.0123)).isEqualTo("0.012");
    assertThat(LearningRateTest.text(1.04e-5)).isEqualTo("1e-5");
  }

  @Test
  void withoutDescentNothingIsSuggested() {
    LearningRateTest rising = of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(rising.suggestion()).isEmpty();
    assertThat(rising.steepest()).isEmpty();
    assertThat(rising.svg()).contains("</svg>");
  }

  @Test
  void rangesAreChecked() {
    assertThatExceptionOfType(UsageException.class).isThrownBy(() -> new Range(0, 1, 100));
    assertThatExceptionOfType(UsageException.class).isThrownBy(() -> new Range(1, 1, 100));
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> new Range(1e-7, 10, 5))
        .withMessage("steps is 5, not from 10 to 100000");
  }
}
