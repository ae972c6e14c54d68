package io.residua.train.internal;

import io.residua.data.ImageDataset;
import io.residua.engine.internal.FrozenPrefix;
import io.residua.engine.internal.TrainingOptions;
import io.residua.features.internal.NetworkFeatures;
import io.residua.image.Augmentations;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The part of a network that is run in each step of training, and its examples. Where nothing
 * random precedes the frozen layers at the front, their output is computed once for every picture
 * and kept, and the part is what follows them; else it is the whole network.
 */
final class TrainedPart implements AutoCloseable {
  private final ModelSpec spec;
  private final ModelSpec training;
  private final FreezePlan plan;
  private final Recipe recipe;
  private final RunContext at;
  private final Network network;
  private final Shape input;
  private final Network evaluated;
  private final Shape evaluatedInput;
  private final @Nullable NetworkFeatures prefix;
  private final Deque<Runnable> opened = new ArrayDeque<>();

  TrainedPart(ModelSpec spec, WeightMap weights, FreezePlan plan, Recipe recipe, RunContext at) {
    this.spec = spec;
    this.training = TrainingSize.of(spec, recipe);
    this.plan = plan;
    this.recipe = recipe;
    this.at = at;
    Network whole = spec.network();
    Optional<String> boundary =
        FrozenPrefix.output(whole, plan.trainable(), plan.frozenStatistics());
    boolean changing =
        !recipe.get(RecipeSettings.AUGMENT).steps().isEmpty()
            || recipe.get(RecipeSettings.MIX).isPresent()
            || !training.equals(spec);
    if (boundary.isEmpty() || changing) {
      network = training.network();
      input = training.picture();
      evaluated = whole;
      evaluatedInput = spec.picture();
      prefix = null;
    } else {
      Network front = whole.upTo(boundary.get());
      network = whole.after(boundary.get());
      input = front.outputShape(spec.picture());
      evaluated = network;
      evaluatedInput = input;
      prefix =
          new NetworkFeatures(front, weights, spec.preprocessing(), at.compute(), at.features());
      opened.push(prefix::close);
    }
  }

  /** What is run in each step. */
  Network network() {
    return network;
  }

  /** Shape of its input. */
  Shape input() {
    return input;
  }

  /** The same weights in a network for pictures as they are looked at between epochs. */
  Network evaluated() {
    return evaluated;
  }

  /** Shape of its input. */
  Shape evaluatedInput() {
    return evaluatedInput;
  }

  /** Whether nothing is computed before it. */
  boolean isWhole() {
    return prefix == null;
  }

  /** Pictures to train on, augmented as the recipe says; closed with this part. */
  Examples training(ImageDataset data) {
    return examples(data, recipe.get(RecipeSettings.AUGMENT), "features of train");
  }

  /** Pictures to look at between epochs, as they are; closed with this part. */
  Examples validation(ImageDataset data) {
    return examples(data, Augmentations.NONE, "features of validation");
  }

  private Examples examples(ImageDataset data, Augmentations augmentations, String label) {
    if (prefix != null) {
      FeatureExamples features =
          FeatureExamples.compute(prefix, input, data, label, at.folder(), at.progress());
      opened.push(features::close);
      return features;
    }
    PictureExamples pictures =
        new PictureExamples(
            data,
            spec.preprocessing(),
            training.preprocessing(),
            augmentations,
            recipe.seed(),
            at.folder());
    opened.push(pictures::close);
    return pictures;
  }

  /**
   * How the part is trained.
   *
   * @param pictures how many there are
   */
  TrainingOptions options(int pictures) {
    return new TrainingOptions(
        Math.min(recipe.get(RecipeSettings.BATCH_SIZE), pictures),
        at.compute().precision(),
        at.compute().threads(),
        recipe.seed(),
        network.parameters().stream()
            .map(Parameter::name)
            .filter(plan.trainable()::contains)
            .collect(Collectors.toSet()),
        layers(plan.frozenStatistics()));
  }

  private Set<String> layers(Set<String> names) {
    return network.nodes().stream()
        .map(Network.Node::name)
        .filter(names::contains)
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      opened.pop().run();
    }
  }
}
