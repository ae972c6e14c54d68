package io.residua.cli;

import io.residua.Text;
import io.residua.data.ImageDataset;
import io.residua.model.Classifier;
import io.residua.model.ModelFile;
import io.residua.run.Provenance;
import io.residua.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Says whether a model is measured on pictures that it was trained on. */
final class TrainedOn {
  private TrainedOn() {}

  /**
   * Counts them by content, and warns if there are any; empty where the model's split is not beside
   * it. Of an ensemble, the most that one member was trained on.
   *
   * @param model as the user typed it
   */
  static OptionalInt count(
      String model, Classifier classifier, ImageDataset data, Console console) {
    List<String> names = Models.names(model);
    OptionalInt most = OptionalInt.empty();
    for (int i = 0; i < names.size(); i++) {
      OptionalInt one = count(names.get(i), classifier.models().get(i), data, console);
      if (one.isPresent() && one.getAsInt() >= most.orElse(0)) {
        most = one;
      }
    }
    return most;
  }

  private static OptionalInt count(
      String model, ModelFile trained, ImageDataset data, Console console) {
    Path file = RunFolders.existingFile(RunFolders.model(model));
    if (file == null) {
      return OptionalInt.empty();
    }
    OptionalInt count =
        RunFolder.around(file)
            .countTrainedOn(new Provenance(trained.provenance()), data, console.progress());
    if (count.orElse(0) > 0) {
      console
          .progress()
          .warn(
              Text.of(
                      "the model was trained or selected on %,d of these %s: it will do"
                          + " worse on",
                      count.getAsInt(), Text.count(data.size(), "picture"))
                  + " new ones");
    }
    return count;
  }
}
