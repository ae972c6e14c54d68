package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights in several files with an index, as huggingface_hub saved them. */
class ShardedFileTest {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String SECOND = "model-00002-of-00003.safetensors";

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.path("shards"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"model.safetensors, safetensors", "pytorch_model.bin, PyTorch"})
  void allShardsTogetherGiveTheLogitsOfTheWhole(String name, String format) throws IOException {
    WeightFile file = WeightFile.open(folder.resolve(name + ".index.json"));
    assertThat(file.format().label()).isEqualTo(format);
    assertThat(file.path().getFileName()).hasToString(name + ".index.json");
    assertThat(file.metadata()).containsEntry("total_size", "79548").containsEntry("shards", "3");
    assertThat(file.names())
        .containsExactlyInAnyOrderElementsOf(
            WeightFile.open(Fixtures.path("hugging_face.safetensors")).names());
    float[] given =
        Fixtures.run(
            Fixtures.THIN_TORCH.network(Fixtures.CLASSES),
            Recognition.weights(file, Fixtures.THIN_TORCH));
    double[] expected = Fixtures.logits("hugging_face");
    for (int i = 0; i < given.length; i++) {
      assertThat((double) given[i]).as("logit %d", i).isCloseTo(expected[i], within(2e-5));
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Files.delete(folder.resolve(SECOND));
    refused("its file '%s' is not beside it; fetch the whole folder again".formatted(SECOND));
  }

  @Test
  void aShardThatIsCutShortIsNamed() throws IOException {
    Path shard = folder.resolve(SECOND);
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> WeightFile.open(folder.resolve(INDEX)))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot read " + shard + ": it is cut short");
  }

  @Test
  void aTensorThatItsShardLacksIsNamed() throws IOException {
    Files.copy(
        folder.resolve("model-00003-of-00003.safetensors"),
        folder.resolve(SECOND),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> WeightFile.open(folder.resolve(INDEX)))
        .isInstanceOf(WeightsException.class)
        .message()
        .startsWith(
            "cannot read %s: its file '%s' has no tensor 'resnet."
                .formatted(folder.resolve(INDEX), SECOND))
        .endsWith("; one of both is of another download")
        .hasLineCount(1);
  }

  @Test
  void noShardOutsideTheFolderIsEverRead() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    String index = Files.readString(folder.resolve(INDEX));
    for (String outside : List.of("../" + SECOND, folder.resolve(SECOND).toString())) {
      Files.writeString(
          inner.resolve(INDEX), index.replaceAll("model-0000.-of-00003.safetensors", outside));
      assertThatThrownBy(() -> WeightFile.open(inner.resolve(INDEX)))
          .isInstanceOf(WeightsException.class)
          .hasMessage(
              "cannot read %s: its file '%s' lies outside its own folder, where nothing is read",
              inner.resolve(INDEX), outside);
    }
    Files.writeString(inner.resolve(INDEX), index);
    for (int shard = 1; shard <= 3; shard++) {
      String name = "model-0000%d-of-00003.safetensors".formatted(shard);
      Files.createSymbolicLink(inner.resolve(name), folder.resolve(name));
    }
    assertThatThrownBy(() -> WeightFile.open(inner.resolve(INDEX)))
        .isInstanceOf(WeightsException.class)
        .hasMessageEndingWith("lies outside its own folder, where nothing is read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"weight_map\": {}} | it is no index of weights in several files (it has no weight_map)",
        "{\"weight_map\": []} | it is no index of weights in several files (it has no weight_map)",
        "{\"a\": 1} | it is no index of weights in several files (it has no weight_map)",
        "{\"weight_map\": {\"a\": [1]}} | 'a' lies in none of its files",
        "{\"weight_map\": {\"a\": \"VERSIONS.txt\"}} | it is no weight file that this version reads",
        "{\"weight_map\": {\"a\": \"" + INDEX + "\"}} | is another index",
        "{\"weight_map\": {\"a\": \"\"}} | lies outside its own folder",
        "{\"weight_map\": {\"a\": \".\"}} | lies outside its own folder",
        "{\"weight_map\": {\"a\": 1 | it is not JSON: line 1: Unexpected end-of-input",
      })
  void anIndexThatIsNoneIsRefused(String json, String reason) throws IOException {
    Files.writeString(folder.resolve(INDEX), json);
    assertThatThrownBy(() -> WeightFile.open(folder.resolve(INDEX)))
        .isInstanceOf(WeightsException.class)
        .message()
        .startsWith("cannot read " + folder)
        .contains(reason)
        .hasLineCount(1);
  }

  /** Who gives one of the shards is told what to give. */
  @Test
  void aShardAloneIsNoNetwork() {
    WeightFile file = WeightFile.open(folder.resolve(SECOND));
    assertThat(Recognition.of(file)).isEmpty();
    assertThat(Recognition.whyUnknown(file, Optional.empty()))
        .contains(
            "it is one of several files of a network; give the folder or '%s'".formatted(INDEX));
  }

  private void refused(String reason) {
    assertThatThrownBy(() -> WeightFile.open(folder.resolve(INDEX)))
        .isInstanceOf(WeightsException.class)
        .hasMessage("cannot read %s: %s", folder.resolve(INDEX), reason);
  }
}
