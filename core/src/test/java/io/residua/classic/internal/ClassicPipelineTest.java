package io.residua.classic.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.weights.internal.FloatTensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClassicPipelineTest {
  private static final Execution EXECUTION = Execution.plainJava(2);
  private static final int[] LABELS = labels();
  private static final Matrix FEATURES = features();

  private static int[] labels() {
    int[] labels = new int[120];
    Arrays.setAll(labels, i -> 2 * (i * 7 % 3));
    return labels;
  }

  private static Matrix features() {
    Random random = new Random(1);
    float[][] rows = new float[LABELS.length][9];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 9; j++) {
        rows[i][j] = (float) (5 + random.nextGaussian() + (j == LABELS[i] ? 1.5 : 0));
      }
    }
    return Matrix.of(rows);
  }

  static Stream<ClassicSpec> specs() {
    return Stream.of(
        SvcSpec.of(Kernel.rbf(Gamma.SCALE), 3),
        SvcSpec.of(Kernel.poly(Gamma.AUTO, 3, 1), 1)
            .withProbability(true)
            .withWeights(ClassWeights.BALANCED),
        SvcSpec.of(Kernel.linear(), 1).withWeights(ClassWeights.of(Map.of(2, 2.5))),
        LogisticSpec.of(0.5),
        new NeighboursSpec(3));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aStoredPipelineAnswersAsItDidBefore(ClassicSpec spec) throws Exception {
    ClassicPipeline fitted = ClassicPipeline.fit(FEATURES, LABELS, spec, EXECUTION, Progress.NONE);
    Answers before = fitted.answer(FEATURES, EXECUTION);
    assertThat(right(before.predicted())).isGreaterThan(80);
    assertThat(fitted.model().classes()).containsExactly(0, 2, 4);

    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(mapper.writeValueAsString(fitted.toJson()));
    ClassicPipeline restored = ClassicPipeline.fromTensors(fitted.toTensors(), json);
    Answers after = restored.answer(FEATURES, EXECUTION);
    assertThat(after.predicted()).containsExactly(before.predicted());
    assertThat(after.probabilities()).isEqualTo(before.probabilities());
    assertThat(Golden.largestGap(after.scores(), before.scores())).isLessThan(1e-10);
    assertThat(restored.model().spec()).isEqualTo(spec);
    assertThat(restored.toJson()).isEqualTo(fitted.toJson());
  }

  @ParameterizedTest
  @MethodSource("specs")
  void damageIsToldInOneLine(ClassicSpec spec) {
    ClassicPipeline fitted = ClassicPipeline.fit(FEATURES, LABELS, spec, EXECUTION, Progress.NONE);
    for (String name : fitted.toTensors().keySet()) {
      if (name.endsWith(".lo")) {
        continue;
      }
      Map<String, FloatTensor> without = new LinkedHashMap<>(fitted.toTensors());
      without.remove(name);
      assertThatThrownBy(() -> ClassicPipeline.fromTensors(without, fitted.toJson()))
          .isInstanceOf(ClassicException.class)
          .hasMessageContaining("has no array");
      Map<String, FloatTensor> other = new LinkedHashMap<>(fitted.toTensors());
      other.put(name, new FloatTensor(List.of(1), FloatBuffer.wrap(new float[] {Float.NaN})));
      assertThatThrownBy(() -> ClassicPipeline.fromTensors(other, fitted.toJson()))
          .isInstanceOf(ClassicException.class);
    }
  }

  @Test
  void jsonThatDoesNotFitIsRefused() {
    ClassicPipeline fitted =
        ClassicPipeline.fit(
            FEATURES, LABELS, SvcSpec.of(Kernel.rbf(Gamma.SCALE), 3), EXECUTION, Progress.NONE);
    for (String damage :
        List.of(
            "{}",
            "{'scaler':{'features':9}}",
            "{'scaler':{'features':2000000000},'model':{}}",
            "{'scaler':{'features':9},'model':{'spec':{'classifier':'tree'},'classes':[0,1]}}",
            "{'scaler':{'features':9},'model':{'spec':{'classifier':'svc','kernel':'cubic'}}}")) {
      assertThatThrownBy(
              () ->
                  ClassicPipeline.fromTensors(
                      fitted.toTensors(),
                      (ObjectNode) new ObjectMapper().readTree(damage.replace('\'', '"'))))
          .as(damage)
          .isInstanceOf(ClassicException.class);
    }
    ObjectNode hugeCounts = fitted.toJson();
    ((ObjectNode) hugeCounts.get("model"))
        .putArray("support_per_class")
        .add(2_000_000_000)
        .add(2_000_000_000)
        .add(1);
    assertThatThrownBy(() -> ClassicPipeline.fromTensors(fitted.toTensors(), hugeCounts))
        .isInstanceOf(ClassicException.class);
  }

  @Test
  void dataThatCannotBeLearnedFromIsRefused() {
    ClassicSpec svc = SvcSpec.of(Kernel.linear(), 1);
    Matrix two = Matrix.of(new float[][] {{1, 2}, {3, 4}});
    assertThatThrownBy(() -> svc.fit(two, new int[] {1, 1}))
        .isInstanceOf(ClassicException.class)
        .hasMessageContaining("all are of class 1");
    assertThatThrownBy(() -> svc.fit(two, new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Matrix.of(new float[][] {{1, 2}, {3, Float.NaN}}))
        .isInstanceOf(ClassicException.class)
        .hasMessage("feature 1 of sample 1 is not a finite number (NaN)");
    assertThatThrownBy(() -> StratifiedKFold.of(new int[] {0, 0, 1, 1}, 3))
        .isInstanceOf(ClassicException.class);
    assertThatThrownBy(() -> new NeighboursSpec(3).fit(two, new int[] {0, 1}))
        .isInstanceOf(ClassicException.class);
    assertThatThrownBy(() -> Gamma.parse("-1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SvcSpec.of(Kernel.linear(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoClassesAndTwoSamplesAreEnough() {
    Matrix two = Matrix.of(new float[][] {{1, 2}, {3, 4}});
    for (ClassicSpec spec :
        List.of(SvcSpec.of(Kernel.linear(), 1), LogisticSpec.of(1), new NeighboursSpec(1))) {
      Answers answers = spec.fit(two, new int[] {7, 3}).answer(two);
      assertThat(answers.predicted()).containsExactly(7, 3);
      assertThat(answers.scores()[0]).hasSize(2);
      assertThat(answers.scores()[0][1]).isGreaterThan(answers.scores()[0][0]);
    }
  }

  @Test
  void aSearchComparesDifferentKindsOfClassifier() {
    GridSearch search =
        GridSearch.run(
            List.of(
                new NeighboursSpec(3),
                LogisticSpec.of(1),
                SvcSpec.of(Kernel.rbf(Gamma.SCALE), 1),
                SvcSpec.of(Kernel.linear(), 1e-6)),
            ClassicPipeline.scaled(StandardScaler.fit(FEATURES), FEATURES),
            LABELS,
            3,
            EXECUTION,
            Progress.NONE);
    assertThat(search.rows()).hasSize(4);
    assertThat(search.model().spec()).isEqualTo(search.best().spec());
    assertThat(search.rows().get(3).rank()).isEqualTo(4);
    assertThat(search.toText().lines().findFirst().orElseThrow())
        .contains("rank", "mean", "kernel", "gamma", "k");
    assertThat(search.metrics().candidates()).hasSize(4);
  }

  private static int right(int[] predicted) {
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == LABELS[i] ? 1 : 0;
    }
    return right;
  }
}
