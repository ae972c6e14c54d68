package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.internal.Text;
import io.residua.weights.internal.FloatTensor;
import java.util.Arrays;
import java.util.Map;

/**
 * A fitted classifier with the scaler in front of it: everything from frozen features to answers,
 * as named tensors and a small JSON object.
 *
 * @param scaler fitted to the training samples
 * @param model fitted to the same samples after {@link #scaled}
 */
public record ClassicPipeline(StandardScaler scaler, ClassicModel model) {
  private static final String PREFIX = "classic.";

  /**
   * Fits scaler and classifier to the same training samples.
   *
   * @param features n rows, as the backbone gives them
   * @param labels n class numbers
   */
  public static ClassicPipeline fit(
      Matrix features, int[] labels, ClassicSpec spec, Execution execution, Progress progress) {
    StandardScaler scaler = StandardScaler.fit(features);
    return new ClassicPipeline(
        scaler, spec.fit(scaled(scaler, features), labels, execution, progress));
  }

  /**
   * Features as the classifier sees them: scaled, then rounded to 32-bit floats, in which they are
   * stored.
   */
  public static Matrix scaled(StandardScaler scaler, Matrix features) {
    return scaler.transform(features).roundedToFloat();
  }

  /** Scores and predicts from features as the backbone gives them. */
  public Answers answer(Matrix features, Execution execution) {
    return model.answer(scaled(scaler, features), execution);
  }

  /** The arrays to store; every name begins with {@code classic.}. */
  public Map<String, FloatTensor> toTensors() {
    ClassicTensors.Writer writer = new ClassicTensors.Writer(PREFIX);
    store(writer);
    return writer.tensors();
  }

  /** Everything that is not an array. */
  public ObjectNode toJson() {
    return store(new ClassicTensors.Writer(PREFIX));
  }

  private ObjectNode store(ClassicTensors.Writer writer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    scaler.store(writer.under("scaler."), json.putObject("scaler"));
    ObjectNode modelJson = json.putObject("model");
    modelJson.set("spec", model.spec().toJson());
    ArrayNode classes = modelJson.putArray("classes");
    Arrays.stream(model.classes()).forEach(classes::add);
    model.store(writer.under("model."), modelJson);
    return json;
  }

  /**
   * The pipeline that {@link #toTensors} and {@link #toJson} describe. Other tensors may be there
   * too.
   *
   * @throws ClassicException if anything is missing or does not fit
   */
  public static ClassicPipeline fromTensors(Map<String, FloatTensor> tensors, ObjectNode json) {
    ClassicTensors.Reader reader = new ClassicTensors.Reader(tensors, PREFIX);
    StandardScaler scaler = StandardScaler.load(reader.under("scaler."), object(json, "scaler"));
    ObjectNode modelJson = object(json, "model");
    ClassicSpec spec = ClassicSpecs.of(reader, object(modelJson, "spec"));
    int[] classes = reader.classes(modelJson);
    ClassicTensors.Reader arrays = reader.under("model.");
    ClassicModel model;
    if (spec instanceof SvcSpec svc) {
      model = Svc.load(svc, classes, arrays, modelJson);
    } else if (spec instanceof LogisticSpec logistic) {
      model = LogisticRegression.load(logistic, classes, arrays, modelJson);
    } else {
      model = KNearestNeighbours.load((NeighboursSpec) spec, classes, arrays, modelJson);
    }
    if (model.features() != scaler.mean().length) {
      throw new ClassicException(
          Text.of(
              "the stored scaler has %d features, its classifier %d",
              scaler.mean().length, model.features()));
    }
    return new ClassicPipeline(scaler, model);
  }

  private static ObjectNode object(ObjectNode json, String key) {
    if (json.path(key) instanceof ObjectNode object) {
      return object;
    }
    throw new ClassicException(Text.of("the stored classifier has no '%s'", key));
  }

  /**
   * The scores with a column for every class of a model.
   *
   * @param answers of this pipeline
   * @param classes how many the model has; one that this was not fitted to has the score 0
   */
  public double[][] scores(Answers answers, int classes) {
    int[] columns = model.classes();
    double[][] rows = new double[answers.scores().length][classes];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < columns.length; c++) {
        rows[i][columns[c]] = answers.scores()[i][c];
      }
    }
    return rows;
  }
}
