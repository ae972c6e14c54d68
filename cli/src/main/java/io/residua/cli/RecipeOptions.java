package io.residua.cli;

import io.residua.train.Recipe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A recipe: the settings of {@link Recipe}, from a file, from flags, or from both. A flag is a
 * setting's name with dashes, its help is the setting's; a test keeps them in step.
 */
final class RecipeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      order = 10,
      description =
          "YAML file of settings, for instance the recipe.yaml of another run; flags override it.")
  private @Nullable Path file;

  /** What the flags say, by the setting's name. */
  private final Map<String, String> flags = new LinkedHashMap<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      order = 20,
      description =
          "network, such as resnet50; auto: the one the weights belong to (default: auto).")
  void setModel(String value) {
    flags.put("model", value);
  }

  @Option(
      names = "--weights",
      paramLabel = "WEIGHTS",
      order = 21,
      description =
          "imagenet, a name of the catalogue, a weight file, or none (default:" + " imagenet).")
  void setWeights(String value) {
    flags.put("weights", value);
  }

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      order = 22,
      description = "side of the input in pixels; auto: the weights' own (default: auto).")
  void setImageSize(String value) {
    flags.put("image_size", value);
  }

  @Option(
      names = "--resize",
      paramLabel = "MODE",
      order = 23,
      description =
          "squash, crop (shorter side, then centre) or auto: the weights' own (default:"
              + " auto).")
  void setResize(String value) {
    flags.put("resize", value);
  }

  @Option(
      names = "--head",
      paramLabel = "HEAD",
      order = 24,
      description =
          "gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS or flatten-dropout:RATE (default:"
              + " gap-linear).")
  void setHead(String value) {
    flags.put("head", value);
  }

  @Option(
      names = "--freeze",
      paramLabel = "LAYERS",
      order = 25,
      description =
          "layers that are not trained: backbone, none, patterns such as conv1,layer1.*, or"
              + " auto: backbone with weights, none without (default: auto).")
  void setFreeze(String value) {
    flags.put("freeze", value);
  }

  @Option(
      names = "--epochs",
      paramLabel = "N",
      order = 26,
      description = "passes over the training pictures (default: 30).")
  void setEpochs(String value) {
    flags.put("epochs", value);
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      order = 27,
      description = "pictures in a step (default: 32).")
  void setBatchSize(String value) {
    flags.put("batch_size", value);
  }

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      order = 28,
      description =
          "adam, adamw, sgd or rmsprop; settings follow a colon: sgd:momentum=0.9 (default:"
              + " adam).")
  void setOptimizer(String value) {
    flags.put("optimizer", value);
  }

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      order = 29,
      description = "learning rate, the highest of the schedule (default: 0.001).")
  void setLr(String value) {
    flags.put("lr", value);
  }

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      order = 30,
      description = "constant, cosine, one-cycle, step, multistep or plateau (default: cosine).")
  void setSchedule(String value) {
    flags.put("schedule", value);
  }

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      order = 31,
      description = "part of each target spread over all classes (default: 0).")
  void setLabelSmoothing(String value) {
    flags.put("label_smoothing", value);
  }

  @Option(
      names = "--seed",
      paramLabel = "N",
      order = 32,
      description = "of all random choices (default: 1).")
  void setSeed(String value) {
    flags.put("seed", value);
  }

  @Option(
      names = "--val-split",
      paramLabel = "SHARE",
      order = 33,
      description =
          "part of the training pictures that becomes the validation part (default: 0.2).")
  void setValSplit(String value) {
    flags.put("val_split", value);
  }

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      order = 34,
      description = "auto, fp32 or bf16 (default: auto).")
  void setPrecision(String value) {
    flags.put("precision", value);
  }

  /**
   * The recipe with every flag's value.
   *
   * @throws ParameterException naming the flag whose value is not allowed
   * @throws io.residua.ResiduaException naming the file and what is wrong in it
   */
  Recipe recipe() {
    Recipe recipe = file == null ? Recipe.defaults() : RecipeFile.read(file);
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      try {
        recipe = recipe.with(flag.getKey(), flag.getValue());
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            command.commandLine(), "--%s: %s".formatted(dashed(flag.getKey()), e.getMessage()), e);
      }
    }
    return recipe;
  }

  /** The flag of a setting, without the leading dashes. */
  static String dashed(String setting) {
    return setting.replace('_', '-');
  }
}
