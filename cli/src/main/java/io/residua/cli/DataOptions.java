package io.residua.cli;

import io.residua.data.DataReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How DATA is read where it does not say so itself. */
final class DataOptions {
  @Option(
      names = "--path-column",
      paramLabel = "NAME",
      order = 256,
      description = "The column with the pictures' paths, where DATA is a list (default: by name).")
  private @Nullable String pathColumn;

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      order = 257,
      description = "The column with the labels, where DATA is a list (default: by name).")
  private @Nullable String labelColumn;

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      order = 258,
      description =
          "What the classes are called that DATA has as numbers or ids: a CSV file such as"
              + " ClassId,Name, a JSON object, or one name a line for the classes 0, 1, 2 ...")
  private @Nullable Path classNames;

  DataReading reading() {
    return new DataReading(pathColumn, labelColumn, classNames);
  }

  /** A command with these options after it, as the user would type it. */
  Object[] after(Object... words) {
    List<Object> all = new ArrayList<>(List.of(words));
    add(all, "--path-column", pathColumn);
    add(all, "--label-column", labelColumn);
    add(all, "--class-names", classNames);
    return all.toArray();
  }

  private static void add(List<Object> words, String option, @Nullable Object value) {
    if (value != null) {
      words.add(option);
      words.add(value);
    }
  }
}
