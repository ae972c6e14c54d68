package io.residua.cli;

import io.residua.image.Augmentations;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --augment}, for commands that show pictures. */
final class AugmentOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private Augmentations augmentations = Augmentations.NONE;

  @Option(
      names = "--augment",
      paramLabel = "STEPS",
      order = 10,
      description =
          "Also show pictures augmented: keras-fruits, intel, cifar, imagenet, or steps such as"
              + " 'flip-horizontal; rotation(degrees=15)' (default: none).")
  void setAugmentations(String value) {
    try {
      augmentations = Augmentations.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--augment: " + e.getMessage(), e);
    }
  }

  Augmentations augmentations() {
    return augmentations;
  }
}
