package io.residua.server.internal.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is meant by a model that is named. */
class ModelOriginTest {
  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, new byte[1]);
  }

  private static List<String> labels(String typed) {
    return ModelOrigin.parse(typed).scan().stream().map(ModelSource::label).toList();
  }

  @Test
  void aModelIsCalledAsItsFolderItsFileOrItsNameInTheCatalogue() throws IOException {
    Path file = file("run/model.safetensors");
    assertThat(labels(file.toString())).containsExactly("run");
    assertThat(labels(file.getParent().toString())).containsExactly("run");
    assertThat(labels(file.getParent() + "/")).containsExactly("run");
    assertThat(labels(file("pets.v2.safetensors").toString())).containsExactly("pets.v2");
    assertThat(labels("resnet50.keras_in1k")).containsExactly("resnet50.keras_in1k");
    assertThat(labels("other=" + file)).containsExactly("other");
    assertThat(labels(file + "," + folder.resolve("pets.v2.safetensors")))
        .containsExactly("run+pets.v2");
    assertThat(labels("both=" + file + "," + file)).containsExactly("both");
  }

  @Test
  void aFileWhoseNameHasAnEqualsSignIsItself() throws IOException {
    Path file = file("lr=1/model.safetensors");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> labels(file.toString()))
        .withMessageContaining("give it one of letters, digits");
    assertThat(labels("pets=" + file)).containsExactly("pets");
  }

  @Test
  void aFolderHasModelsWithVersionsAndWithout() throws IOException {
    file("models/pets/1/model.safetensors");
    file("models/pets/10/model.safetensors");
    file("models/pets/2/model.safetensors");
    file("models/pets/old/model.safetensors");
    file("models/birds/model.safetensors");
    file("models/notes/readme.txt");
    assertThat(labels(folder.resolve("models").toString()))
        .containsExactly("birds", "pets version 1", "pets version 2", "pets version 10");
    assertThat(labels("dogs=" + folder.resolve("models/pets")))
        .containsExactly("dogs version 1", "dogs version 2", "dogs version 10");
    assertThat(ModelOrigin.parse(folder.resolve("models").toString()).isFolderOfModels()).isTrue();
    assertThat(ModelOrigin.parse(folder.resolve("models/birds").toString()).isFolderOfModels())
        .isFalse();
  }

  @Test
  void nothingIsNoModel() {
    assertThatExceptionOfType(UsageException.class).isThrownBy(() -> ModelOrigin.parse(" "));
  }
}
