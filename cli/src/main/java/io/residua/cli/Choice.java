package io.residua.cli;

import io.residua.internal.Nearest;
import io.residua.internal.Text;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Values of options that are one of a few words. */
final class Choice {
  private Choice() {}

  /**
   * The word that was typed, whatever its case.
   *
   * @throws ParameterException naming the option, the words allowed and the one probably meant
   */
  static String of(CommandSpec command, String option, String typed, List<String> allowed) {
    String word = typed.toLowerCase(Locale.ROOT);
    if (allowed.contains(word)) {
      return word;
    }
    String meant = Nearest.meant(typed, allowed);
    throw new ParameterException(
        command.commandLine(),
        Text.of("%s '%s': must be one of %s%s", option, typed, String.join(", ", allowed), meant));
  }
}
