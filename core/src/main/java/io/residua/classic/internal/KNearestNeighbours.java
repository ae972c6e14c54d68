package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A classifier that asks the nearest training samples; its scores are shares of their votes, and
 * the lowest class wins a tie. It keeps all training samples.
 */
public final class KNearestNeighbours implements ClassicModel {
  private static final int BLOCK_ROWS = 256;

  /** Distances are first estimated from dot products; so many more are then measured exactly. */
  private static final int SPARE_CANDIDATES = 8;

  private final NeighboursSpec spec;
  private final int[] classes;
  private final Matrix samples;
  private final int[] target;
  private final double[] norms;

  KNearestNeighbours(NeighboursSpec spec, int[] classes, Matrix samples, int[] target) {
    this.spec = spec;
    this.classes = classes;
    this.samples = samples;
    this.target = target;
    this.norms = samples.squaredNorms();
  }

  @Override
  public NeighboursSpec spec() {
    return spec;
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return samples.columns();
  }

  /** The training samples, scaled as queries are. */
  public Matrix samples() {
    return samples;
  }

  /** For each training sample, the position of its label among {@link #classes}. */
  public int[] targets() {
    return target.clone();
  }

  /**
   * The nearest training samples of each query, nearest first; of equally near ones the earlier.
   *
   * @param rows training rows, an array of k for each query
   * @param distances Euclidean distances, likewise
   */
  public record Neighbours(int[][] rows, double[][] distances) {}

  /** Finds the k nearest training samples of each query. */
  public Neighbours neighbours(Matrix queries, Execution execution) {
    Training.checkWidth(queries, features());
    int[][] rows = new int[queries.rows()][];
    double[][] distances = new double[queries.rows()][];
    for (int from = 0; from < queries.rows(); from += BLOCK_ROWS) {
      int start = from;
      int size = Math.min(BLOCK_ROWS, queries.rows() - start);
      double[][] dots = new double[size][samples.rows()];
      execution.product().timesTransposed(queries.slice(start, start + size), samples, dots);
      Parallel.run(
          execution.threads(),
          size,
          i -> {
            int query = start + i;
            int[] candidates = smallestEstimates(dots[i]);
            double[] exact = new double[candidates.length];
            Arrays.setAll(exact, c -> distance(queries, query, candidates[c]));
            int[] order = order(exact, candidates);
            rows[query] = new int[spec.k()];
            distances[query] = new double[spec.k()];
            for (int n = 0; n < spec.k(); n++) {
              rows[query][n] = candidates[order[n]];
              distances[query][n] = exact[order[n]];
            }
          });
    }
    return new Neighbours(rows, distances);
  }

  /** Ascending row numbers of the training samples that seem nearest. */
  private int[] smallestEstimates(double[] dots) {
    int wanted = Math.min(samples.rows(), spec.k() + SPARE_CANDIDATES);
    double[] estimates = new double[dots.length];
    Arrays.setAll(estimates, j -> norms[j] - 2 * dots[j]);
    double[] sorted = estimates.clone();
    Arrays.sort(sorted);
    double limit = sorted[wanted - 1];
    return IntStream.range(0, estimates.length).filter(j -> estimates[j] <= limit).toArray();
  }

  private double distance(Matrix queries, int query, int row) {
    double sum = 0;
    for (int j = 0; j < features(); j++) {
      double d = queries.get(query, j) - samples.get(row, j);
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  private static int[] order(double[] exact, int[] candidates) {
    Integer[] order = new Integer[exact.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingDouble((Integer i) -> exact[i]).thenComparingInt(i -> candidates[i]));
    return Arrays.stream(order).mapToInt(i -> i).toArray();
  }

  @Override
  public Answers answer(Matrix queries, Execution execution) {
    int[][] rows = neighbours(queries, execution).rows();
    double[][] shares = new double[rows.length][classes.length];
    for (int i = 0; i < rows.length; i++) {
      int[] votes = new int[classes.length];
      for (int row : rows[i]) {
        votes[target[row]]++;
      }
      for (int c = 0; c < votes.length; c++) {
        shares[i][c] = (double) votes[c] / spec.k();
      }
    }
    return Answers.ofProbabilities(shares, classes);
  }

  @Override
  public void store(ClassicTensors.Writer writer, ObjectNode json) {
    json.put("features", features());
    json.put("samples", samples.rows());
    writer.put("samples", samples.toArray(), samples.rows(), features());
    writer.put("targets", Arrays.stream(target).asDoubleStream().toArray(), target.length);
  }

  static KNearestNeighbours load(
      NeighboursSpec spec, int[] classes, ClassicTensors.Reader reader, ObjectNode json) {
    int features = reader.count(json, "features");
    int rows = reader.count(json, "samples");
    double[] stored = reader.get("targets", rows);
    int[] target = new int[rows];
    for (int i = 0; i < rows; i++) {
      target[i] = (int) stored[i];
      if (target[i] < 0 || target[i] >= classes.length || target[i] != stored[i]) {
        throw new ClassicException("the stored classifier has a sample of class " + stored[i]);
      }
    }
    if (spec.k() > rows) {
      throw new ClassicException(
          Text.of("the stored classifier asks %d neighbours of %d samples", spec.k(), rows));
    }
    Matrix samples = Matrix.wrap(rows, features, reader.get("samples", rows, features));
    return new KNearestNeighbours(spec, classes, samples, target);
  }
}
