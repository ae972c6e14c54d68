package io.residua.explain.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TsneTest {
  private static final int GROUPS = 4;
  private static final int OF_A_GROUP = 30;
  private static final int WIDTH = 20;

  /** Groups about far corners of a space, in turn. */
  private static float[][] groups() {
    Random random = new Random(5);
    float[][] rows = new float[GROUPS * OF_A_GROUP][WIDTH];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < WIDTH; k++) {
        rows[i][k] = (float) random.nextGaussian() + (k == i % GROUPS ? 12 : 0);
      }
    }
    return rows;
  }

  /** Two coordinates of each row, which say nothing about some of the groups. */
  private static double[][] start(float[][] rows) {
    double[][] start = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      start[i] = new double[] {rows[i][0] - 3, rows[i][WIDTH - 1]};
    }
    return start;
  }

  private static double[][] layOut(float[][] rows) {
    return Tsne.layOut(rows, start(rows), Progress.NONE.start("", 0, ""));
  }

  @Test
  void neighboursInThePlaneAreNeighboursInSpace() {
    double[][] plane = layOut(groups());
    for (int i = 0; i < plane.length; i++) {
      int nearest = -1;
      for (int j = 0; j < plane.length; j++) {
        if (j != i && (nearest < 0 || distance(plane, i, j) < distance(plane, i, nearest))) {
          nearest = j;
        }
      }
      assertThat(nearest % GROUPS).as("nearest to point " + i).isEqualTo(i % GROUPS);
    }
  }

  private static double distance(double[][] plane, int i, int j) {
    return Math.hypot(plane[i][0] - plane[j][0], plane[i][1] - plane[j][1]);
  }

  @Test
  void theSamePicturesAlwaysLieTheSame() {
    assertThat(layOut(groups())).isDeepEqualTo(layOut(groups()));
  }

  @Test
  void affinitiesHaveThePerplexityAskedForAndSumToOne() {
    double[][] squared = new double[60][60];
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 60; j++) {
        squared[i][j] = (i - j) * (i - j);
      }
    }
    double[][] p = Tsne.affinities(squared, 10);
    double sum = 0;
    double entropy = 0; // of the row in the middle, whose neighbours' Gaussians are like its own
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 60; j++) {
        sum += p[i][j];
        assertThat(p[i][j]).isEqualTo(p[j][i]);
      }
      double share = 60 * p[30][i];
      entropy -= share > 0 ? share * Math.log(share) : 0;
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
    assertThat(Math.exp(entropy)).isCloseTo(10, within(0.2));
  }

  @Test
  void forcesAreTheSlopeOfTheDivergence() {
    Random random = new Random(8);
    double[][] squared = new double[12][12];
    double[][] y = new double[12][2];
    for (int i = 0; i < 12; i++) {
      y[i][0] = random.nextGaussian();
      y[i][1] = random.nextGaussian();
      for (int j = 0; j < i; j++) {
        squared[i][j] = squared[j][i] = 1 + random.nextDouble();
      }
    }
    double[][] p = Tsne.affinities(squared, 3);
    double[][] slope = Tsne.slope(p, y, 1);
    double step = 1e-6;
    for (int i = 0; i < 12; i++) {
      for (int axis = 0; axis < 2; axis++) {
        double at = y[i][axis];
        y[i][axis] = at + step;
        double up = divergence(p, y);
        y[i][axis] = at - step;
        double down = divergence(p, y);
        y[i][axis] = at;
        assertThat(slope[i][axis]).isCloseTo((up - down) / (2 * step), within(1e-7));
      }
    }
  }

  private static double divergence(double[][] p, double[][] y) {
    double total = 0;
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < y.length; j++) {
        total += i == j ? 0 : Tsne.closeness(y[i], y[j]);
      }
    }
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < y.length; j++) {
        sum += i == j ? 0 : p[i][j] * Math.log(p[i][j] * total / Tsne.closeness(y[i], y[j]));
      }
    }
    return sum;
  }

  @Test
  void equalPicturesStayInOnePlace() {
    double[][] plane = layOut(new float[12][WIDTH]);
    for (double[] point : plane) {
      assertThat(point).containsExactly(0, 0);
    }
  }
}
