package io.residua.cli;

import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.data.internal.Unreadable;
import io.residua.internal.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --max-bad SHARE}: how many pictures may be unreadable. */
final class MaxBadOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private double share = Unreadable.USUAL_SHARE;

  @Option(
      names = "--max-bad",
      paramLabel = "SHARE",
      order = 252,
      description =
          "Unreadable pictures are listed and left out; more than this share of them ends the run"
              + " (default: 1%%).")
  void setMaxBad(String value) {
    try {
      boolean percent = value.strip().endsWith("%");
      double number = Double.parseDouble(value.replace("%", " ").strip());
      share = new TrainingCheck(null, percent ? number / 100 : number).maxBad();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(),
          Text.of("--max-bad '%s': must be a share such as 0.05 or 5%%", value),
          e);
    }
  }

  /** From 0 to 1. */
  double share() {
    return share;
  }
}
