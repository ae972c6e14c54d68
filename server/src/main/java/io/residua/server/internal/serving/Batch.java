package io.residua.server.internal.serving;

import io.residua.model.internal.OnlineClassifier;
import io.residua.model.internal.OnlineClassifier.Computed;
import io.residua.model.internal.OnlineClassifier.Prepared;
import java.util.ArrayList;
import java.util.List;

/** Pictures of one model that are computed together, also for their features. */
final class Batch {
  private Batch() {}

  /**
   * An outcome for each.
   *
   * @param crowded whether other threads compute
   */
  static List<Outcome> compute(ServedModel model, List<Item> items, boolean crowded) {
    OnlineClassifier classifier = model.classifier();
    List<Computed> computed = classifier.compute(prepared(items), crowded);
    List<Item> described = items.stream().filter(i -> i.inference().wanted().features()).toList();
    List<float[]> features =
        described.isEmpty() ? List.of() : classifier.features(prepared(described), crowded);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      Outcome outcome = outcome(computed.get(i));
      int row = described.indexOf(item);
      if (row >= 0 && outcome.problem() == null) {
        outcome = outcome.withFeatures(features.get(row));
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  private static List<Prepared> prepared(List<Item> items) {
    return items.stream().map(Item::prepared).toList();
  }

  private static Outcome outcome(Computed computed) {
    return computed.prediction() == null
        ? Outcome.problem(String.valueOf(computed.problem()))
        : Outcome.answer(computed.prediction(), computed.logits());
  }
}
