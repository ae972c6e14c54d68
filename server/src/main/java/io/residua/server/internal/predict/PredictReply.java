package io.residua.server.internal.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.model.Prediction;
import io.residua.model.Prediction.Ranked;
import io.residua.server.internal.http.Reply;
import io.residua.server.internal.serving.Outcome;
import io.residua.server.internal.serving.ServedModel;
import java.util.Base64;
import java.util.List;

/** What {@code /predict} answers; the keys are stable. */
final class PredictReply {
  private static final int UNREADABLE = 422;

  private PredictReply() {}

  /**
   * @param asPicture whether the explanation of a single picture is sent by itself
   */
  static Reply of(
      ServedModel model,
      PredictQuery query,
      boolean asPicture,
      List<SentPicture> sent,
      List<Outcome> outcomes) {
    Outcome first = outcomes.get(0);
    if (asPicture && first.prediction() != null) {
      return Reply.of("image/png", first.explanation());
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model.name());
    if (model.version() != null) {
      json.put("version", model.version());
    }
    json.put("n", outcomes.size());
    json.put("unreadable", outcomes.stream().filter(o -> o.prediction() == null).count());
    ArrayNode predictions = json.putArray("predictions");
    for (int i = 0; i < outcomes.size(); i++) {
      ObjectNode one = predictions.addObject().put("name", sent.get(i).name());
      put(outcomes.get(i), model, query, one);
    }
    boolean none = outcomes.stream().allMatch(o -> o.prediction() == null);
    return Reply.json(none ? UNREADABLE : 200, json);
  }

  private static void put(Outcome outcome, ServedModel model, PredictQuery query, ObjectNode json) {
    Prediction prediction = outcome.prediction();
    if (prediction == null) {
      json.put("error", outcome.problem());
      return;
    }
    json.put("label", prediction.label());
    json.put("probability", prediction.probability());
    ArrayNode top = json.putArray("top");
    List<String> ids = model.spec().classIds();
    for (Ranked ranked : prediction.top(query.top())) {
      ObjectNode one = top.addObject().put("index", ranked.index());
      if (!ids.isEmpty()) {
        one.put("id", ids.get(ranked.index()));
      }
      one.put("label", ranked.label()).put("probability", ranked.probability());
    }
    if (query.wanted().features()) {
      ArrayNode features = json.putArray("features");
      for (float value : outcome.features()) {
        features.add(value);
      }
    }
    if (query.wanted().explanation()) {
      json.put("explanation_png", Base64.getEncoder().encodeToString(outcome.explanation()));
    }
  }
}
