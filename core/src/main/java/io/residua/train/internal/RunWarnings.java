package io.residua.train.internal;

import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.Grouping;
import io.residua.image.Preprocessing;
import io.residua.internal.Text;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import io.residua.run.EpochRecord;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.weights.internal.InputChannels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is wrong with a run, though it would go through: the usual reasons why results are worse
 * than they could be, or look better than they are. Each is one line, found from the run itself.
 */
final class RunWarnings {
  /** A head with so many weights for each training picture can fit them alone. */
  private static final long MOST_HEAD_WEIGHTS_PER_PICTURE = 10_000;

  private RunWarnings() {}

  /**
   * Looks for them.
   *
   * @param copies which pictures show the same; asked only where the recipe divides them freely
   */
  static List<String> of(StartingPoint from, Recipe recipe, DataSplits splits, Grouping copies) {
    List<String> warnings = new ArrayList<>();
    Network network = from.spec().network();
    from.trainedWith()
        .flatMap(own -> preprocessing(from.spec().preprocessing(), own))
        .ifPresent(warnings::add);
    smallMap(from.spec(), network).ifPresent(warnings::add);
    bigHead(network, splits.training().train().size()).ifPresent(warnings::add);
    for (Recipe phase : recipe.phases()) {
      freeze(network, phase).ifPresent(warnings::add);
    }
    if (recipe.validatesOnTest()) {
      warnings.add(
          "the test part is the validation part: epochs are chosen by it, so its accuracy is no"
              + " test result; no picture is left for one");
    }
    if (!recipe.keepsCopiesTogether()) {
      leak(splits, copies).ifPresent(warnings::add);
    }
    return warnings;
  }

  /**
   * Training more than the head was no better than the head alone, where both were tried.
   *
   * @param network of the run
   * @param recipe whose first phase of two is the head alone, if any
   */
  static Optional<String> headWasBetter(Network network, Recipe recipe, TrainingOutcome outcome) {
    List<Recipe> phases = recipe.phases();
    List<EpochRecord> history = outcome.history();
    if (phases.size() != 2
        || outcome.before() == history.size()
        || !trainsHeadOnly(network, phases.get(0))
        || trainsHeadOnly(network, phases.get(1))) {
      return Optional.empty();
    }
    EpochRecord head = best(history.subList(0, outcome.before()));
    List<EpochRecord> after = history.subList(outcome.before(), history.size());
    EpochRecord tuned = recipe.keepsLast() ? after.get(after.size() - 1) : best(after);
    return !score(head).betterThan(score(tuned))
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "fine-tuning did not help: on the validation part the head alone had accuracy %.4f"
                    + " (epoch %d), with more trained %.4f (epoch %d)%s; freeze: backbone takes a"
                    + " fraction of the time",
                head.validationAccuracy(),
                head.epoch(),
                tuned.validationAccuracy(),
                tuned.epoch(),
                recipe.keepsLast() ? "" : ", so the former is kept"));
  }

  private static boolean trainsHeadOnly(Network network, Recipe phase) {
    return !phase.freezePlan(network).trainsBelowHead(network);
  }

  private static EpochRecord best(List<EpochRecord> epochs) {
    EpochRecord best = epochs.get(0);
    for (EpochRecord epoch : epochs) {
      if (score(epoch).betterThan(score(best))) {
        best = epoch;
      }
    }
    return best;
  }

  private static TrainingState.Score score(EpochRecord epoch) {
    return new TrainingState.Score(epoch.validationLoss(), epoch.validationAccuracy());
  }

  private static Optional<String> preprocessing(Preprocessing used, Preprocessing own) {
    Preprocessing theirs = used.withPixelsOf(own);
    boolean adapted =
        used.channels() != own.channels()
            && InputChannels.grey(used).equals(InputChannels.grey(theirs));
    return adapted || used.equals(theirs)
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "wrong preprocessing for these weights: they were trained on %s, this run gives"
                    + " them %s",
                own.describePixels(), used.describePixels()));
  }

  /** The last feature map is one pixel. */
  private static Optional<String> smallMap(ModelSpec spec, Network network) {
    Shapes shapes = network.shapes(spec.picture());
    Optional<Network.Node> last =
        network.nodes().stream().filter(n -> n.layer() instanceof Conv).reduce((a, b) -> b);
    if (last.isEmpty()) {
      return Optional.empty();
    }
    Shape map = shapes.of(last.get().name());
    return map.height() > 1 || map.width() > 1
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "pictures of %d px are too small for %s: its last feature map is 1x1; give a larger"
                    + " image_size or a network for small pictures",
                spec.preprocessing().sizePx(), spec.architecture()));
  }

  private static Optional<String> bigHead(Network network, int pictures) {
    long weights =
        network.parameters().stream()
            .filter(p -> Head.holds(p.layer()))
            .mapToLong(Parameter::size)
            .sum();
    return weights <= MOST_HEAD_WEIGHTS_PER_PICTURE * pictures
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "the head has %,d weights for %,d training pictures, enough to fit them alone;"
                    + " gap-linear has far fewer",
                weights, pictures));
  }

  private static Optional<String> freeze(Network network, Recipe recipe) {
    String text = recipe.get("freeze");
    List<String> empty = FreezePlan.withoutWeights(network, text);
    if (empty.isEmpty()) {
      return Optional.empty();
    }
    FreezePlan plan = recipe.freezePlan(network);
    long learned =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .mapToLong(Parameter::size)
            .sum();
    String nothing =
        plan.trained() == learned
            ? Text.of("; nothing is frozen, all %,d are trained", learned)
            : "";
    return Optional.of(
        Text.of(
            "freeze: %s %s no weights, so freezing %s changes nothing%s",
            String.join(" and ", empty),
            empty.size() == 1 ? "has" : "have",
            empty.size() == 1 ? "it" : "them",
            nothing));
  }

  /** Copies on both sides of the split. */
  private static Optional<String> leak(DataSplits splits, Grouping copies) {
    ImageDataset train = splits.training().train();
    List<Sample> both = new ArrayList<>(train.samples());
    both.addAll(splits.training().validation().samples());
    int[] groups = copies.groups(new ImageDataset(train.classes(), both));
    Set<Integer> trained = new HashSet<>();
    int torn = 0;
    for (int i = 0; i < groups.length; i++) {
      if (i < train.size()) {
        trained.add(groups[i]);
      } else if (trained.contains(groups[i])) {
        torn++;
      }
    }
    return torn == 0
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "leaking split: %,d of %,d validation pictures have a copy in train; their accuracy"
                    + " looks too good (grouping: copies keeps them together)",
                torn, groups.length - train.size()));
  }
}
