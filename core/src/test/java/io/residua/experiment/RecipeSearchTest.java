package io.residua.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.experiment.RecipeSearch.Plan;
import io.residua.experiment.SearchResult.Candidate;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.testkit.Told;
import io.residua.train.CheckpointPlan;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeSearchTest {
  @TempDir private Path folder;

  private static SearchResult search(Path data, Recipe recipe, String space, Plan plan, Path out) {
    return new RecipeSearch(Tiny.trainer(), Progress.NONE)
        .run(data, recipe, SearchSpace.parse(space, recipe), plan, out);
  }

  @Test
  void theBestOfManyGoOnAndNothingIsTrainedTwice() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 12, 2);
    Path out = folder.resolve("tuned");
    Recipe recipe = Tiny.recipe().with("epochs", "4");
    String space = "lr=1e-6..1e-1:log,optimizer=adam|sgd:momentum=0.9,nesterov=true";
    SearchResult result = search(data, recipe, space, Plan.random(4, 2, 1), out);

    assertThat(result.rounds()).containsExactly(1, 2, 4);
    assertThat(result.candidates()).extracting(Candidate::round).containsExactly(3, 2, 1, 1);
    assertThat(result.best().last().result().orElseThrow().epochs()).isEqualTo(4);
    Recipe best = Recipe.read(out.resolve("best.yaml"));
    assertThat(Double.parseDouble(best.get("lr")))
        .isEqualTo(Double.parseDouble(result.best().values().get("lr")));
    assertThat(best.get("epochs")).isEqualTo("4");
    assertThat(best.get("optimizer")).isEqualTo(result.best().values().get("optimizer"));
    assertThat(out.resolve("tune.csv")).content().hasLineCount(5);
    assertThat(Files.readString(out.resolve("split.csv"))).doesNotContain(",test,");

    Path first = out.resolve("trial-001-epochs-1/metrics.json");
    FileTime before = Files.getLastModifiedTime(first);
    SearchResult again = search(data, recipe, space, Plan.random(4, 2, 1), out);
    assertThat(again).isEqualTo(result);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(before);
  }

  /** The first epoch of the second trial is cut off, as by Ctrl-C. */
  @Test
  void aTrialThatWasStoppedIsGoneOnWithWhateverItsRateLooksLike() {
    Path data = Stripes.folder(folder.resolve("data"), 6, 2);
    Path out = folder.resolve("tuned");
    Recipe recipe = Tiny.recipe();
    SearchSpace space = SearchSpace.parse("lr=0.0001..3e-4:log", recipe);
    Trainer stopped = Tiny.trainer().withCheckpoints(new CheckpointPlan(0, 1));
    stopped = stopped.reportingTo(stopInEpoch(4));
    RecipeSearch search = new RecipeSearch(stopped, Progress.NONE);
    assertThatThrownBy(() -> search.run(data, recipe, space, Plan.grid(2, 1, 1), out))
        .isInstanceOf(CancellationException.class);
    assertThat(out.resolve("trial-002-epochs-2/checkpoint.safetensors")).exists();
    SearchResult result =
        new RecipeSearch(Tiny.trainer(), Progress.NONE)
            .run(data, recipe, space, Plan.grid(2, 1, 1), out);
    assertThat(result.candidates())
        .extracting(Candidate::values)
        .containsExactlyInAnyOrder(Map.of("lr", "0.0001"), Map.of("lr", "0.0003"));
  }

  /** Stops the work in the so manieth epoch that is trained. */
  private static Told stopInEpoch(int last) {
    return new Told() {
      @Override
      protected void advanced(String label, long by) {
        if (begun.stream().filter(task -> task.startsWith("epoch ")).count() == last) {
          throw new CancellationException("stopped by the test");
        }
      }
    };
  }

  @Test
  void aGridIsEveryCombination() {
    Path data = Stripes.folder(folder.resolve("data"), 6, 2);
    SearchResult result =
        search(
            data,
            Tiny.recipe().with("epochs", "1"),
            "lr=0.001..0.1:log; batch_size=4|8",
            Plan.grid(2, 3, 1),
            folder.resolve("tuned"));
    assertThat(result.candidates())
        .extracting(Candidate::values)
        .containsExactlyInAnyOrder(
            Map.of("lr", "0.001", "batch_size", "4"),
            Map.of("lr", "0.001", "batch_size", "8"),
            Map.of("lr", "0.1", "batch_size", "4"),
            Map.of("lr", "0.1", "batch_size", "8"));
  }

  @Test
  void drawsStayInTheirRangeAndDoNotDependOnHowManyThereAre() {
    SearchSpace space =
        SearchSpace.parse(
            "lr=1e-4..1e-1:log,batch-size=4..32,label_smoothing=0..0.2,augment=none|cifar",
            Recipe.defaults());
    List<Map<String, String>> draws =
        IntStream.range(0, 300).mapToObj(i -> space.draw(1, i)).toList();
    assertThat(draws)
        .allSatisfy(
            d -> {
              assertThat(Double.parseDouble(d.get("lr"))).isBetween(1e-4, 1e-1);
              assertThat(Integer.parseInt(d.get("batch_size"))).isBetween(4, 32);
              assertThat(Double.parseDouble(d.get("label_smoothing"))).isBetween(0.0, 0.2);
            });
    // a third of a logarithmic range is a decade of three
    assertThat(draws.stream().filter(d -> Double.parseDouble(d.get("lr")) < 1e-3).count())
        .isBetween(70L, 130L);
    assertThat(draws.stream().filter(d -> d.get("augment").equals("none")).count())
        .isBetween(120L, 180L);
    assertThat(space.draw(1, 7)).isEqualTo(draws.get(7)).isNotEqualTo(space.draw(2, 7));
  }

  @Test
  void roundsHaveFewerEpochsAsLongAsThereAreCandidates() {
    assertThat(Plan.random(9, 3, 1).rounds(9, 9)).containsExactly(1, 3, 9);
    assertThat(Plan.random(9, 3, 2).rounds(9, 9)).containsExactly(3, 9);
    assertThat(Plan.random(2, 3, 1).rounds(27, 2)).containsExactly(9, 27);
    assertThat(Plan.random(9, 1, 1).rounds(9, 9)).containsExactly(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "lr; space: 'lr' is not SETTING=VALUES",
        "lrr=1..2; unknown setting 'lrr'",
        "lr=2..1; a range goes from a lower to a higher number",
        "lr=0..1:log; above 0 if it is logarithmic",
        "lr=a..b; a range has two numbers",
        "lr=-1..1; lr is '-1', not a number above 0",
        "optimizer=adam|nadam; unknown; it is one of adam",
        "lr=1|2,lr=3; it is given twice",
      })
  void whatIsNoSpaceIsOneLine(String space, String reason) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> SearchSpace.parse(space, Recipe.defaults()))
        .withMessageContaining(reason)
        .withMessageStartingWith("space: ")
        .withMessageContaining("; SPACE is SETTING=FROM..TO")
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @Test
  void whatDoesNotFitTheNetworkIsToldBeforeAnythingIsDone() {
    Path data = Stripes.folder(folder.resolve("data"), 4, 2);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () ->
                search(
                    data,
                    Tiny.recipe(),
                    "lr=1e-3|1e-2,freeze=none|layr1",
                    Plan.grid(2, 3, 1),
                    folder.resolve("tuned")))
        .withMessageContaining("did you mean 'layer1'?");
    assertThat(folder.resolve("tuned")).doesNotExist();
  }

  @Test
  void epochsCannotBeSearchedWhileRoundsDifferInThem() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () ->
                search(
                    folder,
                    Tiny.recipe(),
                    "epochs=1..3",
                    Plan.random(2, 3, 1),
                    folder.resolve("x")))
        .withMessageContaining("epochs can't be searched");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Plan.random(0, 3, 1))
        .withMessage("trials is 0, not from 1 to 10000");
  }
}
