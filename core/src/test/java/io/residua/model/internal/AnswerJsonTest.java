package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.data.ImageDataset;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.data.internal.TestSet;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import io.residua.model.Classifier.LabelledAnswer;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.model.Prediction;
import io.residua.nn.Head;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The JSON of answers, key by key as docs/json.md has it. */
class AnswerJsonTest {
  private static final List<String> CLASSES = List.of("cat", "dog", "owl");
  private static final Prediction DOG = Prediction.of(new double[] {.25, .625, .125}, CLASSES);

  private final Classifier classifier = classifier();
  private final AnswerJson json = new AnswerJson("run", classifier, 2);

  private static Classifier classifier() {
    ModelSpec spec =
        new ModelSpec(
            "resnet8-cifar",
            Head.parse("gap-linear"),
            CLASSES,
            List.of("n1", "n2", "n3"),
            Preprocessing.preset("torchvision").withSize(32));
    return new Classifier(
        new ModelFile(
            spec,
            new Initialisation(1, LinearRule.TORCH).weights(spec.network()),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode()),
        Options.on(new Compute(Device.JAVA, Precision.FP32, 1)));
  }

  @AfterEach
  void close() {
    classifier.close();
  }

  private static void assertJson(JsonNode given, String expected) throws Exception {
    assertThat(given.toString()).isEqualTo(new ObjectMapper().readTree(expected).toString());
  }

  @Test
  void answersAreListedWithTheModelThatGaveThem() throws Exception {
    List<Answer<Path>> answers =
        List.of(
            new Answer<>(Path.of("a.jpg"), Optional.of(DOG), Optional.empty()),
            new Answer<>(Path.of("b.jpg"), Optional.empty(), Optional.of("b.jpg: no picture")));
    assertJson(
        json.predictions(answers),
        """
        {"model": "run", "architecture": "resnet8-cifar", "preprocessing": "%s",
         "compute": "plain Java fp32, 1 thread", "n": 2, "unreadable": 1,
         "predictions": [
           {"path": "a.jpg", "class": "dog", "probability": 0.625,
            "top": [
              {"index": 1, "id": "n2", "class": "dog", "probability": 0.625},
              {"index": 0, "id": "n1", "class": "cat", "probability": 0.25}]},
           {"path": "b.jpg", "error": "b.jpg: no picture"}]}
        """
            .replace("%s", classifier.spec().preprocessing().describe()));
  }

  @Test
  void aRowSaysWhatIsRightOrWhyThereIsNoAnswer() throws Exception {
    Sample sample = new Sample(new PictureFile(Path.of("a.jpg")), "cats/a.jpg", 1);
    List<String> classes = List.of("dogs", "cats");
    assertJson(
        json.labelled(new LabelledAnswer(sample, 0, Optional.of(DOG), Optional.empty()), classes),
        """
        {"path": "cats/a.jpg", "class": "cat", "predicted": "dog", "probability": 0.625,
         "probability_of_class": 0.25, "right": false}
        """);
    assertJson(
        json.labelled(
            new LabelledAnswer(sample, 0, Optional.empty(), Optional.of("cut short")), classes),
        """
        {"path": "cats/a.jpg", "class": "cats", "error": "cut short"}
        """);
  }

  @Test
  void anEvaluationSaysOfWhatByWhatAndHowItWent() throws Exception {
    List<Sample> samples =
        List.of(
            new Sample(new PictureFile(Path.of("a.jpg")), "cat/a.jpg", 0),
            new Sample(new PictureFile(Path.of("b.jpg")), "cat/b.jpg", 0));
    AnswerCollector collector = new AnswerCollector(CLASSES);
    collector.add(new LabelledAnswer(samples.get(0), 0, Optional.of(DOG), Optional.empty()));
    collector.add(new LabelledAnswer(samples.get(1), 0, Optional.empty(), Optional.of("cut")));
    JsonNode found =
        json.evaluation(
            "pictures",
            new TestSet(new ImageDataset(CLASSES, samples), "the test part"),
            collector.measured(),
            OptionalInt.empty(),
            "residua evaluate run pictures");
    List<String> keys = new ArrayList<>();
    found.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .startsWith("model", "architecture", "preprocessing", "compute", "data", "origin", "date")
        .containsSubsequence("command", "residua", "commit", "trained_on", "n", "accuracy")
        .endsWith("top_losses", "unreadable");
    assertThat(found.get("trained_on").isNull()).isTrue();
    assertThat(found.get("n").asInt()).isEqualTo(1);
    assertJson(found.get("unreadable"), "[{\"path\": \"cat/b.jpg\", \"error\": \"cut\"}]");
    assertJson(
        found.get("top_losses"),
        """
        [{"path": "cat/a.jpg", "class": "cat", "predicted": "dog",
          "log_loss": %s, "probability_of_class": 0.25}]
        """
            .replace("%s", Double.toString(-Math.log(.25))));
  }
}
