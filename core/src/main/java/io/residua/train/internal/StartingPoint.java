package io.residua.train.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.TrainingException;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.CatalogueEntry;
import io.residua.weights.internal.Coverage;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.InputChannels;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.WeightMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a run starts from: the network with its weights, the backbone's loaded and the head's drawn
 * by the seed, and the recipe with every {@code auto} resolved.
 *
 * @param weightsName what the backbone's weights are called, or {@code none}
 * @param licence of the backbone's weights, or empty
 * @param trainedWith how pictures were prepared when the backbone's weights were trained
 */
public record StartingPoint(
    Recipe recipe,
    ModelSpec spec,
    WeightMap weights,
    String weightsName,
    String licence,
    Optional<Preprocessing> trainedWith) {
  public static final String FROM_SCRATCH = "none";

  /** Without the weights' own checks, see {@link Foundation#of}. */
  static Foundation foundation(Recipe wanted, WeightSource source, Progress progress) {
    if (wanted.get("weights").equals(FROM_SCRATCH)) {
      String architecture = wanted.isAuto("model") ? "resnet18" : wanted.get("model");
      Preprocessing preprocessing = preprocessing(wanted, usual(architecture));
      refuseOpacity("preprocessing rgba", preprocessing);
      return new Foundation(
          resolved(wanted, architecture, preprocessing, "none"),
          architecture,
          preprocessing,
          null,
          Optional.empty());
    }
    WeightSource under = wanted.isAuto("prefix") ? source : source.withPrefix(wanted.get("prefix"));
    LoadedWeights loaded = under.load(wanted.get("weights"), progress);
    Optional<ModelSpec> model = ModelFile.specOf(loaded);
    String architecture = architecture(wanted, loaded, model);
    Preprocessing own = model.map(ModelSpec::preprocessing).orElseGet(() -> own(loaded));
    return withWeights(wanted, architecture, own, loaded, progress);
  }

  static StartingPoint of(Foundation foundation, List<String> classes, Progress progress) {
    ModelSpec spec = foundation.spec(classes);
    Network network = spec.network();
    Recipe recipe = foundation.recipe().withPhasesOf(network);
    WeightMap drawn = new Initialisation(recipe.seed(), LinearRule.TORCH).weights(network);
    LoadedWeights loaded = foundation.loaded();
    if (loaded == null) {
      return new StartingPoint(recipe, spec, drawn, FROM_SCRATCH, "", Optional.empty());
    }
    Network backbone = Architecture.named(foundation.architecture()).backbone(spec.picture());
    progress.line(
        Text.of(
            "weights: %s, %d tensors for the backbone, new head",
            loaded.name(), backbone.parameters().size()));
    WeightMap weights =
        drawn.with(
            kept(
                recipe,
                network,
                Coverage.of(backbone, loaded.weights()).matching(loaded.weights())));
    return new StartingPoint(
        recipe,
        spec,
        weights,
        loaded.entry().map(e -> e.name()).orElse(loaded.name()),
        loaded.entry().map(e -> e.licence()).orElse(""),
        foundation.own());
  }

  /** What is trained: of several phases, that in which most is. */
  FreezePlan plan() {
    return FreezePlan.of(spec.network(), recipe);
  }

  /** The same without weights, which those of the catalogue need not be fetched for. */
  public static Foundation form(Recipe wanted, WeightSource source, Progress progress) {
    Optional<CatalogueEntry> entry = source.catalogue().find(wanted.get("weights"));
    if (entry.isEmpty() || !wanted.isAuto("prefix")) {
      return Foundation.of(wanted, source, progress);
    }
    String architecture = wanted.isAuto("model") ? entry.get().architecture() : wanted.get("model");
    Preprocessing own = entry.get().preprocessing();
    return withWeights(wanted, architecture, own, null, progress);
  }

  /**
   * The foundation of a run that begins with weights.
   *
   * @param own how pictures were prepared when they were trained
   * @param loaded them; null where only the form of the run is asked for
   */
  private static Foundation withWeights(
      Recipe wanted,
      String architecture,
      Preprocessing own,
      @Nullable LoadedWeights loaded,
      Progress progress) {
    Preprocessing preprocessing = preprocessing(wanted, own);
    refuseOpacity(wanted.get("weights"), preprocessing);
    return new Foundation(
        resolved(wanted, architecture, preprocessing, "backbone"),
        architecture,
        preprocessing,
        loaded == null ? null : InputChannels.adapted(loaded, preprocessing.channels(), progress),
        Optional.of(own));
  }

  private static void refuseOpacity(String what, Preprocessing preprocessing) {
    if (preprocessing.channelOrder() == ChannelOrder.RGBA) {
      throw new TrainingException(
          Text.of(
              "%s: pictures with their opacity are not trained on, only predicted and measured;"
                  + " start from weights for colours and leave preprocessing auto, or fit a"
                  + " classic classifier to such a network's features",
              what));
    }
  }

  /** Checks that weights are those of a network, but for its head. */
  static void requireExact(Network network, @Nullable LoadedWeights loaded) {
    if (loaded != null) {
      Coverage.of(network, loaded.weights()).requireExact(loaded.name(), Head::holds);
    }
  }

  /** The loaded weights but those of layers that are to be drawn anew. */
  private static WeightMap kept(Recipe recipe, Network network, WeightMap loaded) {
    Set<String> anew = reinitialised(recipe, network);
    Set<String> dropped =
        network.parameters().stream()
            .filter(p -> anew.contains(p.layer()))
            .map(Parameter::name)
            .collect(Collectors.toSet());
    Map<String, FloatTensor> kept = new LinkedHashMap<>(loaded.asMap());
    kept.keySet().removeAll(dropped);
    return new WeightMap(kept);
  }

  /** The layers that are drawn anew. */
  static Set<String> reinitialised(Recipe recipe, Network network) {
    String layers = recipe.get("reinit");
    return layers.equals("none") ? Set.of() : FreezePlan.matching(network, "reinit", layers);
  }

  /** ImageNet's mean and deviation, at the size of the pictures that the network is for. */
  private static Preprocessing usual(String architecture) {
    Preprocessing preset = Preprocessing.preset("torchvision");
    int sizePx = Architecture.named(architecture).pictureSizePx();
    return sizePx == preset.sizePx() ? preset : preset.withSize(sizePx).withResize(Resize.SQUASH);
  }

  private static String architecture(
      Recipe wanted, LoadedWeights loaded, Optional<ModelSpec> stored) {
    @Nullable String own =
        stored.map(ModelSpec::architecture).or(loaded::architecture).orElse(null);
    if (!wanted.isAuto("model")) {
      String model = wanted.get("model");
      Architecture.named(model);
      if (own != null && !own.equals(model)) {
        throw ResiduaException.about(
            "model=" + own,
            new TrainingException(
                Text.of(
                    "%s: these are weights of %s, not of %s; leave the model out or give that",
                    loaded.name(), own, model)));
      }
      return model;
    }
    if (own == null) {
      throw loaded.head().problem().isEmpty()
          ? ResiduaException.about(
              "model",
              new TrainingException(
                  loaded.name() + ": does not say which network it belongs to; give it as model"))
          : new TrainingException(Text.of("%s: %s", loaded.name(), loaded.head().problem()));
    }
    return own;
  }

  private static Preprocessing own(LoadedWeights loaded) {
    return loaded.preprocessing().orElse(Preprocessing.preset("torchvision"));
  }

  private static Preprocessing preprocessing(Recipe wanted, Preprocessing own) {
    Preprocessing result = own;
    if (wanted.get(RecipeSettings.PREPROCESSING).isPresent()) {
      Preprocessing preset = wanted.get(RecipeSettings.PREPROCESSING).get();
      boolean adapted = preset.channels() == 1 && own.channels() != 1;
      result = adapted ? InputChannels.grey(own) : own.withPixelsOf(preset);
    }
    result = wanted.get(RecipeSettings.IMAGE_SIZE).map(result::withSize).orElse(result);
    return wanted.get(RecipeSettings.RESIZE).map(result::withResize).orElse(result);
  }

  private static Recipe resolved(
      Recipe wanted, String architecture, Preprocessing preprocessing, String freeze) {
    Recipe recipe =
        wanted
            .with("model", architecture)
            .with("image_size", Integer.toString(preprocessing.sizePx()))
            .with("resize", preprocessing.resize().label())
            .with(
                "preprocessing",
                preprocessing.pixelPreset().orElseGet(() -> wanted.get("preprocessing")));
    return recipe.isAuto("freeze") ? recipe.with("freeze", freeze) : recipe;
  }
}
