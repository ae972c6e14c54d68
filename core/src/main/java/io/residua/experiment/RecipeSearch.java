package io.residua.experiment;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.experiment.SearchResult.Candidate;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Text;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Searches settings of a recipe on the validation part: random draws or a grid, with successive
 * halving (Jamieson and Talwalkar 2016, arXiv:1502.07943). All candidates are trained for few
 * epochs, the best of them for more, and so on up to the recipe's own number. A test part is not
 * looked at.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.defaults().with("epochs", "9");
 * SearchResult result =
 *     new RecipeSearch(Trainer.create(), Progress.NONE)
 *         .run(data, recipe, SearchSpace.parse("lr=1e-4..1e-1:log", recipe),
 *              Plan.random(16, 3, 1), out);
 * System.out.println(result.table().toText());
 * }</pre>
 *
 * @param trainer trains each candidate
 * @param progress where it reports to besides
 */
public record RecipeSearch(Trainer trainer, Progress progress) {
  private static final String EPOCHS = "epochs";

  /** Settings that a network or its weights may not fit. */
  private static final Set<String> OF_NETWORK =
      Set.of(
          "model",
          "weights",
          "head",
          "freeze",
          "reinit",
          "first_layer",
          "batch_norm",
          "last_batch",
          "phases");

  /**
   * How the space is searched.
   *
   * @param trials how many random draws; 0 for a grid
   * @param points of each range in a grid; 0 for random draws
   * @param keepOneIn how many candidates there are for one that goes on to the next round; 1 to
   *     train all of them to the end at once
   * @param fewestEpochs of the first round
   */
  public record Plan(int trials, int points, int keepOneIn, int fewestEpochs) {
    public Plan {
      UsageException.check(
          keepOneIn >= 1 && keepOneIn <= 100, "keep one in", keepOneIn, "from 1 to 100");
      UsageException.check(fewestEpochs >= 1, "fewest epochs", fewestEpochs, "1 or more");
    }

    /** So many random draws. */
    public static Plan random(int trials, int keepOneIn, int fewestEpochs) {
      UsageException.check(trials >= 1 && trials <= 10_000, "trials", trials, "from 1 to 10000");
      return new Plan(trials, 0, keepOneIn, fewestEpochs);
    }

    /** All combinations, with so many points of each range. */
    public static Plan grid(int points, int keepOneIn, int fewestEpochs) {
      UsageException.check(points >= 1 && points <= 1000, "grid", points, "from 1 to 1000");
      return new Plan(0, points, keepOneIn, fewestEpochs);
    }

    /** The epochs of each round. */
    List<Integer> rounds(int epochs, int candidates) {
      List<Integer> rounds = new ArrayList<>(List.of(epochs));
      int left = candidates;
      while (keepOneIn > 1 && left > 1) {
        int fewer = rounds.get(0) / keepOneIn;
        if (fewer < fewestEpochs) {
          break;
        }
        rounds.add(0, fewer);
        left = (left + keepOneIn - 1) / keepOneIn;
      }
      return rounds;
    }
  }

  /**
   * Trains what is not done yet, and writes {@code tune.csv}, {@code tune.json}, {@code tune.md}
   * and {@code best.yaml}.
   *
   * @param recipe what is not searched; its epochs are those of the last round
   * @param out the search's folder: new, or that of the same search
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws UsageException with one line, if epochs are searched while rounds differ in them
   */
  public SearchResult run(Path data, Recipe recipe, SearchSpace space, Plan plan, Path out) {
    List<Map<String, String>> drawn = drawn(recipe, space, plan);
    int epochs = Integer.parseInt(recipe.get(EPOCHS));
    boolean free = space.settings().containsKey(EPOCHS);
    if (free && plan.keepOneIn() > 1) {
      throw new UsageException(
          "epochs can't be searched where rounds differ in them: train all candidates to the end");
    }
    requireFits(recipe, drawn);
    List<Integer> rounds = free ? List.of(epochs) : plan.rounds(epochs, drawn.size());
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < drawn.size(); i++) {
      candidates.add(new Candidate(i + 1, drawn.get(i), 0, List.of()));
    }
    Trials trials = Trials.open(trainer, progress, data, recipe, out, false, false);
    List<Candidate> left = candidates;
    List<Candidate> ended = new ArrayList<>();
    for (int round = 0; round < rounds.size(); round++) {
      List<Candidate> trained = new ArrayList<>();
      for (Candidate candidate : left) {
        Recipe own = with(recipe, candidate.values());
        own = free ? own : own.with(EPOCHS, rounds.get(round).toString());
        progress.line(
            Text.of(
                "round %d/%d, candidate %d of %d: %s",
                round + 1, rounds.size(), trained.size() + 1, left.size(), candidate.describe()));
        String name = Text.of("trial-%03d-epochs-%s", candidate.number(), own.get(EPOCHS));
        trained.add(candidate.after(round + 1, trials.train(name, own)));
      }
      trained.sort(Candidate.BEST_FIRST);
      boolean last = round == rounds.size() - 1;
      int kept = last ? trained.size() : kept(trained, plan.keepOneIn());
      ended.addAll(trained.subList(kept, trained.size()));
      left = trained.subList(0, kept);
    }
    List<Candidate> all = new ArrayList<>(left);
    all.addAll(ended);
    all.sort(
        Comparator.comparingInt(Candidate::round).reversed().thenComparing(Candidate.BEST_FIRST));
    SearchResult result = new SearchResult(rounds, all);
    AtomicFiles.write(out.resolve("tune.csv"), result.table().toCsv());
    AtomicFiles.write(out.resolve("tune.json"), result.toJson().toPrettyString() + "\n");
    AtomicFiles.write(out.resolve("tune.md"), result.markdown());
    AtomicFiles.write(out.resolve("best.yaml"), with(recipe, result.best().values()).toYaml());
    return result;
  }

  private static List<Map<String, String>> drawn(Recipe recipe, SearchSpace space, Plan plan) {
    if (space.settings().isEmpty()) {
      throw new UsageException("nothing to search: the space is empty");
    }
    List<Map<String, String>> all = new ArrayList<>();
    if (plan.trials() == 0) {
      all.addAll(space.grid(plan.points()));
    }
    for (int i = 0; i < plan.trials(); i++) {
      all.add(space.draw(recipe.seed(), i));
    }
    all.forEach(values -> with(recipe, values)); // a value that is not allowed is told before work
    return all;
  }

  /**
   * Tells what does not fit the network before pictures are read and hours of training are done.
   */
  private void requireFits(Recipe recipe, List<Map<String, String>> drawn) {
    Set<Map<String, String>> checked = new HashSet<>();
    for (Map<String, String> values : drawn) {
      Map<String, String> ofNetwork = new HashMap<>(values);
      ofNetwork.keySet().retainAll(OF_NETWORK);
      if (checked.add(ofNetwork)) {
        trainer.resolve(with(recipe, values), List.of("0", "1"));
      }
    }
  }

  private static Recipe with(Recipe recipe, Map<String, String> values) {
    Recipe changed = recipe;
    for (Map.Entry<String, String> e : values.entrySet()) {
      changed = changed.with(e.getKey(), e.getValue());
    }
    return changed;
  }

  /** Those that go on: one in so many, and none that diverged unless all did. */
  private static int kept(List<Candidate> bestFirst, int keepOneIn) {
    int most = (bestFirst.size() + keepOneIn - 1) / keepOneIn;
    int sound = (int) bestFirst.stream().filter(c -> c.last().result().isPresent()).count();
    if (sound == 0) {
      throw new ExperimentException(
          "every candidate diverged, first: " + bestFirst.get(0).last().failure());
    }
    return Math.min(most, sound);
  }
}
