package io.residua.classic.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FoldScoresTest {
  /**
   * {@code numpy_means.py} beside the table made it; from 8 folds on, other sums rank otherwise.
   */
  @ParameterizedTest
  @MethodSource("tables")
  void meansDeviationsAndRanksAreScikitLearnsToTheLastBit(String line) {
    String[] parts = line.split(" ");
    int folds = Integer.parseInt(parts[0]);
    String[] candidates = parts[1].split("/");
    FoldScores scores = new FoldScores(candidates.length, folds);
    for (int c = 0; c < candidates.length; c++) {
      String[] right = candidates[c].split(",");
      for (int fold = 0; fold < folds; fold++) {
        scores.set(c, fold, Integer.parseInt(right[fold]) / 37.0, 1);
      }
    }
    ClassicSpec any = new NeighboursSpec(1);
    List<GridSearch.Row> rows = scores.rows(Collections.nCopies(candidates.length, any));
    assertThat(rows).extracting(row -> bits(row.mean())).containsExactly(parts[2].split(","));
    assertThat(rows)
        .extracting(row -> bits(row.standardDeviation()))
        .containsExactly(parts[3].split(","));
    assertThat(rows).extracting(row -> "" + row.rank()).containsExactly(parts[4].split(","));
  }

  private static String bits(double value) {
    return "%016x".formatted(Double.doubleToLongBits(value));
  }

  private static Stream<String> tables() throws IOException {
    try (InputStream in =
        FoldScoresTest.class.getResourceAsStream("/io/residua/classic/numpy-means.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines();
    }
  }
}
