package io.residua.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads JSON whose shape is not certain. */
final class Json {
  private Json() {}

  /** The elements of an array; none if it is none. */
  static Stream<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** A square matrix of counts of the given size, if it is one. */
  static Optional<int[][]> counts(JsonNode rows, int size) {
    if (rows.size() != size) {
      return Optional.empty();
    }
    int[][] counts = new int[size][size];
    for (int i = 0; i < size; i++) {
      if (rows.get(i).size() != size) {
        return Optional.empty();
      }
      for (int j = 0; j < size; j++) {
        counts[i][j] = rows.get(i).get(j).asInt();
      }
    }
    return Optional.of(counts);
  }
}
