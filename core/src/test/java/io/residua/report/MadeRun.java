package io.residua.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.internal.SplitPlan;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.eval.Evaluation;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.internal.AtomicFiles;
import io.residua.internal.JsonRecords;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelFile;
import io.residua.testkit.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * A run's folder and its data, as training leaves them: a little network of random weights, and
 * pictures of coloured noise whose names and classes would be mark-up if they were not escaped.
 */
public record MadeRun(Path run, Path data, Evaluation test) {
  public static final Compute JAVA = new Compute(Device.JAVA, Precision.FP32, 1);
  static final String SCRIPT = "<script>alert(1)";
  static final String NAME = "it's a \"cat\" & <b>.png";

  private static final int SIZE_PX = 16;

  /**
   * @param classCount how many classes; the first three have doubtful names
   */
  public static MadeRun in(Path folder, int classCount) throws IOException {
    List<String> classes =
        new ArrayList<>(List.of(SCRIPT, "\"quoted\"", "a rather long & plain name"));
    for (int i = classes.size(); i < classCount; i++) {
      classes.add("kind " + i);
    }
    classes.subList(classCount, classes.size()).clear();
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    StringBuilder csv = new StringBuilder("path,label,split\n");
    for (int c = 0; c < classes.size(); c++) {
      for (int i = 0; i < 12; i++) {
        String name = c == 0 && i == 8 ? NAME : "%d-%d.png".formatted(c, i);
        String split = i < 5 ? "train" : i < 8 ? "val" : "test";
        AtomicFiles.write(pictures.resolve(name), picture(c, classes.size(), i).toPng());
        csv.append("\"%s\",\"%s\",%s\n".formatted(quoted(name), quoted(classes.get(c)), split));
      }
    }
    Path data = pictures.resolve("data.csv");
    AtomicFiles.write(data, csv.toString());
    Path run = Files.createDirectories(folder.resolve("run"));
    return new MadeRun(run, data, train(run, data));
  }

  private static String quoted(String text) {
    return text.replace("\"", "\"\"");
  }

  private static RgbImage picture(int label, int classes, int seed) {
    RgbImage picture = new RgbImage(24, 20);
    Random random = new Random(100L * label + seed);
    for (int i = 0; i < picture.rgb().length; i++) {
      int base = i % 3 == label % 3 ? 190 : 40 + 100 * label / classes;
      picture.rgb()[i] = (byte) (base + random.nextInt(60));
    }
    return picture;
  }

  private static Evaluation train(Path run, Path data) {
    OpenedData opened = OpenedData.open(data);
    Preprocessing input = Preprocessing.preset("torchvision").withSize(SIZE_PX);
    ModelFile model = RandomModel.of("resnet8-cifar", "gap-linear", opened.classes(), input, 7);
    model.write(run.resolve("model.safetensors"));
    Manifest.of(opened.split(SplitPlan.defaults(1)), Progress.NONE).write(run.resolve("split.csv"));
    Map<Part, Evaluation> parts = new LinkedHashMap<>();
    try (Classifier classifier = new Classifier(model, Options.on(JAVA))) {
      for (Map.Entry<Part, ImageDataset> part : opened.parts().entrySet()) {
        parts.put(part.getKey(), classifier.evaluate(part.getValue(), Progress.NONE).evaluation());
      }
    }
    Evaluation test = parts.getOrDefault(Part.TEST, parts.get(Part.ALL));
    ObjectNode metrics = JsonNodeFactory.instance.objectNode();
    metrics.put("best_epoch", 2);
    parts.forEach(
        (part, e) ->
            metrics.set(
                part == Part.VALIDATION ? "val" : part.label(),
                e.toJson().put("origin", "the set's own " + part.label() + " part")));
    TemperatureEffect.of(Objects.requireNonNull(parts.get(Part.VALIDATION)), Optional.of(test))
        .ifPresent(effect -> metrics.set("temperature_scaling", JsonRecords.toJson(effect)));
    metrics
        .put("parameters", 126_886_696)
        .put("trainable_parameters", 126_886_696)
        .put("seconds", 4.2);
    metrics.putObject("provenance").put("weights", "none").put("data", "it's \"data\" <i>");
    AtomicFiles.write(run.resolve("metrics.json"), metrics.toPrettyString());
    AtomicFiles.write(run.resolve("recipe.yaml"), "model: resnet8-cifar\nepochs: 3\nlr: 0.01\n");
    AtomicFiles.write(
        run.resolve("history.csv"),
        """
        epoch,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,seconds
        1,0.01,1.2,0.4,1.3,0.35,0.5
        2,0.005,0.9,0.6,1.0,0.5,0.4
        3,0.001,0.8,0.7,1.1,0.45,0.4
        """);
    return test;
  }
}
