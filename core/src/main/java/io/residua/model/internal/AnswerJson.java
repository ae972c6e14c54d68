package io.residua.model.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.data.internal.TestSet;
import io.residua.eval.internal.SampleLoss;
import io.residua.internal.Build;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import io.residua.model.Classifier.LabelledAnswer;
import io.residua.model.Classifier.Measured;
import io.residua.model.Prediction;
import io.residua.model.Prediction.Ranked;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a classifier says, as JSON; the keys are stable.
 *
 * @param name what its user calls the classifier
 * @param top how many classes a picture is given, at most
 */
public record AnswerJson(String name, Classifier classifier, int top) {
  private static final int MOST_LOSSES = 20;

  /** The answers to many pictures. */
  public ObjectNode predictions(List<? extends Answer<?>> answers) {
    ObjectNode json = head();
    json.put("n", answers.size());
    json.put("unreadable", answers.stream().filter(a -> a.problem().isPresent()).count());
    answers.stream().map(this::prediction).forEach(json.putArray("predictions")::add);
    return json;
  }

  /** The answer to one of many pictures: its most likely classes, or why it could not be read. */
  public ObjectNode prediction(Answer<?> answer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("path", answer.picture().toString());
    answer.prediction().ifPresent(prediction -> put(prediction, json));
    answer.problem().ifPresent(problem -> json.put("error", problem));
    return json;
  }

  private void put(Prediction prediction, ObjectNode json) {
    json.put("class", prediction.label());
    json.put("probability", prediction.probability());
    ArrayNode ranked = json.putArray("top");
    List<String> ids = classifier.spec().classIds();
    for (Ranked r : prediction.top(top)) {
      ObjectNode one = ranked.addObject().put("index", r.index());
      if (!ids.isEmpty()) {
        one.put("id", ids.get(r.index()));
      }
      one.put("class", r.label()).put("probability", r.probability());
    }
  }

  /**
   * How it did on labelled pictures.
   *
   * @param data what its user calls them
   * @param trainedOn as {@link Classifier#countTrainedOn}
   * @param commandLine by which it was measured; empty where a program called the library
   */
  public ObjectNode evaluation(
      String data, TestSet set, Measured measured, OptionalInt trainedOn, String commandLine) {
    ObjectNode json = head();
    json.put("data", data);
    json.put("origin", set.origin());
    Build.sign(json, commandLine);
    json.put("trained_on", trainedOn.isPresent() ? (Integer) trainedOn.getAsInt() : null);
    json.setAll(measured.evaluation().toJson());
    List<String> classes = classifier.spec().classes();
    ArrayNode losses = json.putArray("top_losses");
    for (SampleLoss loss : measured.evaluation().topLosses(MOST_LOSSES)) {
      losses
          .addObject()
          .put("path", measured.samples().get(loss.sample()).name())
          .put("class", classes.get(loss.trueClass()))
          .put("predicted", classes.get(loss.predictedClass()))
          .put("log_loss", loss.logLoss())
          .put("probability_of_class", loss.probabilityOfTruth());
    }
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

  /**
   * The answer to one of many labelled pictures, or why it could not be read.
   *
   * @param classes of the pictures' set
   */
  public ObjectNode labelled(LabelledAnswer answer, List<String> classes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("path", answer.sample().name());
    answer
        .prediction()
        .ifPresentOrElse(
            prediction ->
                json.put("class", prediction.classes().get(answer.label()))
                    .put("predicted", prediction.label())
                    .put("probability", prediction.probability())
                    .put("probability_of_class", prediction.probabilities().get(answer.label()))
                    .put("right", prediction.index() == answer.label()),
            () -> json.put("class", classes.get(answer.sample().label())));
    answer.problem().ifPresent(problem -> json.put("error", problem));
    return json;
  }

  private ObjectNode head() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", name)
        .put("architecture", classifier.spec().architecture())
        .put("preprocessing", classifier.spec().preprocessing().describe())
        .put("compute", classifier.compute().describe());
  }
}
