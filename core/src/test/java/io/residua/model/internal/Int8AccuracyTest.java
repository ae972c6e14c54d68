package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.data.internal.PictureList;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Calibrator;
import io.residua.engine.onednn.Natives;
import io.residua.eval.Predictions;
import io.residua.image.Preprocessing.Resize;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ResNet-50 in int8 on ImageNet validation pictures, calibrated on pictures of other data sets,
 * beside what an independent implementation answered in fp32.
 */
class Int8AccuracyTest {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  @Test
  void answersAsFp32DoesOnSomePictures() throws IOException {
    ModelFile model = published();
    Calibrator.Result result = calibrated(model, 24);
    Golden golden = Golden.read("predictions_resize256_crop224.json");
    Set<Path> goldenTwelve = new HashSet<>();
    for (JsonNode image : Shared.json("golden/resnet50/images.json").get("images")) {
      goldenTwelve.add(Shared.path(image.get("file").asText()));
    }
    List<Integer> some =
        IntStream.range(0, 500)
            .filter(i -> i % 8 == 3 || goldenTwelve.contains(golden.data().samples().get(i).path()))
            .boxed()
            .toList();
    Golden expected = golden.only(some);
    int[] int8 = answers(model.with(result.calibration()), expected.data());
    assertThat(int8).hasSizeGreaterThanOrEqualTo(72);
    assertThat(expected.right(int8)).isGreaterThanOrEqualTo(expected.right() - 4);
    assertThat(expected.same(int8)).isGreaterThanOrEqualTo(int8.length - 6);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(names = {"SQUASH", "CROP"})
  void losesAtMostFiveOf500(Resize resize) throws IOException {
    boolean crop = resize == Resize.CROP;
    ModelFile model = published();
    model =
        new ModelFile(
            new ModelSpec(
                model.spec().architecture(),
                model.spec().head(),
                model.spec().classes(),
                model.spec().classIds(),
                model.spec().preprocessing().withResize(resize)),
            model.weights(),
            model.metrics(),
            model.provenance());
    Golden golden =
        Golden.read(crop ? "predictions_resize256_crop224.json" : "predictions_as_stored.json");
    assertThat(golden.right()).isEqualTo(crop ? 358 : 365);
    Calibrator.Result result = calibrated(model, 200);
    int[] int8 = answers(model.with(result.calibration()), golden.data());
    assertThat(golden.right(int8))
        .as("%s", result.measured())
        .isGreaterThanOrEqualTo(golden.right() - 5);
    assertThat(golden.same(int8)).isGreaterThanOrEqualTo(475);
  }

  /** The independent implementation's answers. */
  private record Golden(ImageDataset data, int[] labels, int[] answers) {
    static Golden read(String name) throws IOException {
      ImageDataset data = OpenedData.open(Shared.path("data/imagenet_val500_10cls")).all();
      JsonNode images = Shared.json("golden/resnet50/" + name).get("images");
      int[] labels = new int[data.size()];
      int[] answers = new int[data.size()];
      for (int i = 0; i < data.size(); i++) {
        Path file = Shared.path(images.get(i).get("file").asText());
        assertThat(data.samples().get(i).path()).isEqualTo(file);
        labels[i] = images.get(i).get("label").asInt();
        answers[i] = images.get(i).get("pred").asInt();
      }
      return new Golden(data, labels, answers);
    }

    Golden only(List<Integer> rows) {
      List<Sample> samples = rows.stream().map(data.samples()::get).toList();
      return new Golden(
          new ImageDataset(data.classes(), samples),
          rows.stream().mapToInt(i -> labels[i]).toArray(),
          rows.stream().mapToInt(i -> answers[i]).toArray());
    }

    int right() {
      return right(answers);
    }

    int right(int[] predicted) {
      return equal(predicted, labels);
    }

    int same(int[] predicted) {
      return equal(predicted, answers);
    }

    private static int equal(int[] a, int[] b) {
      return (int) IntStream.range(0, a.length).filter(i -> a[i] == b[i]).count();
    }
  }

  /** Published weights, where they are in the cache. */
  private static ModelFile published() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    WeightSource source = WeightSource.ofEnvironment();
    if (System.getenv("CI") == null) {
      assumeTrue(source.list().get(0).cached(), "the weights are not cached");
    }
    Compute compute = new Compute(Device.CPU, Precision.FP32, 1);
    try (Classifier classifier =
        Classifier.open("imagenet", source, Options.on(compute), Progress.NONE)) {
      return classifier.model();
    }
  }

  /** Pictures of insects, landscapes, streets, cats and dogs. */
  private static Calibrator.Result calibrated(ModelFile model, int pictures) {
    List<PictureFile> all = new ArrayList<>();
    for (String set : List.of("hymenoptera", "intel_scene_mini", "cats_dogs_small")) {
      PictureList.of(List.of(Shared.path("data", set, "train"))).pictures().stream()
          .map(PictureFile::new)
          .forEach(all::add);
    }
    return ModelCalibrator.calibrate(
        model, all, pictures, Optional.empty(), "other sets", THREADS, Progress.NONE);
  }

  private static int[] answers(ModelFile model, ImageDataset data) {
    try (Classifier classifier =
        new Classifier(model, Options.on(new Compute(Device.CPU, Precision.INT8, THREADS)))) {
      Predictions predictions = classifier.evaluate(data, Progress.NONE).evaluation().predictions();
      return IntStream.range(0, predictions.n()).map(predictions::predicted).toArray();
    }
  }
}
