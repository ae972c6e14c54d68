package io.residua.data;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a set is to be read where it does not say so itself: a list whose columns have names of their
 * own, or classes that stand in it as numbers and have their names in a second file.
 *
 * <pre>{@code
 * DataReading signs =
 *     DataReading.USUAL.withPathColumn("Roi.Path").withClassNames(Path.of("signnames.csv"));
 * OpenedData data = OpenedData.open(Path.of("Train.csv"), signs);
 * }</pre>
 *
 * @param pathColumn the name of a list's column with the pictures' paths; null for the usual ones
 * @param labelColumn the name of a list's column with the labels; null for the usual ones
 * @param classNames a file that says what classes are called: a CSV file with a column of ids and
 *     one of names, a JSON object or array, or a text file with one name a line, of the classes 0,
 *     1, 2 …; null for none
 */
public record DataReading(
    @Nullable String pathColumn, @Nullable String labelColumn, @Nullable Path classNames) {

  /** By the usual names of columns, and with the names of classes that the set itself has. */
  public static final DataReading USUAL = new DataReading(null, null, null);

  /** This, but with paths in the column of that name. */
  public DataReading withPathColumn(String name) {
    requireNonNull(name, "name");
    return new DataReading(name, labelColumn, classNames);
  }

  /** This, but with labels in the column of that name. */
  public DataReading withLabelColumn(String name) {
    requireNonNull(name, "name");
    return new DataReading(pathColumn, name, classNames);
  }

  /** This, but with classes called as a file says. */
  public DataReading withClassNames(Path file) {
    requireNonNull(file, "file");
    return new DataReading(pathColumn, labelColumn, file);
  }

  /** Whether it names a column, which only lists have. */
  public boolean namesColumns() {
    return pathColumn != null || labelColumn != null;
  }
}
