package io.residua.cli;

import io.residua.train.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A recipe: the settings of {@link Recipe}, from a file, from flags, or from both. */
final class RecipeOptions extends SettingOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      order = 10,
      description =
          "A recipe that comes with Residua (cats-dogs, intel-resnet9, … as listed in the README) or a"
              + " YAML file of settings, for instance the recipe.yaml of another run; flags override"
              + " it.")
  private @Nullable String recipe;

  @Override
  Map<String, String> descriptions() {
    return Recipe.descriptions();
  }

  @Override
  Map<String, String> topics() {
    return Recipe.topics();
  }

  @Override
  String defaultOf(String setting) {
    return Recipe.defaultOf(setting);
  }

  /** The options as they were typed, but for flags of some settings. */
  List<String> words(Set<String> without) {
    List<String> words = new ArrayList<>();
    if (recipe != null) {
      words.add("--recipe");
      words.add(recipe);
    }
    words.addAll(typed(without));
    return words;
  }

  /**
   * The recipe with every flag's value.
   *
   * @throws picocli.CommandLine.ParameterException naming the flag whose value is not allowed
   * @throws io.residua.ResiduaException naming the file and what is wrong in it
   */
  Recipe recipe() {
    return apply(recipe == null ? Recipe.defaults() : Recipe.named(recipe), Recipe::with);
  }

  /** The names of the settings that were asked for: all, where there is a recipe. */
  Set<String> given() {
    return recipe == null ? flagged() : descriptions().keySet();
  }
}
