package io.residua.server.internal.predict;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.model.Prediction;
import io.residua.server.internal.http.Reply;
import io.residua.server.internal.serving.Outcome;
import io.residua.server.internal.serving.ServedModel;
import java.util.List;

/** What {@code /predict} answers; the keys are stable. */
final class PredictReply {
  private PredictReply() {}

  static Reply of(
      ServedModel model, PredictQuery query, List<SentPicture> sent, List<Outcome> outcomes) {
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
    return Reply.json(none ? 422 : 200, json);
  }

  private static void put(Outcome outcome, ServedModel model, PredictQuery query, ObjectNode json) {
    Prediction prediction = outcome.prediction();
    if (prediction == null) {
      json.put("error", outcome.problem());
      return;
    }
    json.put("label", prediction.label());
    json.put("probability", prediction.probability());
  }
}
