package io.residua.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import picocli.CommandLine.Option;

/**
 * {@code --json FILE}, for commands that print numbers. Keys are those of the record or map that is
 * written, in its order, in {@code snake_case}; a number that is not finite is written as null.
 */
final class JsonOption extends OutputOption {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      order = 900,
      description = "Write the result as JSON to FILE (- for stdout).")
  void setFile(String value) {
    set("--json", value);
  }

  /** Writes the result where the user wants it; does nothing if the option was not given. */
  void write(Console console, Object result) {
    if (isGiven()) {
      writeText(console, text(result));
    }
  }

  /** The result as JSON text that ends with a line break. */
  static String text(Object result) {
    JsonMapper mapper =
        JsonMapper.builder(new FiniteJsonFactory())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(result) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result that can't be written as JSON", e);
    }
  }
}
