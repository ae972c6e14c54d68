package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.model.ModelFile;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.testkit.Told;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import io.residua.train.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorials' mistakes, each found from the run itself. */
class RunWarningsTest {
  private static final Compute JAVA = new Compute(Device.JAVA, Precision.FP32, 1);

  @TempDir private Path folder;

  private static Recipe small() {
    return Tiny.recipe("resnet8-cifar", 1, 4);
  }

  private List<String> warnings(Path data, Recipe recipe) throws IOException {
    Told progress = new Told();
    Path run = folder.resolve("run" + recipe.hashCode());
    Trainer.create().on(JAVA).reportingTo(progress).train(data, recipe, run);
    var written = new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
    written.at("/warnings").forEach(w -> assertThat(progress.warnings).contains(w.asText()));
    return progress.warnings;
  }

  @Test
  void anHonestRunHasNone() throws IOException {
    assertThat(warnings(Stripes.folder(folder.resolve("data"), 12), small()))
        .noneMatch(w -> !w.startsWith("the same picture under two labels")); // of the stripes
  }

  @Test
  void wrongPreprocessingAndAFreezeThatFreezesNothing() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    Path first = folder.resolve("first");
    Trainer.create().on(JAVA).train(data, small(), first);
    Recipe recipe =
        small()
            .with("weights", first.resolve("model.safetensors").toString())
            .with("preprocessing", "unit")
            .with("freeze", "input");
    assertThat(warnings(data, recipe))
        .anyMatch(w -> w.contains("wrong preprocessing for these weights"))
        .anyMatch(w -> w.contains("input has no weights") && w.contains("nothing is frozen"));
  }

  /** The weights' own means, made those of one channel, and back. */
  @Test
  void channelsThatAreAdaptedArePreparedAsTheWeightsWantIt() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    Path caffe = folder.resolve("caffe");
    Trainer.create().on(JAVA).train(data, small().with("preprocessing", "keras-caffe"), caffe);
    Recipe grey =
        small()
            .with("weights", caffe.resolve("model.safetensors").toString())
            .with("preprocessing", "grey");
    assertThat(warnings(data, grey)).noneMatch(w -> w.contains("wrong preprocessing"));
    Path run = folder.resolve("run" + grey.hashCode());
    assertThat(ModelFile.read(run).spec().preprocessing().describePixels())
        .isEqualTo("GREY, minus (114.799333)");
    assertThat(Files.readString(run.resolve("recipe.yaml"))).contains("preprocessing: grey");
    Recipe wrong =
        small()
            .with("weights", run.resolve("model.safetensors").toString())
            .with("preprocessing", "torchvision");
    assertThat(warnings(data, wrong))
        .anyMatch(w -> w.contains("wrong preprocessing") && w.contains("GREY, minus (114.799333)"));
  }

  @Test
  void opacityIsNotTrainedOnWhichIsSaidInOneLine() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    assertThatThrownBy(() -> warnings(data, small().with("preprocessing", "rgba")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("pictures with their opacity are not trained on")
        .message()
        .hasLineCount(1);
  }

  @Test
  void theTestPartForValidation() throws IOException {
    Path data = folder.resolve("data");
    Stripes.folder(data, 12, 4);
    assertThat(warnings(data, small().with("val_split", "test")))
        .anyMatch(w -> w.contains("the test part is the validation part"));
    assertThatThrownBy(
            () ->
                warnings(
                    data.resolve("train"), small().with("val_split", "test").with("seed", "2")))
        .hasMessageContaining("has no test part");
  }

  @Test
  void copiesOnBothSidesOfTheSplit() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 8);
    for (String name : new String[] {"across", "down"}) {
      for (int i = 0; i < 8; i++) {
        String file = "p%02d.png".formatted(i);
        Path from = data.resolve(name).resolve(file);
        Files.copy(from, data.resolve(name).resolve("rotated_by_15_" + file));
      }
    }
    assertThat(warnings(data, small().with("grouping", "none")))
        .anyMatch(w -> w.matches("leaking split: \\d+ of \\d+ validation pictures .*"));
    assertThat(warnings(data, small())).noneMatch(w -> w.contains("leaking"));
  }

  @Test
  void aHeadThatLearnsByHeart() throws IOException {
    assertThat(
            warnings(
                Stripes.folder(folder.resolve("data"), 12),
                small().with("head", "flatten-mlp:384").with("image_size", "64")))
        .anyMatch(w -> w.contains("the head has") && w.contains("training pictures"));
  }

  /** A rate that spoils the weights, where the head alone had learned something. */
  @Test
  void fineTuningThatIsWorseThanTheHeadAlone() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 24);
    Path first = folder.resolve("first");
    Trainer.create().on(JAVA).train(data, small().with("lr", "1e-6"), first);
    Recipe tuned =
        small()
            .with("weights", first.resolve("model.safetensors").toString())
            .with(Map.of("freeze", "none", "optimizer", "sgd"))
            .with(Map.of("lr", "10", "backbone_lr", "1", "schedule", "constant", "clip", "norm:1"));
    assertThat(warnings(data, tuned))
        .anyMatch(w -> w.startsWith("fine-tuning did not help: on the validation part the head"))
        .anyMatch(w -> w.contains("so the former is kept"));
    assertThat(warnings(data, tuned.with("keep", "last")))
        .anyMatch(w -> w.startsWith("fine-tuning did not help"))
        .noneMatch(w -> w.contains("is kept"));
    assertThat(warnings(data, tuned.with("phases", "none")))
        .noneMatch(w -> w.startsWith("fine-tuning did not help"));
  }
}
