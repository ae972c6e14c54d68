package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.data.internal.PictureList;
import io.residua.model.Classifier;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is wrong with a command's MODEL, told before any picture is looked for. */
final class ModelArguments {
  private static final String NOT_THERE = "not there";

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
    for (String name : Classifier.names(model)) {
      String what = whatElse(name, weights);
      String right = what == null ? null : inTheRightOrder(command, name, others, weights);
      if (right != null) {
        throw new ParameterException(
            command.commandLine(),
            "'" + name + "' is " + what + "; the model comes first: " + right);
      }
      if (what != null && !what.equals(NOT_THERE)) {
        throw new ResiduaException(
            "'"
                + name
                + "' is "
                + what
                + "; MODEL is a run's folder, a model file or the name of published weights");
      }
      weights.requireKnown(WeightSource.meant(name));
    }
  }

  /** What a name stands for that is no model, or null. */
  private static @Nullable String whatElse(String name, WeightSource weights) {
    if (weights.catalogue().find(name).isPresent()) {
      return null;
    }
    try {
      Path path = Path.of(WeightSource.meant(name));
      if (PictureList.isPicture(path)) {
        return "a picture, not a model";
      } else if (Files.isDirectory(path)) {
        return "a folder without a model (model.safetensors)";
      }
      return Files.exists(path) ? null : NOT_THERE;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** The command with the model and what stands in its place exchanged; null if it has none. */
  private static @Nullable String inTheRightOrder(
      CommandSpec command, String name, List<Path> others, WeightSource weights) {
    for (Path other : others) {
      if (isModel(other.toString(), weights)) {
        return rearranged(command, List.of(name, other.toString()), List.of(1, 0));
      }
    }
    return null;
  }

  /**
   * The command with some of its arguments in the places of others.
   *
   * @param arguments as they were typed, or as paths are written
   * @param order which of them stands where in the right command
   * @return null if not all of them are words of their own
   */
  static @Nullable String rearranged(
      CommandSpec command, List<String> arguments, List<Integer> order) {
    List<String> plain = arguments.stream().map(ModelArguments::plain).toList();
    Set<Integer> seen = new HashSet<>();
    List<String> right = new ArrayList<>();
    for (String word : command.root().commandLine().getParseResult().originalArgs()) {
      int place = plain.indexOf(plain(word));
      right.add(place < 0 ? word : arguments.get(order.get(place)));
      seen.add(place);
    }
    return IntStream.range(0, plain.size()).allMatch(seen::contains)
        ? Console.of(command).typed(right.toArray())
        : null;
  }

  /** A word as a path is written: without a slash at its end. */
  private static String plain(String word) {
    try {
      return Path.of(word).toString();
    } catch (InvalidPathException e) {
      return word;
    }
  }

  /** Whether an argument may be a model by its name. */
  static boolean isModel(String name) {
    return isModel(name, WeightSource.ofEnvironment());
  }

  private static boolean isModel(String name, WeightSource weights) {
    String file = WeightSource.meant(name);
    return weights.catalogue().find(name).isPresent()
        || !file.equals(name)
        || (Files.isRegularFile(Path.of(file))
            && file.matches(".*\\.(safetensors|pth|pt|h5|keras|onnx)"));
  }
}
