package io.residua.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.data.internal.TestSet;
import io.residua.eval.internal.SampleLoss;
import io.residua.internal.Build;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Measured;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** How a model did on labelled pictures: as text and JSON. */
final class EvaluationReport {
  private static final int MOST_LOSSES = 20;

  private final String model;
  private final Classifier classifier;
  private final Path data;
  private final TestSet set;
  private final Measured measured;
  private final OptionalInt trainedOn;

  /**
   * @param model as the user named it
   * @param data as the user named it
   * @param trainedOn how many of the pictures the model was trained on, where that is known
   */
  EvaluationReport(
      String model,
      Classifier classifier,
      Path data,
      TestSet set,
      Measured measured,
      OptionalInt trainedOn) {
    this.model = model;
    this.classifier = classifier;
    this.data = data;
    this.set = set;
    this.measured = measured;
    this.trainedOn = trainedOn;
  }

  void print(PrintStream out, Console console) {
    out.println(
        console.bold(
            Text.of(
                "%s on %s, %s: %,d of %s",
                model,
                data,
                set.origin(),
                measured.evaluation().n(),
                Text.count(set.data().size(), "picture"))));
    out.print(measured.evaluation().toText());
    out.flush();
  }

  /**
   * @param commandLine by which it was measured
   */
  ObjectNode json(String commandLine) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model);
    json.put("architecture", classifier.spec().architecture());
    json.put("preprocessing", classifier.spec().preprocessing().describe());
    json.put("compute", classifier.compute().describe());
    json.put("data", data.toString());
    json.put("origin", set.origin());
    Build.sign(json, commandLine);
    if (trainedOn.isPresent()) {
      json.put("trained_on", trainedOn.getAsInt());
    } else {
      json.putNull("trained_on");
    }
    json.setAll(measured.evaluation().toJson());
    topLosses(json.putArray("top_losses"));
    ArrayNode unreadable = json.putArray("unreadable");
    measured
        .unreadable()
        .forEach(
            (index, error) ->
                unreadable
                    .addObject()
                    .put("path", set.data().samples().get(index).name())
                    .put("error", error));
    return json;
  }

  /** The answers that are furthest from the truth. */
  private void topLosses(ArrayNode array) {
    List<String> classes = classifier.spec().classes();
    for (SampleLoss loss : measured.evaluation().topLosses(MOST_LOSSES)) {
      array
          .addObject()
          .put("path", measured.samples().get(loss.sample()).name())
          .put("class", classes.get(loss.trueClass()))
          .put("predicted", classes.get(loss.predictedClass()))
          .put("log_loss", loss.logLoss())
          .put("probability_of_class", loss.probabilityOfTruth());
    }
  }
}
