package io.residua.train.internal;

import io.residua.image.Augmentations;
import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is done by default where more than the head of loaded weights is trained. A new head's first
 * steps would spoil what lies below it, so that it is trained alone first (Kumar et al. 2022,
 * arXiv:2202.10054), as it is where all else is frozen; then all that is to be trained, slowly,
 * with the batch norm that the weights come with. What a recipe gives itself holds for the second
 * phase in place of this.
 */
public final class FineTuning {
  private static final String EPOCHS = "4";

  /** How all is trained, unless the recipe says otherwise. */
  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.of(
              "batch_norm", "frozen",
              "optimizer", "sgd:momentum=0.9",
              "lr", "0.003",
              "backbone_lr", "0.2",
              "schedule", "one-cycle"));

  /** Of the head alone, where its pictures are not kept as features but go through the network. */
  private static final int HEAD_EPOCHS_WITH_NETWORK = 2;

  private FineTuning() {}

  /** How all is trained, for people. */
  public static String describe() {
    return Text.of(
        "%s epochs with %s",
        EPOCHS,
        SETTINGS.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", ")));
  }

  /** A recipe whose phases are left to the run, with them. */
  static Recipe settled(Recipe recipe, Network network) {
    boolean loaded = !recipe.get("weights").equals(StartingPoint.FROM_SCRATCH);
    if (!loaded
        || recipe.isAuto("freeze")
        || !recipe.freezePlan(network).trainsBelowHead(network)) {
      return recipe.with("phases", Phases.NONE);
    }
    Map<String, String> settings = new LinkedHashMap<>(SETTINGS);
    settings.put("epochs", EPOCHS);
    settings.keySet().removeIf(recipe::isGiven);
    Recipe tuned = recipe.with(settings);
    return tuned.with("phases", Text.of("%s; epochs=%s", head(tuned), tuned.get("epochs")));
  }

  /** The head alone, as it is trained by default, before all is trained by a recipe. */
  private static String head(Recipe recipe) {
    boolean kept =
        recipe.get(RecipeSettings.AUGMENT).equals(Augmentations.NONE)
            && recipe.get(RecipeSettings.MIX).isEmpty()
            && recipe.get(RecipeSettings.TRAIN_SIZE).isEmpty();
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : Phases.CHANGING) {
      if (recipe.isGiven(name)) {
        settings.put(name, Recipe.defaultOf(name));
      }
    }
    settings.put("freeze", "backbone");
    settings.put(
        "epochs", kept ? Recipe.defaultOf("epochs") : Integer.toString(HEAD_EPOCHS_WITH_NETWORK));
    return Phases.text(settings);
  }
}
