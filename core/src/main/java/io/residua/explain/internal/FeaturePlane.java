package io.residua.explain.internal;

import io.residua.Progress;
import io.residua.classic.internal.Execution;
import io.residua.classic.internal.Matrix;
import io.residua.classic.internal.Pca;
import io.residua.data.PictureSource;
import io.residua.engine.Compute;
import io.residua.features.internal.NetworkFeatures;
import io.residua.model.ModelFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pictures as points in two planes. In the plane of the first two principal components a network's
 * features of them vary most; what lies apart in it is easy to tell apart, what overlaps in it may
 * still be apart in the many directions that it leaves out. In that of t-SNE (van der Maaten and
 * Hinton 2008) near neighbours are those among all features; how far groups are from each other
 * means little there. The same pictures always give the same planes.
 *
 * @param points a point for each picture that could be read, by principal components
 * @param firstShare share of all variance along x, 0 to 1
 * @param secondShare share of all variance along y, 0 to 1
 * @param neighbours the same pictures in the same order, by t-SNE; empty for fewer than ten
 */
public record FeaturePlane(
    List<Point> points, double firstShare, double secondShare, List<Point> neighbours) {
  /** Fewer pictures span no plane worth looking at. */
  private static final int FEWEST = 3;

  /** Fewer pictures have no neighbourhoods. */
  private static final int FEWEST_NEIGHBOURS = 10;

  /**
   * A picture in the plane.
   *
   * @param index of the picture
   */
  public record Point(int index, double x, double y) {}

  public FeaturePlane {
    points = List.copyOf(points);
    neighbours = List.copyOf(neighbours);
  }

  /**
   * Computes features and lays the planes through them. Takes memory for the features of all
   * pictures, 8 KB each for ResNet-50, and 16 bytes for each pair; time grows with the square of
   * their number: meant for at most a thousand or two.
   *
   * @return without points where fewer than three pictures can be read
   */
  public static FeaturePlane of(
      ModelFile model, Compute compute, List<? extends PictureSource> pictures, Progress progress) {
    Map<Integer, float[]> rows = new TreeMap<>();
    try (NetworkFeatures vectors = NetworkFeatures.of(model, compute)) {
      int width = vectors.size();
      vectors.forEach(
          pictures,
          (i, values, offset) -> {
            float[] row = Arrays.copyOfRange(values, offset, offset + width);
            synchronized (rows) {
              rows.put(i, row);
            }
          },
          "features",
          progress);
      if (rows.size() < FEWEST || width < 2) {
        return new FeaturePlane(List.of(), 0, 0, List.of());
      }
    }
    float[][] features = rows.values().toArray(new float[0][]);
    Matrix matrix = Matrix.of(features);
    Execution execution = Execution.plainJava(compute.threads());
    Pca pca = Pca.fit(matrix, 2, execution);
    double[][] components = pca.transform(matrix, execution);
    double[] shares = pca.explainedVarianceRatio();
    List<Integer> indices = List.copyOf(rows.keySet());
    List<Point> neighbours = List.of();
    if (features.length >= FEWEST_NEIGHBOURS) {
      try (Progress.Task task = progress.start("t-SNE", Tsne.ROUNDS, "rounds")) {
        neighbours = points(indices, Tsne.layOut(features, components, task));
      }
    }
    return new FeaturePlane(points(indices, components), shares[0], shares[1], neighbours);
  }

  private static List<Point> points(List<Integer> indices, double[][] coordinates) {
    List<Point> points = new ArrayList<>();
    for (int row = 0; row < coordinates.length; row++) {
      points.add(new Point(indices.get(row), coordinates[row][0], coordinates[row][1]));
    }
    return points;
  }
}
