package io.residua.experiment;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.run.internal.RunFolder;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fine-tunes groups of layers alone and in combinations, all others frozen, on one division of the
 * data with one seed. The head is new and trained in every choice; the first choice is the head
 * alone. A test part is not looked at: choices are for the validation part.
 *
 * <pre>{@code
 * SweepResult result =
 *     new LayerSweep(Trainer.create(), Progress.NONE)
 *         .run(data, Recipe.defaults(), List.of("layer4.*", "*.downsample"), 2, false, out);
 * System.out.println(result.table().toText());
 * }</pre>
 *
 * @param trainer trains each choice
 * @param progress where it reports to besides
 */
public record LayerSweep(Trainer trainer, Progress progress) {
  private static final int MOST_CHOICES = 1000;

  /** Names of layers do not depend on the classes. */
  private static final List<String> ANY_CLASSES = List.of("0", "1");

  /**
   * Trains every choice that is not done yet, and writes {@code sweep.csv}, {@code sweep.json},
   * {@code sweep.md} and {@code best.yaml}.
   *
   * @param wanted the recipe of all choices; what it freezes, and its phases, do not matter
   * @param groups patterns on layer names as for {@link FreezePlan#of}; empty for the network's
   *     stages and its downsample layers
   * @param combine how many groups a choice may have, at least 1
   * @param keepModels whether each choice's model is kept
   * @param out the sweep's folder: new, or that of the same sweep
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws UsageException with one line, if a pattern matches no layer
   */
  public SweepResult run(
      Path data, Recipe wanted, List<String> groups, int combine, boolean keepModels, Path out) {
    Recipe recipe = wanted.with("phases", "none");
    if (combine < 1) {
      throw new UsageException("a choice needs at least one group of layers");
    }
    Network network = trainer.resolve(recipe.with("freeze", "none"), ANY_CLASSES).network();
    List<List<String>> choices = choices(groups.isEmpty() ? usual(network) : groups, combine);
    List<String> freezes = choices.stream().map(c -> freeze(network, c)).toList();
    Trials trials = Trials.open(trainer, progress, data, recipe, out, false, keepModels);
    List<Trial> done = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      String name = name(choices.get(i));
      progress.line(Text.of("choice %d/%d: %s", i + 1, choices.size(), name));
      done.add(trials.train(name, recipe.with("freeze", freezes.get(i))));
    }
    SweepResult result = new SweepResult(network.name(), done);
    AtomicFiles.write(out.resolve("sweep.csv"), result.csv());
    AtomicFiles.write(out.resolve(RunFolder.SWEEP), result.toJson().toPrettyString() + "\n");
    AtomicFiles.write(out.resolve("sweep.md"), result.markdown());
    Trial best = result.ranked().get(0);
    AtomicFiles.write(
        out.resolve("best.yaml"), recipe.with("freeze", freezes.get(done.indexOf(best))).toYaml());
    return result;
  }

  private static List<String> usual(Network network) {
    List<String> groups = new ArrayList<>(network.stages());
    if (network.parameters().stream().anyMatch(p -> p.layer().contains(".downsample"))) {
      groups.add("*.downsample");
    }
    return groups;
  }

  /** The head alone, each group, each pair, and so on. */
  private static List<List<String>> choices(List<String> groups, int combine) {
    List<String> distinct =
        groups.stream().map(String::strip).distinct().filter(g -> !g.equals(Head.NAME)).toList();
    List<List<String>> choices = new ArrayList<>(List.of(List.of()));
    for (int size = 1; size <= Math.min(combine, distinct.size()); size++) {
      add(distinct, size, 0, List.of(), choices);
    }
    return choices;
  }

  private static void add(
      List<String> groups, int size, int from, List<String> begun, List<List<String>> choices) {
    if (begun.size() == size) {
      if (choices.size() == MOST_CHOICES) {
        throw new UsageException(
            Text.of("%d groups combined make more than %d choices", groups.size(), MOST_CHOICES));
      }
      choices.add(begun);
      return;
    }
    for (int i = from; i < groups.size(); i++) {
      List<String> more = new ArrayList<>(begun);
      more.add(groups.get(i));
      add(groups, size, i + 1, more, choices);
    }
  }

  private static String freeze(Network network, List<String> choice) {
    List<String> trained = new ArrayList<>(choice);
    trained.add(Head.NAME);
    String text = "all-but:" + String.join(",", trained);
    FreezePlan.of(network, text); // a pattern that matches nothing is told before any work
    return text;
  }

  private static String name(List<String> choice) {
    return choice.isEmpty() ? "head alone" : String.join(" + ", choice);
  }
}
