package io.residua.classic.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixProductTest {
  @ParameterizedTest
  @CsvSource({"1,1,1", "3,2,5", "2,300,65", "37,513,130", "5,256,64", "4,4,2"})
  void everyDotProductIsRight(int m, int n, int d) {
    Random random = new Random(2);
    Matrix a = random(random, m, d);
    Matrix b = random(random, n, d);
    double[][] out = new double[m][n];
    MatrixProduct.plainJava(2).timesTransposed(a, b, out);
    assertThat(Golden.largestGap(out, plain(a, b))).isLessThan(1e-12 * d);

    double[][] gram = new double[n][n];
    MatrixProduct.plainJava(3).gram(b, gram);
    assertThat(Golden.largestGap(gram, plain(b, b))).isLessThan(1e-12 * d);
  }

  private static Matrix random(Random random, int rows, int columns) {
    return Matrix.wrap(rows, columns, random.doubles((long) rows * columns, -1, 1).toArray());
  }

  private static double[][] plain(Matrix a, Matrix b) {
    double[][] out = new double[a.rows()][b.rows()];
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < b.rows(); j++) {
        for (int k = 0; k < a.columns(); k++) {
          out[i][j] += a.get(i, k) * b.get(j, k);
        }
      }
    }
    return out;
  }
}
