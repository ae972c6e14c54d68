package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How rows are written, and what is read of them again. */
sealed interface RowFormat permits CsvRows, JsonRows {
  /** What the file begins with; may be empty. */
  String header();

  /** A row with its line end. */
  String row(ObjectNode values);

  /** Whether a table that was cut short may be this text, which has no whole row. */
  boolean mayBegin(String text);

  /** Whether text that ends with a line break ends a row there. */
  boolean isWhole(String text);

  /**
   * What a row says.
   *
   * @throws IllegalArgumentException with the reason, if it is none
   */
  Row parse(String row);

  /**
   * Of a row, what matters for going on.
   *
   * @param model the first digits of the model's hash
   * @param error empty if the picture could be read
   */
  record Row(String path, String model, String error) {}
}
