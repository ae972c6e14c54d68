package io.residua.cli;

import io.residua.data.internal.PathLines;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --from} and {@code --null}: pictures that a list names. */
final class FromOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable String list;

  @Option(
      names = "--null",
      order = 3,
      description = "In the list a NUL ends each path, as 'find -print0' writes it.")
  private boolean endWithNul;

  @Option(
      names = "--from",
      paramLabel = "LIST",
      order = 2,
      description =
          "Also the pictures and folders that LIST names, one a line (- for stdin); they are"
              + " answered as the lines come.")
  void setList(String value) {
    if (value.isBlank()) {
      throw new ParameterException(command.commandLine(), "--from: the name of the list is empty");
    }
    list = value;
  }

  boolean isGiven() {
    return list != null;
  }

  /**
   * Refuses results in the list's place.
   *
   * @throws ParameterException naming the list
   */
  void requireKept(OutputOption... outputs) {
    for (OutputOption output : outputs) {
      OutputFile file = output.file();
      if (list != null && !list.equals("-") && file != null && file.isSame(Path.of(list))) {
        throw new ParameterException(
            command.commandLine(), list + ": is the list of pictures; results need another file");
      }
    }
  }

  /**
   * Begins to read the list.
   *
   * @throws io.residua.data.DataException if there is no such file
   */
  PathLines open(Console console) {
    if (list == null || list.equals("-")) {
      return PathLines.of(System.in, "stdin", endWithNul, console.progress()::warn);
    }
    return PathLines.of(Path.of(list), endWithNul, console.progress()::warn);
  }
}
