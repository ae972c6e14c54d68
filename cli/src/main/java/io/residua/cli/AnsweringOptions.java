package io.residua.cli;

import io.residua.engine.Compute;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.TestTimeAugmentation;
import io.residua.internal.Text;
import io.residua.model.Classifier.Options;
import io.residua.weights.WeightSource;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How models answer, for commands that use them. */
final class AnsweringOptions {
  private static final int MAX_BATCH_SIZE = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private ComputeOptions compute;
  @Mixin private WeightOptions weights;

  private String precision = "auto";
  private int batchSize;
  private String resize = "auto";

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      order = 908,
      description =
          "auto, fp32, bf16 or int8, which needs 'residua calibrate'; auto: bf16 where this"
              + " processor computes it natively, else fp32 (default: auto).")
  void setPrecision(String value) {
    precision = Choice.of(command, "--precision", value, List.of("auto", "fp32", "bf16", "int8"));
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      order = 911,
      description =
          "Each thread takes N pictures at a time (default: auto, what suits the network; before"
              + " long work it is measured once and kept).")
  void setBatchSize(String value) {
    if (value.equals("auto")) {
      batchSize = 0;
      return;
    }
    try {
      batchSize = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      batchSize = -1;
    }
    if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
      throw new ParameterException(
          command.commandLine(),
          Text.of(
              "--batch-size '%s': must be auto, or a whole number from 1 to %d",
              value, MAX_BATCH_SIZE));
    }
  }

  @Option(
      names = "--resize",
      paramLabel = "MODE",
      order = 907,
      description =
          "How pictures get the network's size: squash, crop (shorter side, then centre) or auto,"
              + " the model's own (default: auto).")
  void setResize(String value) {
    resize = Choice.of(command, "--resize", value, List.of("auto", "squash", "crop"));
  }

  /** Where weights come from. */
  WeightSource weights() {
    return weights.source();
  }

  /**
   * How a classifier computes and sees pictures.
   *
   * @throws io.residua.ResiduaException with one line, if this machine cannot compute so
   */
  Options options(TestTimeAugmentation views, Console console) {
    Compute how = Computing.of(compute, precision, console).withPicturesPerCall(batchSize);
    Options options = Options.on(how).with(views);
    if (resize.equals("auto")) {
      return options;
    }
    Resize wanted = Resize.of(resize);
    return options.preparing(own -> own.withResize(wanted));
  }
}
