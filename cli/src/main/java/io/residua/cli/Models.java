package io.residua.cli;

import io.residua.engine.Compute;
import io.residua.image.Preprocessing.Resize;
import io.residua.model.Classifier;
import io.residua.weights.WeightSource;

/** Opens the model that a command was given. */
final class Models {
  private Models() {}

  /**
   * A classifier, to be closed.
   *
   * @throws io.residua.ResiduaException with one line, if there is no such model or it is damaged
   */
  static Classifier open(ModelOptions options, Console console) {
    Compute compute =
        Computing.of(options.compute(), options.precision(), console)
            .withPicturesPerCall(options.batchSize());
    Classifier own =
        Classifier.open(
            RunFolders.model(options.model()),
            WeightSource.ofEnvironment(),
            compute,
            console.progress(),
            options.offline());
    if (options.resize().equals("auto")) {
      return own;
    }
    try (own) {
      return own.with(own.spec().preprocessing().withResize(Resize.of(options.resize())));
    }
  }

  /** One line that says what was opened and how it works. */
  static String describe(String name, Classifier classifier) {
    return "%s: %s, %,d classes; %s; %s"
        .formatted(
            name,
            classifier.spec().architecture(),
            classifier.spec().classes().size(),
            classifier.spec().preprocessing().describe(),
            classifier.compute().describe());
  }
}
