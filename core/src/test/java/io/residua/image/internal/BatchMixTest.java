package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.UsageException;
import io.residua.image.BatchMix;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BatchMixTest {
  private static final int COUNT = 4;
  private static final int SIDE = 10;
  private static final int PICTURE = SIDE * SIDE * 3;

  /** Picture i is all i, and its class is i. */
  private final float[] pixels = new float[COUNT * PICTURE];

  private final float[] targets = new float[COUNT * COUNT];

  BatchMixTest() {
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i / PICTURE;
    }
    for (int i = 0; i < COUNT; i++) {
      targets[i * COUNT + i] = 1;
    }
  }

  @Test
  void mixUpBlendsPicturesAndTargetsAlike() {
    BatchMix.parse("mixup(alpha=0.4)")
        .apply(pixels, targets, COUNT, SIDE, SIDE, 3, new SplittableRandom(3));
    float lambda = targets[0];
    assertThat(lambda).isBetween(0f, 1f);
    for (int i = 0; i < COUNT; i++) {
      int other = (i + COUNT - 1) % COUNT;
      assertThat(targets[i * COUNT + i]).isEqualTo(lambda);
      assertThat(targets[i * COUNT + other]).isEqualTo(1 - lambda, within(1e-6f));
      assertThat(pixels[i * PICTURE + 17])
          .isEqualTo(lambda * i + (1 - lambda) * other, within(1e-5f));
    }
  }

  @Test
  void cutMixTargetsAreTheShareOfPixels() {
    BatchMix.parse("cutmix").apply(pixels, targets, COUNT, SIDE, SIDE, 3, new SplittableRandom(8));
    for (int i = 0; i < COUNT; i++) {
      int own = 0;
      for (int k = 0; k < PICTURE; k++) {
        own += pixels[i * PICTURE + k] == i ? 1 : 0;
      }
      assertThat(own).isBetween(1, PICTURE - 1);
      assertThat(targets[i * COUNT + i]).isEqualTo((float) own / PICTURE, within(1e-6f));
      assertThat(targets[i * COUNT + (i + COUNT - 1) % COUNT])
          .isEqualTo(1 - (float) own / PICTURE, within(1e-6f));
    }
  }

  @Test
  void betaHasItsMeanAndVariance() {
    RandomGenerator random = new SplittableRandom(1);
    for (double alpha : new double[] {0.1, 0.2, 1, 3}) {
      int n = 40_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double x = Beta.symmetric(alpha, random);
        assertThat(x).isBetween(0.0, 1.0);
        sum += x;
        squares += (x - 0.5) * (x - 0.5);
      }
      assertThat(sum / n).isEqualTo(0.5, within(0.01));
      assertThat(squares / n).isEqualTo(1 / (4 * (2 * alpha + 1)), within(0.005));
    }
  }

  @Test
  void textFormIsReadAndPrinted() {
    assertThat(BatchMix.parse("mixup").text()).isEqualTo("mixup(alpha=0.2)");
    assertThat(BatchMix.parse("cutmix ( alpha = 0.5 )")).isEqualTo(new BatchMix.CutMix(0.5));
    for (String bad :
        new String[] {"mix", "mixup(0.2)", "cutmix(alpha=-1)", "mixup(alpha=1e)", ""}) {
      assertThatExceptionOfType(UsageException.class).isThrownBy(() -> BatchMix.parse(bad));
    }
  }
}
