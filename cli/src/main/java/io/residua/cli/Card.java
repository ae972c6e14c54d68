package io.residua.cli;

import io.residua.model.ModelFile;
import io.residua.report.internal.ModelCard;
import io.residua.weights.WeightSource;

/** Prints the card of a model. */
final class Card {
  private Card() {}

  /**
   * Prints it to stdout.
   *
   * @param typed the model as the user named it
   * @param weights where it comes from
   */
  static void print(String typed, WeightSource weights, Console console) {
    ModelFile model = ModelFile.open(typed, weights, console.progress());
    console.out().print(ModelCard.markdown(typed, model, weights.catalogue()));
    console.out().flush();
  }
}
