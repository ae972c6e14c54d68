package io.residua.server.internal.v2;

import io.residua.server.internal.RequestException;
import io.residua.server.internal.serving.Outcome;
import io.residua.server.internal.serving.Picture;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Wanted;
import java.util.List;

/** An infer request that a model can answer. */
public final class Question {
  private final List<Picture> pictures;
  private final OutputPlan plan;

  private Question(List<Picture> pictures, OutputPlan plan) {
    this.pictures = pictures;
    this.plan = plan;
  }

  /**
   * What a request asks a model.
   *
   * @throws RequestException if the model does not take its inputs, or has not its outputs
   */
  public static Question of(InferRequest request, ServedModel served, InferLimits limits) {
    ModelFacts model = ModelFacts.of(served);
    OutputPlan plan = OutputPlan.of(request, model);
    return new Question(List.copyOf(PictureInputs.of(request, model, limits)), plan);
  }

  /** In the order of the answers. */
  public List<Picture> pictures() {
    return pictures;
  }

  /** What is to be computed. */
  public Wanted wanted() {
    return new Wanted(plan.needsFeatures(), false);
  }

  /**
   * The answer. The protocol has none for a part of a request.
   *
   * @throws RequestException if a picture has no prediction
   */
  public InferResponse answer(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (outcome.prediction() == null) {
        throw Messages.badRequest(String.valueOf(outcome.problem()));
      }
    }
    return plan.response(outcomes);
  }
}
