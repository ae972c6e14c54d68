package io.residua.cli;

import io.residua.train.Recipe;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A recipe: the settings of {@link Recipe}, from a file, from flags, or from both. */
final class RecipeOptions extends SettingOptions {
  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      order = 10,
      description =
          "YAML file of settings, for instance the recipe.yaml of another run; flags override it.")
  private @Nullable Path file;

  @Override
  Map<String, String> descriptions() {
    return Recipe.descriptions();
  }

  @Override
  String defaultOf(String setting) {
    return Recipe.defaultOf(setting);
  }

  /**
   * The recipe with every flag's value.
   *
   * @throws picocli.CommandLine.ParameterException naming the flag whose value is not allowed
   * @throws io.residua.ResiduaException naming the file and what is wrong in it
   */
  Recipe recipe() {
    return apply(file == null ? Recipe.defaults() : Recipe.read(file), Recipe::with);
  }
}
