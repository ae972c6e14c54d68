package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.data.PictureList;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is wrong with a command's MODEL, told before any picture is looked for. */
final class ModelArguments {
  private ModelArguments() {}

  /**
   * Checks that each model is one by its name, and not what was meant to follow it.
   *
   * @param model as it was typed
   * @param others the arguments after it
   * @throws ParameterException if the arguments are in another order, with the right one
   * @throws io.residua.ResiduaException if there is no such model, with what was probably meant
   */
  static void check(CommandSpec command, String model, List<Path> others) {
    WeightSource weights = WeightSource.ofEnvironment();
    for (String name : Models.names(model)) {
      String what = whatElse(name, weights);
      if (what != null) {
        String right = inTheRightOrder(command, name, others, weights);
        if (right != null) {
          throw new ParameterException(
              command.commandLine(),
              "'" + name + "' is " + what + "; the model comes first: " + right);
        }
        throw new ResiduaException(
            "'"
                + name
                + "' is "
                + what
                + "; MODEL is a run's folder, a model file or the name of published weights");
      }
      weights.requireKnown(RunFolders.model(name));
    }
  }

  /** What a name stands for that is no model, or null. */
  private static @Nullable String whatElse(String name, WeightSource weights) {
    if (weights.catalogue().find(name).isPresent()) {
      return null;
    }
    try {
      Path path = Path.of(RunFolders.model(name));
      return PictureList.isPicture(path)
          ? "a picture, not a model"
          : Files.isDirectory(path) ? "a folder without a model (model.safetensors)" : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** The command with the model and what stands in its place exchanged; null if it has none. */
  private static @Nullable String inTheRightOrder(
      CommandSpec command, String name, List<Path> others, WeightSource weights) {
    for (Path other : others) {
      if (isModel(other.toString(), weights)) {
        List<String> right = new ArrayList<>();
        for (String word : command.root().commandLine().getParseResult().originalArgs()) {
          right.add(
              word.equals(name) ? other.toString() : word.equals(other.toString()) ? name : word);
        }
        return Console.of(command).typed(right.toArray());
      }
    }
    return null;
  }

  private static boolean isModel(String name, WeightSource weights) {
    String file = RunFolders.model(name);
    return weights.catalogue().find(name).isPresent()
        || !file.equals(name)
        || (Files.isRegularFile(Path.of(file))
            && file.matches(".*\\.(safetensors|pth|pt|h5|keras|onnx)"));
  }
}
