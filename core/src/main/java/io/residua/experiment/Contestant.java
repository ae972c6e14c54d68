package io.residua.experiment;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import io.residua.train.Recipe;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One of the models that are compared.
 *
 * @param label its name in tables
 * @param recipe by which it is trained; empty for a finished model
 * @param model of a finished model, its file or its name; empty for one to be trained
 */
public record Contestant(String label, Optional<Recipe> recipe, String model) {
  private static final String SAME = "=";

  /**
   * Reads {@code [LABEL=]WHAT}, where WHAT is a run's folder or a model file, which is measured as
   * it is; a recipe by its name or file, which is trained; a network's name, which is trained from
   * scratch; or else a name of published weights, on which it is trained.
   *
   * @param base what a recipe that is not a file has besides
   * @throws UsageException with one line, if it is empty
   * @throws io.residua.ResiduaException naming the file, if a recipe cannot be read
   */
  public static Contestant parse(String text, Recipe base) {
    String what = text.strip();
    String label = "";
    int at = what.indexOf(SAME);
    if (at > 0 && !Files.exists(path(what))) {
      label = what.substring(0, at).strip();
      what = what.substring(at + 1).strip();
    }
    if (what.isEmpty()) {
      throw new UsageException(Text.of("'%s' names no model", text));
    }
    Path file = path(what);
    Optional<Path> inFolder = WeightSource.inFolder(file);
    if (inFolder.isPresent()) {
      return new Contestant(
          label.isEmpty() ? fileName(file) : label, Optional.empty(), inFolder.get().toString());
    } else if (Files.isRegularFile(file) && what.matches("(?i).*\\.ya?ml")) {
      return new Contestant(
          label.isEmpty() ? fileName(file).replaceFirst("\\.[^.]*$", "") : label,
          Optional.of(Recipe.read(file)),
          "");
    } else if (Files.isRegularFile(file)) {
      return new Contestant(label.isEmpty() ? fileName(file) : label, Optional.empty(), what);
    }
    if (Recipe.NAMES.contains(what)) {
      return new Contestant(label.isEmpty() ? what : label, Optional.of(Recipe.named(what)), "");
    }
    Recipe recipe =
        Architecture.names().contains(what)
            ? base.with("model", what).with("weights", "none")
            : base.with("model", "auto").with("weights", what);
    return new Contestant(label.isEmpty() ? what : label, Optional.of(recipe), "");
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return Path.of("");
    }
  }

  private static String fileName(Path file) {
    Path name = file.toAbsolutePath().normalize().getFileName();
    return name == null ? file.toString() : name.toString();
  }
}
