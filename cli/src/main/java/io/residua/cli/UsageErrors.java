package io.residua.cli;

import io.residua.data.internal.PublishedData;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, with the name that was probably meant. */
final class UsageErrors {
  private UsageErrors() {}

  static String text(ParameterException error) {
    if (error instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched, unmatched.getUnmatched());
    }
    String message = error.getMessage();
    return (message == null ? "wrong usage" : decapitalised(message)) + data(error);
  }

  /** Where the data of a recipe come from that are not given, to be added to a message. */
  private static String data(ParameterException error) {
    OptionSpec recipe = error.getCommandLine().getCommandSpec().findOption("--recipe");
    boolean missing =
        error instanceof MissingParameterException without
            && without.getMissing().stream().anyMatch(arg -> arg.paramLabel().equals("DATA"));
    return missing && recipe != null && recipe.getValue() instanceof String name
        ? PublishedData.ofRecipe(name)
            .map(set -> Text.of("; 'residua data fetch %s --out DIR' fetches it", set.name()))
            .orElse("")
        : "";
  }

  private static String unmatched(UnmatchedArgumentException error, List<String> words) {
    CommandSpec command = error.getCommandLine().getCommandSpec();
    String word = words.get(0);
    if (error.isUnknownOption()) {
      String name = word.replaceFirst("=.*", "");
      Set<String> options =
          command.options().stream()
              .filter(option -> !option.hidden())
              .flatMap(option -> List.of(option.names()).stream())
              .filter(option -> option.startsWith("--"))
              .collect(Collectors.toSet());
      return Text.of("unknown option '%s'%s", name, Nearest.meant(name, options));
    }
    if (!command.subcommands().isEmpty()) {
      return Text.of(
          "unknown command '%s'%s", word, Nearest.meant(word, command.subcommands().keySet()));
    }
    return Text.of("unexpected argument '%s'", word);
  }

  private static String decapitalised(String message) {
    return message.length() > 1 && Character.isLowerCase(message.charAt(1))
        ? Character.toLowerCase(message.charAt(0)) + message.substring(1)
        : message;
  }
}
