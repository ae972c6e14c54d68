package io.residua.train.internal;

import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.TrainingException;
import java.util.List;
import java.util.Optional;

/**
 * Training on smaller pictures than those that the finished network is used with: it takes less
 * time, and where augmentation enlarges what it shows, sizes of objects agree better (Touvron et
 * al. 2019, "Fixing the train-test resolution discrepancy", arXiv:1906.06423).
 */
final class TrainingSize {
  private TrainingSize() {}

  /**
   * A classifier's form in training.
   *
   * @throws TrainingException if a network of that size would be another one
   */
  static ModelSpec of(ModelSpec spec, Recipe recipe) {
    Optional<Integer> wanted = recipe.get(RecipeSettings.TRAIN_SIZE);
    Preprocessing usual = spec.preprocessing();
    if (wanted.isEmpty() || wanted.get() == usual.sizePx()) {
      return spec;
    }
    int sizePx = wanted.get();
    if (usual.resize() == Resize.NONE && sizePx > usual.sizePx()) {
      throw new TrainingException(
          Text.of(
              "train_size is %d, but pictures of %d px are cut and not resized (resize none)",
              sizePx, usual.sizePx()));
    }
    ModelSpec training = spec.with(usual.withSize(sizePx));
    if (!layers(training.network()).equals(layers(spec.network()))) {
      throw new TrainingException(
          Text.of(
              "train_size is %d, but %s + %s has other layers for that size than for %d px",
              sizePx, spec.architecture(), spec.head().text(), usual.sizePx()));
    }
    return training;
  }

  /** All but ResNet-9's last pooling, which takes in whatever is left of the picture. */
  private static List<Network.Node> layers(Network network) {
    return network.nodes().stream().filter(node -> !node.name().equals("maxpool")).toList();
  }
}
