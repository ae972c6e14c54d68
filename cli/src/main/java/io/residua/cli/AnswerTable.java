package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.ResiduaException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of {@code --csv} and {@code --jsonl}, written as the answers come. */
final class AnswerTable implements AutoCloseable {
  /** Digits of the model's hash that a row has. */
  private static final int MODEL_DIGITS = 16;

  private final Console console;
  private final @Nullable RowFormat onStdout;
  private final List<RowFile> files = new ArrayList<>();
  private RowsDone done = new RowsDone();

  private AnswerTable(Console console, @Nullable RowFormat onStdout) {
    this.console = console;
    this.onStdout = onStdout;
  }

  /** What a row calls its model. */
  static String model(String sha256) {
    return sha256.substring(0, MODEL_DIGITS);
  }

  /**
   * Opens the tables that were asked for, or none.
   *
   * @param model what rows call their model
   * @throws ResiduaException naming the file and the reason
   */
  static AnswerTable open(
      CsvOption csv,
      CsvRows csvRows,
      JsonLinesOption json,
      JsonRows jsonRows,
      boolean goOn,
      String model,
      Console console) {
    RowFormat onStdout = csv.toStdout() ? csvRows : json.toStdout() ? jsonRows : null;
    AnswerTable table = new AnswerTable(console, onStdout);
    try {
      table.add(csv.file(), csvRows, goOn, model);
      table.add(json.file(), jsonRows, goOn, model);
      table.level();
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
    if (onStdout != null) {
      table.print(onStdout.header());
    }
    return table;
  }

  private void add(@Nullable OutputFile output, RowFormat format, boolean goOn, String model) {
    Path path = output == null ? null : output.path();
    if (path != null) {
      files.add(RowFile.open(path, format, goOn, model, console));
    }
  }

  /** Of two files the longer one is cut to the rows that both have. */
  private void level() {
    if (files.size() == 1) {
      done = files.get(0).done();
    } else if (files.size() == 2) {
      RowsDone first = files.get(0).done();
      RowsDone second = files.get(1).done();
      if (!first.agrees(second)) {
        throw new ResiduaException("--continue: --csv and --jsonl have rows of other pictures");
      }
      done = first.size() < second.size() ? first : second;
      if (first.size() != second.size()) {
        files.get(done == first ? 1 : 0).keep(done.size());
      }
    }
  }

  /** Whether there is any. */
  boolean isWanted() {
    return onStdout != null || !files.isEmpty();
  }

  /** The rows that were there; none where it begins. */
  RowsDone done() {
    return done;
  }

  /** One of the files, or null if there is none. */
  @Nullable Path firstFile() {
    return files.isEmpty() ? null : files.get(0).path();
  }

  /** Adds a row to each table. */
  void write(ObjectNode csv, ObjectNode json) {
    for (RowFile file : files) {
      file.write(file.format() instanceof CsvRows ? csv : json);
    }
    if (onStdout != null) {
      print(onStdout.row(onStdout instanceof CsvRows ? csv : json));
    }
  }

  private void print(String text) {
    PrintStream out = console.machineOut();
    out.print(text);
    if (out.checkError()) {
      throw new OutputGone();
    }
  }

  /** All rows are there. */
  void complete() {
    files.forEach(f -> f.complete(console));
  }

  /** Leaves the rows as they are. */
  @Override
  public void close() {
    files.forEach(RowFile::close);
  }
}
