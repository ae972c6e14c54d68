package io.residua.cli;

import io.residua.classic.ClassicRecipe;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of a {@link ClassicRecipe}, by name or from a file, from flags, or from both. */
final class ClassicRecipeOptions extends SettingOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      order = 10,
      description =
          "stl10-svm, stl10-svm-tutorial, or a YAML file of settings, for instance the recipe.yaml of"
              + " another run; flags override it.")
  private @Nullable String recipe;

  @Override
  Map<String, String> descriptions() {
    return ClassicRecipe.descriptions();
  }

  @Override
  Map<String, String> topics() {
    return ClassicRecipe.topics();
  }

  @Override
  String defaultOf(String setting) {
    return ClassicRecipe.defaultOf(setting);
  }

  /**
   * The recipe with every flag's value.
   *
   * @throws picocli.CommandLine.ParameterException naming the flag whose value is not allowed
   * @throws io.residua.ResiduaException naming the file and what is wrong in it
   */
  ClassicRecipe recipe() {
    return apply(
        recipe == null ? ClassicRecipe.defaults() : ClassicRecipe.named(recipe),
        ClassicRecipe::with);
  }
}
