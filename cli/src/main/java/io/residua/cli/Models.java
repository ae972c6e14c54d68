package io.residua.cli;

import io.residua.engine.Compute;
import io.residua.image.TestTimeAugmentation;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.ModelSpec;

/** Opens the model that a command was given. */
final class Models {
  private Models() {}

  /**
   * A classifier, to be closed.
   *
   * @throws io.residua.ResiduaException with one line, if there is no such model or it is damaged
   */
  static Classifier open(ModelOptions options, Console console) {
    return open(options, TestTimeAugmentation.NONE, console);
  }

  /** The same, which averages its answers over views of a picture. */
  static Classifier open(ModelOptions options, TestTimeAugmentation views, Console console) {
    AnsweringOptions answering = options.answering();
    return Classifier.open(
        options.model(),
        answering.weights(),
        answering.options(views, console),
        console.progress());
  }

  /** One line that says what was opened and how it works. */
  static String describe(String name, ModelSpec spec, Compute compute) {
    return Text.of(
        "%s: %s, %s; %s; %s",
        name,
        spec.architecture(),
        Text.count(spec.classes().size(), "class"),
        spec.preprocessing().describe(),
        compute.describe());
  }
}
