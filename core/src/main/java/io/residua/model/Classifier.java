package io.residua.model;

import io.residua.Progress;
import io.residua.data.ClassMapping;
import io.residua.data.ImageDataset;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.weights.Coverage;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is in a picture. Made from a model file, or from published weights with their own
 * classes; safe to call from many threads; releases its memory when closed.
 *
 * <pre>{@code
 * try (Classifier classifier = Classifier.load(Path.of("run/model.safetensors"))) {
 *   Prediction prediction = classifier.predict(Path.of("cat.jpg"));
 *   System.out.printf("%s %.1f %%%n", prediction.label(), 100 * prediction.probability());
 * }
 * }</pre>
 */
public final class Classifier implements AutoCloseable {
  private final ModelFile model;
  private final Compute compute;
  private final BatchRunner runner;
  private final Decision decision;
  private final ImageDecoder decoder = new ImageDecoder();

  /**
   * A classifier over the given model.
   *
   * @throws ModelException if it is to compute in int8 and has no calibration
   */
  public Classifier(ModelFile model, Compute compute) {
    this(model, compute, "this model", "MODEL");
  }

  private Classifier(ModelFile model, Compute compute, String name, String argument) {
    if (compute.precision() == Precision.INT8 && model.classic().isPresent()) {
      throw new ModelException(
          name + ": a classic classifier takes features in fp32 or bf16, not int8");
    }
    if (compute.precision() == Precision.INT8 && model.calibration().isEmpty()) {
      throw new ModelException(
          ("%s has no calibration, which int8 needs: make one with 'residua calibrate %s DATA --out"
                  + " FILE', where DATA is a folder of typical pictures")
              .formatted(name, argument));
    }
    this.model = model;
    this.compute = compute;
    this.runner =
        new BatchRunner(
            model.spec().network(),
            model.weights(),
            model.spec().picture(),
            compute,
            model.calibration().orElse(null));
    List<String> classes = model.spec().classes();
    this.decision =
        model
            .classic()
            .<Decision>map(c -> new Decision.OfFeatures(c, classes, compute.threads()))
            .orElseGet(() -> new Decision.OfLogits(classes));
  }

  /**
   * Loads a model file, to run as fast as this machine can.
   *
   * @throws io.residua.ResiduaException with one line, if the file is missing, damaged or no model
   */
  public static Classifier load(Path file) {
    return load(file, Compute.auto());
  }

  /** Loads a model file, to run as given. */
  public static Classifier load(Path file, Compute compute) {
    return new Classifier(ModelFile.read(file), compute, file.toString(), file.toString());
  }

  /**
   * Opens a model file, published weights by their name in the catalogue ({@code
   * resnet50.keras_in1k}, or {@code imagenet} for the default), or a weight file of a known network
   * with its head, from PyTorch, Keras or ONNX. 1000 classes are ImageNet's, ten of a network for
   * CIFAR are CIFAR-10's; others are numbered.
   *
   * @param offline whether the network must not be touched
   * @throws io.residua.ResiduaException with one line, if there is no such model
   */
  public static Classifier open(
      String nameOrFile,
      WeightSource weights,
      Compute compute,
      Progress progress,
      boolean offline) {
    return new Classifier(
        Models.open(nameOrFile, weights, progress, offline), compute, nameOrFile, nameOrFile);
  }

  /** What this classifier is. */
  public ModelSpec spec() {
    return model.spec();
  }

  /** The model it was made from: weights, metrics and provenance. */
  public ModelFile model() {
    return model;
  }

  /** How it computes. */
  public Compute compute() {
    return compute;
  }

  /**
   * The same model with pictures prepared in another way (not its own: accuracy may change). Its
   * memory is its own; both are to be closed.
   */
  public Classifier with(Preprocessing preprocessing) {
    ModelFile changed = model.with(preprocessing);
    Coverage.of(changed.spec().network(), model.weights()).requireExact("the model");
    return new Classifier(changed, compute);
  }

  /** What is in a picture. */
  public Prediction predict(RgbImage picture) {
    float[] input = new float[runner.inputSize()];
    spec().preprocessing().apply(picture, input, 0);
    return decision.prediction(runner.runOne(input), 0);
  }

  /**
   * What is in a picture.
   *
   * @throws io.residua.image.ImageException with one line, if the file is no readable picture
   */
  public Prediction predict(Path picture) {
    return predict(decoder.decode(picture));
  }

  /**
   * What is in many pictures, in the order given, on all processors. A picture that can't be read
   * gives an answer that says why.
   */
  public List<Answer> predict(List<Path> pictures, Progress progress) {
    PictureLoader loader =
        new PictureLoader(
            pictures.stream().map(PictureFile::new).toList(), spec().preprocessing(), progress);
    @Nullable Prediction[] predictions = new Prediction[pictures.size()];
    try (Progress.Task task = progress.start("predict", pictures.size(), "images")) {
      runner.runAll(
          pictures.size(),
          loader,
          (i, outputs, offset) -> predictions[i] = decision.prediction(outputs, offset),
          task);
    }
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < predictions.length; i++) {
      answers.add(
          new Answer(
              pictures.get(i),
              Optional.ofNullable(predictions[i]),
              Optional.ofNullable(loader.problems().get(i))));
    }
    return answers;
  }

  /**
   * The answer for one of many pictures.
   *
   * @param picture its file
   * @param prediction what is in it, if it could be read
   * @param problem why it could not be read, one line
   */
  public record Answer(Path picture, Optional<Prediction> prediction, Optional<String> problem) {}

  /**
   * Measures this classifier on labelled pictures. Their classes are found among the model's by
   * name or id; all the model's classes stay open as answers.
   *
   * @throws io.residua.data.DataException naming the classes that the model does not have
   * @throws ModelException if not one picture could be read
   */
  public Measured evaluate(ImageDataset data, Progress progress) {
    int[] classOf = ClassMapping.match(data.classes(), spec().classIds(), spec().classes());
    List<Sample> samples = data.samples();
    PictureLoader loader =
        new PictureLoader(
            samples.stream().map(Sample::source).toList(), spec().preprocessing(), progress);
    float @Nullable [][] outputs = new float[samples.size()][];
    int k = runner.outputSize();
    try (Progress.Task task = progress.start("evaluate", samples.size(), "images")) {
      runner.runAll(
          samples.size(),
          loader,
          (i, output, offset) ->
              outputs[i] = java.util.Arrays.copyOfRange(output, offset, offset + k),
          task);
    }
    List<Sample> read = new ArrayList<>();
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      float[] row = outputs[i];
      if (row != null) {
        read.add(samples.get(i));
        rows.add(row);
      }
    }
    if (rows.isEmpty()) {
      throw new ModelException("not one of %d pictures could be read".formatted(samples.size()));
    }
    int[] labels = read.stream().mapToInt(s -> classOf[s.label()]).toArray();
    Predictions predictions = decision.predictions(rows.toArray(new float[0][]), labels);
    return new Measured(Evaluation.of(predictions), read, loader.problems());
  }

  /**
   * An evaluation and what it covers.
   *
   * @param evaluation over the pictures that could be read
   * @param samples those pictures, in the order of the evaluation's rows
   * @param unreadable why the others could not be read, by their index in the data set
   */
  public record Measured(
      Evaluation evaluation, List<Sample> samples, Map<Integer, String> unreadable) {}

  /** Releases the classifier's memory; using it afterwards is an IllegalStateException. */
  @Override
  public void close() {
    runner.close();
  }
}
