package io.residua.train.internal;

import io.residua.Progress;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.Grouping;
import io.residua.features.internal.Means;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunOptions;
import io.residua.train.Recipe;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What comes before the first step: data opened, looked through and divided, weights loaded. */
public record Preparation(Means means, RunOptions options, TrainingCheck check) {

  /** Opens a set that can be trained on. */
  public OpenedData open(Path data) {
    OpenedData opened = OpenedData.open(data, options.reading());
    opened.requireTrainable();
    opened.warnings().forEach(warning -> Warnings.tell(progress(), warning));
    return opened;
  }

  /** Divides a set as a run would. */
  public DataSplits divided(OpenedData opened, Recipe recipe) {
    return RunSplit.of(opened, recipe, options.split()).apply(checked(opened, recipe), progress());
  }

  public Foundation foundation(Recipe wanted) {
    return Foundation.of(wanted, means.weights(), progress());
  }

  /** A run from its beginning. */
  public PreparedRun fresh(Path data, Recipe wanted) {
    OpenedData opened = open(data);
    Foundation foundation = foundation(wanted);
    RunSplit split = RunSplit.of(opened, wanted, options.split());
    TrainingCheck.Checked checked = checked(opened, wanted);
    DataSplits splits = split.apply(checked, progress());
    StartingPoint from = start(foundation, splits);
    Recipe recipe =
        dropping(from.recipe(), from.spec().network())
            .with("precision", means.compute().precision().text());
    List<String> warnings = warnings(from, recipe, splits, checked.grouping());
    Manifest manifest = Manifest.of(splits, progress());
    return new PreparedRun(
        opened.root(), splits, manifest, checked.leftOut(), from, recipe, warnings);
  }

  /** A run that was stopped, as its folder says. */
  public PreparedRun stopped(Path data, Recipe recipe, RunFolder folder) {
    Manifest manifest = Manifest.read(folder.split());
    OpenedData opened = open(data);
    Foundation foundation = foundation(recipe);
    DataSplits splits = RunSplit.asListed(opened, manifest, RunFolder.SPLIT, progress());
    StartingPoint from = start(foundation, splits);
    Grouping copies =
        recipe.keepsCopiesTogether()
            ? Grouping.none()
            : check.of(opened, true, progress()).grouping();
    List<String> warnings = warnings(from, recipe, splits, copies);
    return new PreparedRun(
        opened.root(), splits, manifest, Collections.emptySortedMap(), from, recipe, warnings);
  }

  /** Where a run begins, which is said. */
  public StartingPoint start(Foundation foundation, DataSplits splits) {
    StartingPoint from = StartingPoint.of(foundation, splits.classes(), progress());
    ModelSpec spec = from.spec();
    ModelSpec inTraining = TrainingSize.of(spec, from.recipe());
    var training = splits.training();
    progress()
        .line(
            Text.of(
                "data: %s; %,d train (%s), %,d validation (%s)%s",
                Text.count(splits.classes().size(), "class"),
                training.train().size(),
                training.trainOrigin(),
                training.validation().size(),
                training.validationOrigin(),
                splits
                    .test()
                    .map(t -> Text.of(", %,d test (%s)", t.data().size(), t.origin()))
                    .orElse("; no test part")));
    progress()
        .line(
            Text.of(
                "model: %s + %s; %s%s",
                spec.architecture(),
                spec.head().text(),
                spec.preprocessing().describe(),
                inTraining.equals(spec)
                    ? ""
                    : Text.of("; trained at %d px", inTraining.preprocessing().sizePx())));
    from.plan().toText().lines().forEach(progress()::line);
    return from;
  }

  private Progress progress() {
    return means.progress();
  }

  private TrainingCheck.Checked checked(OpenedData opened, Recipe recipe) {
    boolean dividing =
        options.split() == null
            && !recipe.validatesOnTest()
            && !opened.parts().containsKey(Part.VALIDATION);
    return check.of(opened, dividing, progress());
  }

  private List<String> warnings(
      StartingPoint from, Recipe recipe, DataSplits splits, Grouping copies) {
    List<String> warnings = RunWarnings.of(from, recipe, splits, copies);
    warnings.forEach(warning -> Warnings.tell(progress(), warning));
    return warnings;
  }

  /** Says what is done with a last batch that is not full, where all phases do the same. */
  private static Recipe dropping(Recipe recipe, Network network) {
    Set<Boolean> drops =
        recipe.phases().stream()
            .map(p -> p.dropsLastBatch(p.freezePlan(network).takesBatchStatistics(network)))
            .collect(Collectors.toSet());
    return drops.size() > 1
        ? recipe
        : recipe.with("last_batch", drops.contains(true) ? "drop" : "keep");
  }
}
