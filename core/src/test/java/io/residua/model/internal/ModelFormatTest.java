package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.image.Preprocessing;
import io.residua.internal.Build;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.testkit.RandomModel;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files of other versions of Residua than this. */
class ModelFormatTest {
  private static final String OWN = Build.current().version();

  private static final Path EARLIER =
      Path.of("src", "test", "resources", "io", "residua", "run", "91c8fbf");
  private static final Path PAGE = Path.of("..", "docs", "model-file.md");

  @TempDir private Path folder;

  /** A model's file with some of its metadata changed; those that become empty are left out. */
  private Path file(Map<String, String> changes) {
    ModelFile model =
        RandomModel.of(
            "resnet8-cifar",
            "gap-linear",
            List.of("cat", "dog"),
            Preprocessing.preset("unit").withSize(32),
            1);
    Map<String, String> metadata = model.metadata();
    metadata.putAll(changes);
    metadata.values().removeIf(String::isEmpty);
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, model.tensors(), metadata);
    return file;
  }

  private void assertRefused(Map<String, String> changes, String reason) {
    Path file = file(changes);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ModelFile.read(file))
        .withMessage(file + ": " + reason);
  }

  @Test
  void whatIsWrittenSaysItsVersion() {
    Path file = file(Map.of());
    assertThat(ModelFile.read(file).metadata()).containsEntry("residua", "1");
  }

  @Test
  void aLaterFormatIsRefusedWithBothVersionsAndWhatToDo() {
    String here = "; this is Residua " + OWN + ", which reads formats up to 1: use a newer Residua";
    assertRefused(
        Map.of("residua", "2", "provenance", "{\"residua\":\"98.7.6\"}"),
        "a model file of format 2, written by Residua 98.7.6" + here);
    assertRefused(Map.of("residua", "2"), "a model file of format 2" + here);
    assertRefused(
        Map.of("residua", "2", "provenance", "{\"residua\":\"9\\n\\u001b[2J\"}"),
        "a model file of format 2" + here);
  }

  /** It may keep what it is in another way, but never passes for weights without classes. */
  @Test
  void aLaterFormatIsKnownWhateverElseItHas() {
    Path file = file(Map.of("residua", "3", "architecture", "", "classes", ""));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> ModelFile.open(file.toString(), WeightSource.ofEnvironment(), Progress.NONE))
        .withMessageContaining("a model file of format 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.0", "one", "01", "99999999999", " "})
  void whatIsNoVersionIsSaidToBeNone(String version) {
    assertRefused(Map.of("residua", version), "its 'residua' is no version of the format");
  }

  @Test
  void aFileWithoutVersionIsNoModel() {
    assertRefused(
        Map.of("residua", ""),
        "these are weights without classes and preprocessing, not a Residua model");
  }

  /** Additions of later releases that this one may pass over. */
  @Test
  void keysThatAreNotKnownAreIgnored() {
    Path file =
        file(
            Map.of(
                "mascot", "{\"name\":\"otter\"}",
                "architecture",
                    "{\"name\":\"resnet8-cifar\",\"head\":\"gap-linear\",\"nickname\":\"tiny\"}",
                "classes",
                    "[{\"name\":\"cat\",\"sound\":\"meow\"},{\"name\":\"dog\",\"sound\":\"wuff\"}]",
                "calibration",
                    "{\"method\":\"min-max\",\"pictures\":1,\"source\":\"x\",\"limits\":{},\"a\":1}"));
    ModelFile read = ModelFile.read(file);
    assertThat(read.spec().classes()).containsExactly("cat", "dog");
    assertThat(read.calibration()).isPresent();
  }

  /** Additions that it may not, each told by what it is, and by who has written the file. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "preprocessing | {\"resize\":\"squash\",\"tint\":1} | preprocessing: unknown field 'tint'",
        "architecture | {\"name\":\"resnet8-cifar\",\"head\":\"gap-magic\"} | unknown head",
        "architecture | {\"name\":\"resnet9999\",\"head\":\"gap-linear\"} | 'resnet9999'"
      })
  void whatALaterReleaseAddedIsRefusedWithItsVersion(String key, String json, String reason) {
    String later = " (Residua 98.7.6 has written it, this is Residua " + OWN;
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> ModelFile.read(file(Map.of(key, json, "provenance", "{\"residua\":\"98.7.6\"}"))))
        .withMessageContaining(reason)
        .withMessageEndingWith(later + ": use a newer one)");
    for (String writer : List.of("0.0.1", OWN, "development build", "")) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(
              () ->
                  ModelFile.read(
                      file(Map.of(key, json, "provenance", "{\"residua\":\"" + writer + "\"}"))))
          .withMessageContaining(reason)
          .withMessageNotContaining("newer");
    }
  }

  /** What is written stands on the page from which other programs learn the format. */
  @ParameterizedTest
  @ValueSource(
      strings = {"int8.safetensors", "svc.safetensors", "logistic.safetensors", "knn.safetensors"})
  void everyKeyAndArrayIsDocumented(String name) throws IOException {
    ModelFile model = ModelFile.read(EARLIER.resolve(name));
    Set<String> words = new TreeSet<>(model.metadata().keySet());
    for (String key :
        List.of("architecture", "classes", "preprocessing", "calibration", "classic")) {
      String text = model.metadata().get(key);
      if (text != null) {
        collect(new ObjectMapper().readTree(text), words);
      }
    }
    model.tensors().names().stream()
        .filter(tensor -> tensor.startsWith("classic.") && !tensor.endsWith(".lo"))
        .forEach(words::add);
    assertThat(words).contains("sizePx", "name");
    String page = Files.readString(PAGE);
    assertThat(words).allSatisfy(word -> assertThat(page).contains("`" + word + "`"));
  }

  /** Keys of objects and of what is in them, but for layers' and classes' names. */
  private static void collect(JsonNode node, Set<String> keys) {
    node.properties()
        .forEach(
            property -> {
              keys.add(property.getKey());
              if (!Set.of("limits", "class_weight").contains(property.getKey())) {
                collect(property.getValue(), keys);
              }
            });
    if (node.isArray()) {
      node.forEach(element -> collect(element, keys));
    }
  }
}
