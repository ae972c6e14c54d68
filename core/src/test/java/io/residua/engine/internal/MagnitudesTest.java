package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MagnitudesTest {
  @Test
  void percentilesOfWhatCameInAnyOrder() {
    for (boolean rising : new boolean[] {true, false}) {
      Magnitudes magnitudes = new Magnitudes();
      magnitudes.add(new float[7]);
      for (int i = 1; i <= 100; i++) {
        float[] values = new float[100];
        int hundred = rising ? i - 1 : 100 - i;
        for (int k = 0; k < 100; k++) {
          values[k] = (k % 2 == 0 ? 1 : -1) * (hundred * 100 + k + 1) * 0.01f; // to 100
        }
        magnitudes.add(values);
      }
      assertThat(magnitudes.percentile(100)).isEqualTo(100);
      assertThat(magnitudes.percentile(99)).isCloseTo(99, within(0.1f));
      assertThat(magnitudes.percentile(50)).isCloseTo(50, within(0.1f));
    }
  }

  @Test
  void onlyZeros() {
    Magnitudes magnitudes = new Magnitudes();
    magnitudes.add(new float[5]);
    assertThat(magnitudes.percentile(100)).isZero();
    assertThat(magnitudes.percentile(99.99)).isZero();
  }

  @Test
  void refusesWhatIsNotFinite() {
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Magnitudes().add(new float[] {1, value, 2}));
    }
  }

  @Test
  void takesTheLargestNumbersThereAre() {
    Magnitudes magnitudes = new Magnitudes();
    magnitudes.add(new float[] {Float.MIN_VALUE});
    magnitudes.add(new float[] {1, Float.MAX_VALUE});
    assertThat(magnitudes.percentile(100)).isEqualTo(Float.MAX_VALUE);
    assertThat(magnitudes.percentile(99.99)).isFinite();
  }
}
