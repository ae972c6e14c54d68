package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.residua.UsageException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
  // log(softmax) of (0, ln 2, ln 5) is ln(1/8), ln(2/8), ln(5/8)
  private static final float[] LOGITS = {
    0, (float) Math.log(2), (float) Math.log(5), (float) Math.log(5), 0, (float) Math.log(2)
  };
  private static final int[] LABELS = {2, 1};
  private static final List<Double> WEIGHTS = List.of(1.0, 3.0, 0.5);

  @Test
  void labelsGiveTheMeanNegativeLogProbability() {
    float[] gradient = new float[6];
    double loss = new CrossEntropy().ofLabels(LOGITS, LABELS, 2, 3, gradient);
    assertThat(loss).isCloseTo((Math.log(8 / 5.0) + Math.log(8)) / 2, within(1e-7));
    float[] expected = {1 / 16f, 1 / 8f, -3 / 16f, 5 / 16f, -7 / 16f, 1 / 8f};
    assertThat(gradient).containsExactly(expected, within(1e-7f));
  }

  @Test
  void classWeightsGiveTorchsWeightedMean() {
    double loss = new CrossEntropy(0, WEIGHTS).ofLabels(LOGITS, LABELS, 2, 3, new float[6]);
    assertThat(loss).isCloseTo((0.5 * Math.log(8 / 5.0) + 3 * Math.log(8)) / 3.5, within(1e-7));
  }

  @Test
  void smoothingSpreadsOverAllClassesAndKeepsTorchsWeights() {
    double a = Math.log(8);
    double b = Math.log(4);
    double c = Math.log(8 / 5.0);
    double plain = new CrossEntropy(0.3, List.of()).ofLabels(LOGITS, LABELS, 2, 3, new float[6]);
    assertThat(plain).isCloseTo((0.7 * (c + a) + 0.1 * 2 * (a + b + c)) / 2, within(1e-7));
    double weighted = new CrossEntropy(0.3, WEIGHTS).ofLabels(LOGITS, LABELS, 2, 3, new float[6]);
    double everyClass = (a + 3 * b + 0.5 * c) + (c + 3 * a + 0.5 * b);
    assertThat(weighted)
        .isCloseTo((0.7 * (0.5 * c + 3 * a) + 0.1 * everyClass) / 3.5, within(1e-7));
  }

  @Test
  void softTargetsMixLossesOverPictures() {
    float[] targets = {0.25f, 0, 0.75f, 0, 1, 0};
    double loss = new CrossEntropy(0, WEIGHTS).ofTargets(LOGITS, targets, 2, 3, new float[6]);
    double expected = (0.25 * Math.log(8) + 0.75 * 0.5 * Math.log(1.6) + 3 * Math.log(8)) / 2;
    assertThat(loss).isCloseTo(expected, within(1e-7));
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    float[] targets = {0.2f, 0.5f, 0.3f, 0, 0.9f, 0.1f};
    for (CrossEntropy loss :
        List.of(
            new CrossEntropy(),
            new CrossEntropy(0.1, List.of()),
            new CrossEntropy(0, WEIGHTS),
            new CrossEntropy(0.1, WEIGHTS))) {
      float[] gradient = new float[6];
      loss.ofLabels(LOGITS, LABELS, 2, 3, gradient);
      check(gradient, logits -> loss.ofLabels(logits, LABELS, 2, 3, new float[6]));
      loss.ofTargets(LOGITS, targets, 2, 3, gradient);
      check(gradient, logits -> loss.ofTargets(logits, targets, 2, 3, new float[6]));
    }
  }

  private static void check(float[] gradient, ToDoubleFunction<float[]> loss) {
    for (int i = 0; i < gradient.length; i++) {
      float[] up = LOGITS.clone();
      float[] down = LOGITS.clone();
      up[i] += 1 / 128f;
      down[i] -= 1 / 128f;
      double difference = (double) up[i] - down[i];
      assertThat((double) gradient[i])
          .isCloseTo(
              (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / difference, within(1e-5));
    }
  }

  @Test
  void hugeLogitsDoNotOverflow() {
    float[] gradient = new float[3];
    double loss =
        new CrossEntropy().ofLabels(new float[] {1e30f, -1e30f, 0}, new int[] {0}, 1, 3, gradient);
    assertThat(loss).isZero();
    assertThat(gradient).containsExactly(0, 0, 0);
  }

  @Test
  void divergedLogitsGiveNaN() {
    float[] logits = {Float.NaN, 0, 0};
    assertThat(new CrossEntropy().ofLabels(logits, new int[] {1}, 1, 3, new float[3])).isNaN();
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CrossEntropy().ofLabels(LOGITS, new int[] {0, 3}, 2, 3, new float[6]))
        .withMessage("label 3 is none of 3 classes");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> new CrossEntropy(1, List.of()))
        .withMessage("label smoothing is 1.0, not 0 up to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new CrossEntropy(0, List.of(1.0)).ofLabels(LOGITS, LABELS, 2, 3, new float[6]))
        .withMessage("1 class weights for 3 classes");
  }
}
