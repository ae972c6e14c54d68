package io.residua.cli;

import io.residua.Text;
import io.residua.engine.Compute;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Classifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    List<Classifier> opened = new ArrayList<>();
    Classifier own;
    try {
      for (String name : names(options.model())) {
        opened.add(
            Classifier.open(
                RunFolders.model(name), options.weights(), compute, console.progress()));
      }
      own = Classifier.ensemble(opened);
    } catch (RuntimeException e) {
      opened.forEach(Classifier::close);
      throw e;
    }
    if (options.resize().equals("auto")) {
      return own;
    }
    try (own) {
      return own.with(own.spec().preprocessing().withResize(Resize.of(options.resize())));
    }
  }

  /**
   * A classifier that averages its answers over views of a picture, to be closed.
   *
   * @throws io.residua.ResiduaException with one line, if there is no such model or it is damaged
   */
  static Classifier open(ModelOptions options, TtaOption tta, Console console) {
    Classifier plain = open(options, console);
    if (tta.augmentation() == TestTimeAugmentation.NONE) {
      return plain;
    }
    try (plain) {
      return plain.with(tta.augmentation());
    }
  }

  /** The models of an ensemble are separated by commas; a name with a comma may be one file. */
  static List<String> names(String model) {
    return Files.exists(Path.of(model)) ? List.of(model) : List.of(model.split(",", -1));
  }

  /** One line that says what was opened and how it works. */
  static String describe(String name, Classifier classifier) {
    return Text.of(
        "%s: %s, %s; %s; %s",
        name,
        classifier.spec().architecture(),
        Text.count(classifier.spec().classes().size(), "class"),
        classifier.spec().preprocessing().describe(),
        classifier.compute().describe());
  }
}
