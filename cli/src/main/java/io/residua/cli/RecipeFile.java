package io.residua.cli;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.residua.train.Recipe;
import io.residua.train.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Reads a recipe and, where a setting's name is mistyped, says which was probably meant. */
final class RecipeFile {
  private RecipeFile() {}

  /**
   * Reads a recipe.
   *
   * @throws TrainingException naming the file and what is wrong in it
   */
  static Recipe read(Path file) {
    try {
      return Recipe.read(file);
    } catch (TrainingException e) {
      String problem = String.valueOf(e.getMessage());
      throw new TrainingException(
          meant(file)
              .map(name -> problem + "; did you mean '%s'?".formatted(name))
              .orElse(problem));
    }
  }

  /** The setting that the first unknown name in the file was probably meant to be. */
  private static Optional<String> meant(Path file) {
    Set<String> known = Recipe.descriptions().keySet();
    try {
      return new YAMLMapper()
          .readTree(file.toFile()).properties().stream()
              .map(setting -> setting.getKey())
              .filter(name -> !known.contains(name))
              .findFirst()
              .flatMap(name -> Nearest.to(name, known));
    } catch (IOException e) {
      return Optional.empty(); // not readable, which the problem itself says
    }
  }
}
