package io.residua.train.internal;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.Grouping;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.TestSet;
import io.residua.data.internal.TrainingData;
import io.residua.internal.Text;
import io.residua.train.Recipe;
import io.residua.train.TrainingException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a run divides its pictures: as listed, as its recipe says, or as they lie.
 *
 * @param listed a division to follow; null for none
 * @param listedIn that list's name, for people; empty where there is none
 */
record RunSplit(Recipe recipe, @Nullable Manifest listed, String listedIn) {

  /**
   * Reads how a set is to be divided, before its pictures are looked at.
   *
   * @param file a {@code split.csv} to follow; null for none
   * @throws io.residua.ResiduaException with one line, if that can't be done
   */
  static RunSplit of(OpenedData data, Recipe recipe, @Nullable Path file) {
    if (file != null) {
      return new RunSplit(recipe, Manifest.read(file), String.valueOf(file.getFileName()));
    }
    if (recipe.validatesOnTest()
        && !data.parts().keySet().containsAll(Set.of(Part.TRAIN, Part.TEST))) {
      throw new TrainingException(
          Text.of(
              "val_split is 'test', but %s has no test part beside its train part", data.root()));
    }
    return new RunSplit(recipe, null, "");
  }

  /**
   * Divides a set for training.
   *
   * @throws io.residua.ResiduaException with one line, if that can't be done
   */
  DataSplits apply(TrainingCheck.Checked checked, Progress progress) {
    if (listed != null) {
      Manifest present = listed.without(checked.leftOut().keySet());
      return asListed(checked.data(), present, listedIn, progress);
    }
    if (recipe.validatesOnTest()) {
      return validatingOnTest(checked.data());
    }
    SplitPlan plan =
        SplitPlan.defaults(recipe.seed())
            .withGrouping(Grouping.none())
            .withValidation(recipe.validation());
    if (!recipe.keepsCopiesTogether()) {
      return checked.data().split(plan);
    }
    try {
      return checked.data().split(plan.withGrouping(checked.grouping()));
    } catch (DataException e) {
      checked.data().split(plan); // else it is no matter of copies, and fails as before
      throw ResiduaException.about(
          "grouping=none",
          new DataException(
              e.getMessage() + "; 'grouping: none' in the recipe divides them all the same", e));
    }
  }

  private static DataSplits validatingOnTest(OpenedData data) {
    ImageDataset train = requireNonNull(data.parts().get(Part.TRAIN));
    ImageDataset test = requireNonNull(data.parts().get(Part.TEST));
    return new DataSplits(
        new TrainingData(
            train, "the set's own train part", test, "the set's own test part, which chooses"),
        Optional.empty());
  }

  /**
   * Divides as listed, each part in the order of the data: the same as when it was divided.
   *
   * @param listedIn the list's name, for people
   */
  static DataSplits asListed(
      OpenedData data, Manifest manifest, String listedIn, Progress progress) {
    DataSplits splits = manifest.apply(data, "as listed in " + listedIn, progress);
    Map<String, Integer> places = new HashMap<>();
    data.all().samples().forEach(s -> places.put(s.name(), places.size()));
    UnaryOperator<ImageDataset> ordered =
        part ->
            new ImageDataset(
                part.classes(),
                part.samples().stream()
                    .sorted(Comparator.comparing(s -> places.getOrDefault(s.name(), 0)))
                    .toList());
    TrainingData training = splits.training();
    return new DataSplits(
        new TrainingData(
            ordered.apply(training.train()),
            training.trainOrigin(),
            ordered.apply(training.validation()),
            training.validationOrigin()),
        splits.test().map(t -> new TestSet(ordered.apply(t.data()), t.origin())));
  }
}
