package io.residua.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.UsageException;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.train.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSweepTest {
  @TempDir private Path folder;

  private static SweepResult sweep(Path data, Recipe recipe, List<String> layers, Path out) {
    return new LayerSweep(Tiny.trainer(), Progress.NONE).run(data, recipe, layers, 2, false, out);
  }

  @Test
  void groupsAreTrainedAloneAndInPairsAndOnlyOnce() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 16, 4);
    Path out = folder.resolve("sweep");
    List<String> layers = List.of("layer3", "*.downsample", "fc");
    SweepResult result = sweep(data, Tiny.recipe(), layers, out);

    assertThat(result.choices())
        .extracting(Trial::name)
        .containsExactly("head alone", "layer3", "*.downsample", "layer3 + *.downsample");
    assertThat(result.choices().get(0).result().orElseThrow().trained()).isEqualTo(64 * 2 + 2);
    assertThat(result.choices().get(2).result().orElseThrow().trained())
        .isEqualTo(64 * 2 + 2 + 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64);
    assertThat(result.choices().get(1).result().orElseThrow().validation().n()).isEqualTo(8);
    Recipe own = Recipe.read(out.resolve("_.downsample").resolve("recipe.yaml"));
    assertThat(own.get("freeze")).isEqualTo("all-but:*.downsample,fc");

    assertThat(out.resolve("sweep.csv")).content().hasLineCount(5).startsWith("layers,trainable");
    assertThat(out.resolve("sweep.md")).content().contains("| layer3 | ", "downsample layers: ");
    JsonNode json = new ObjectMapper().readTree(out.resolve("sweep.json").toFile());
    assertThat(json.get("choices")).hasSize(4);
    assertThat(json.at("/choices/0/val/accuracy_ci95")).hasSize(2);
    assertThat(Recipe.read(out.resolve("best.yaml")).get("epochs")).isEqualTo("2");
    assertThat(out.resolve("layer3/model.safetensors")).doesNotExist();
    assertThat(Files.readString(out.resolve("split.csv"))).doesNotContain(",test,");

    FileTime before = Files.getLastModifiedTime(out.resolve("layer3/metrics.json"));
    Files.delete(out.resolve("_.downsample/metrics.json")); // as if it had been stopped there
    SweepResult again = sweep(data, Tiny.recipe(), layers, out);
    assertThat(again.choices()).extracting(Trial::name).hasSize(4);
    assertThat(Files.getLastModifiedTime(out.resolve("layer3/metrics.json"))).isEqualTo(before);
    assertThat(out.resolve("_.downsample/metrics.json")).exists();

    assertThatThrownBy(() -> sweep(data, Tiny.recipe().with("lr", "0.5"), layers, out))
        .isInstanceOf(ExperimentException.class)
        .hasMessageContaining("head_alone: was trained with lr 0.01, not 0.5");
  }

  @Test
  void theUsualGroupsAreStagesAndDownsampleLayers() {
    Path data = Stripes.folder(folder.resolve("data"), 8, 2);
    SweepResult result =
        new LayerSweep(Tiny.trainer(), Progress.NONE)
            .run(
                data,
                Tiny.recipe().with("epochs", "1"),
                List.of(),
                1,
                true,
                folder.resolve("sweep"));
    assertThat(result.choices())
        .extracting(Trial::name)
        .containsExactly("head alone", "layer1", "layer2", "layer3", "*.downsample");
    assertThat(folder.resolve("sweep/layer1/model.safetensors")).exists();
    assertThat(result.findings().get(0)).startsWith("best on validation: ");
  }

  @Test
  void aPatternWithoutLayersIsToldBeforeAnyWork() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 4, 2);
    Path out = folder.resolve("sweep");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> sweep(data, Tiny.recipe(), List.of("layer9"), out))
        .withMessageStartingWith("freeze: 'layer9' matches no layer");
    assertThat(out).doesNotExist();
    Files.createDirectories(out);
    Files.writeString(out.resolve("thesis.txt"), "mine");
    assertThatThrownBy(() -> sweep(data, Tiny.recipe(), List.of(), out))
        .isInstanceOf(ExperimentException.class)
        .hasMessageContaining("exists and is not empty");
  }

  @Test
  void aChoiceThatDivergesDoesNotEndTheSweep() {
    Path data = Stripes.folder(folder.resolve("data"), 16, 2);
    Path out = folder.resolve("sweep");
    Recipe wild =
        Tiny.recipe()
            .with("lr", "1e6")
            .with("optimizer", "adamw:weight-decay=1000")
            .with("epochs", "4");
    SweepResult result = sweep(data, wild, List.of("layer1", "layer2", "layer3"), out);
    assertThat(result.choices()).hasSize(7);
    assertThat(result.choices()).anySatisfy(c -> assertThat(c.failure()).contains("diverged"));
    assertThat(result.table().rows()).anySatisfy(row -> assertThat(row).contains("diverged"));
    assertThat(sweep(data, wild, List.of("layer1", "layer2", "layer3"), out)).isEqualTo(result);
  }
}
