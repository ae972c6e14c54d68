package io.residua.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.eval.Interval;
import io.residua.experiment.ComparisonResult.Measured;
import io.residua.run.internal.Scores;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelComparisonTest {
  @TempDir private Path folder;

  private static ComparisonResult compare(Path data, Path out, String... models) {
    List<Contestant> contestants =
        Stream.of(models).map(m -> Contestant.parse(m, Tiny.recipe())).toList();
    return new ModelComparison(
            Tiny.trainer(), WeightSource.ofEnvironment().withOffline(true), Progress.NONE)
        .run(data, contestants, out);
  }

  @Test
  void modelsAreTrainedOnceAndMeasuredOnTheTestPart() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 16, 8);
    Path yaml = folder.resolve("mine.yaml");
    Files.writeString(yaml, Tiny.recipe().with("epochs", "1").toYaml());
    Path out = folder.resolve("compared");
    ComparisonResult result =
        compare(data, out, "resnet8-cifar", "small=resnet20-cifar", yaml.toString());

    assertThat(result.models())
        .extracting(Measured::label)
        .containsExactly("resnet8-cifar", "small", "mine");
    assertThat(result.origin()).startsWith("the test part");
    assertThat(result.models())
        .allSatisfy(
            m -> {
              assertThat(m.scores().n()).isEqualTo(16);
              assertThat(m.picturesPerSecond()).isPositive();
              assertThat(m.trainingSeconds()).isPositive();
              assertThat(m.bytes()).isGreaterThan(4 * m.parameters());
              assertThat(m.trainedOn()).hasValue(0);
            });
    assertThat(out.resolve("compare.csv")).content().hasLineCount(4);
    assertThat(out.resolve("compare.svg")).content().contains(">small</text>");
    assertThat(out.resolve("training.svg")).content().contains(">seconds of training</text>");
    JsonNode json = new ObjectMapper().readTree(out.resolve("compare.json").toFile());
    assertThat(json.at("/mcnemar/p_exact").asDouble()).isBetween(0.0, 1.0);

    Path other = folder.resolve("other");
    ComparisonResult finished =
        compare(
            data,
            other,
            out.resolve("small").toString(),
            "x=" + out.resolve("mine/model.safetensors"));
    assertThat(finished.models()).extracting(Measured::label).containsExactly("small", "x");
    assertThat(finished.models().get(0).scores().accuracy())
        .isEqualTo(result.models().get(1).scores().accuracy());
  }

  @Test
  void whatIsMeasuredOnItsOwnTrainingPicturesIsSaid() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 8, 4);
    compare(data, folder.resolve("compared"), "resnet8-cifar", "resnet20-cifar");
    ComparisonResult result =
        compare(
            data.resolve("train"),
            folder.resolve("again"),
            folder.resolve("compared/resnet8-cifar").toString(),
            folder.resolve("compared/resnet20-cifar").toString());
    assertThat(result.findings())
        .contains(
            "resnet8-cifar was trained or chosen on 16 of these 16 pictures: its accuracy here is"
                + " likely too good");
    assertThat(result.findings().get(1))
        .endsWith("no fair test, for one was trained on some of them");
  }

  @Test
  void theTestBetweenTheBestTwoCountsWhereTheyDiffer() {
    ComparisonResult result =
        new ComparisonResult(
            "all",
            List.of(
                measured("worst", false, false, false, false),
                measured("second", true, false, true, false),
                measured("first", true, true, true, false)));
    assertThat(result.ranked()).extracting(Measured::label).startsWith("first", "second");
    assertThat(result.bestTwo().onlyFirstRight()).isEqualTo(1);
    assertThat(result.bestTwo().onlySecondRight()).isZero();
    assertThat(result.bestTwo().pExact()).isEqualTo(1);
    assertThat(result.findings().get(1)).contains("chance may explain the difference");
  }

  private static Measured measured(String label, Boolean... right) {
    long count = Stream.of(right).filter(r -> r).count();
    Scores scores =
        new Scores(
            right.length, (double) count / right.length, Interval.wilson(count, right.length), 1);
    return new Measured(
        label, "resnet9", scores, List.of(right), 10, Double.NaN, 100, 0, OptionalInt.empty());
  }

  @Test
  void whatIsNoModelIsToldBeforeTraining() {
    Path data = Stripes.folder(folder.resolve("data"), 4, 2);
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> compare(data, out, "resnet8-cifar", "resnet51"))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("resnet51");
    assertThat(out).doesNotExist();
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> compare(data, out, "resnet8-cifar"))
        .withMessage("a comparison needs at least two models");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> compare(data, out, "resnet8-cifar", "resnet8-cifar"))
        .withMessageContaining("two models are called 'resnet8-cifar'");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> compare(data, out, "resnet8-cifar", " "))
        .withMessageContaining("names no model");
  }
}
