package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fitted support vector classifier (C-SVC, one machine for each pair of classes), with the
 * answers of scikit-learn's {@code SVC}. Its scores are probabilities if it was asked to fit them,
 * otherwise one-vs-rest decision values; the class predicted is always the one that wins most
 * pairs.
 */
public final class Svc implements ClassicModel {
  private static final int BLOCK_ROWS = 256;

  private final SvcSpec spec;
  private final Kernel kernel;
  private final SvcMachine machine;
  private final Matrix vectors;
  private final double[] norms;
  private final @Nullable PlattScaling platt;

  Svc(
      SvcSpec spec,
      Kernel kernel,
      SvcMachine machine,
      Matrix vectors,
      @Nullable PlattScaling platt) {
    this.spec = spec;
    this.kernel = kernel;
    this.machine = machine;
    this.vectors = vectors;
    this.norms = vectors.squaredNorms();
    this.platt = platt;
  }

  @Override
  public SvcSpec spec() {
    return spec;
  }

  @Override
  public int[] classes() {
    return machine.classes().clone();
  }

  @Override
  public int features() {
    return vectors.columns();
  }

  /** The kernel, its gamma a number. */
  public Kernel kernel() {
    return kernel;
  }

  /** The number that scales the kernel; 1 for a linear one. */
  public double gamma() {
    return kernel.gamma() instanceof Gamma.Value value ? value.value() : 1;
  }

  /** A row for each support vector, grouped by class. */
  public Matrix supportVectors() {
    return vectors;
  }

  /**
   * What turns pair decisions f into probabilities of the pair's first class, {@code 1 / (1 + exp(A
   * f + B))}, pairs in the order of {@link #intercepts}.
   *
   * @param slopes A of each pair
   * @param offsets B of each pair
   */
  public record Sigmoids(double[] slopes, double[] offsets) {}

  /** The fitted sigmoids; empty where the scores are decisions, not probabilities. */
  public Optional<Sigmoids> sigmoids() {
    return Optional.ofNullable(platt).map(p -> new Sigmoids(p.slopes(), p.offsets()));
  }

  /** The training rows that are support vectors, grouped by class. */
  public int[] support() {
    return machine.support().clone();
  }

  /** How many support vectors each class has. */
  public int[] supportPerClass() {
    return machine.supportPerClass().clone();
  }

  /**
   * The weights of the support vectors (scikit-learn's {@code dual_coef_}): k-1 rows, a column for
   * each of {@link #support}.
   */
  public double[][] dualCoefficients() {
    return Arrays.stream(machine.dualCoefficients()).map(double[]::clone).toArray(double[][]::new);
  }

  /** The constant of each pair's decision, pairs in the order (0,1), (0,2), …, (1,2), …. */
  public double[] intercepts() {
    return machine.intercepts().clone();
  }

  /**
   * The decision of each pair of classes, positive for the first of the pair.
   *
   * @return a row for each sample, a column for each pair (0,1), (0,2), …, (1,2), …
   */
  public double[][] pairDecisions(Matrix samples, Execution execution) {
    Training.checkWidth(samples, features());
    double[][] decisions = new double[samples.rows()][];
    double[] sampleNorms = samples.squaredNorms();
    for (int from = 0; from < samples.rows(); from += BLOCK_ROWS) {
      int start = from;
      int size = Math.min(BLOCK_ROWS, samples.rows() - start);
      double[][] values = new double[size][vectors.rows()];
      execution.product().timesTransposed(samples.slice(start, start + size), vectors, values);
      Parallel.run(
          execution.threads(),
          size,
          i -> {
            kernel.apply(values[i], sampleNorms[start + i], norms);
            decisions[start + i] = machine.pairDecisions(values[i]);
          });
    }
    return decisions;
  }

  /** One decision value a class, scikit-learn's {@code decision_function_shape="ovr"}. */
  public double[][] oneVsRestDecisions(Matrix samples, Execution execution) {
    double[][] decisions = pairDecisions(samples, execution);
    Arrays.setAll(decisions, i -> machine.oneVsRest(decisions[i]));
    return decisions;
  }

  @Override
  public Answers answer(Matrix samples, Execution execution) {
    double[][] decisions = pairDecisions(samples, execution);
    int[] predicted = new int[decisions.length];
    double[][] scores = new double[decisions.length][];
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = machine.vote(decisions[i]);
      scores[i] =
          platt == null
              ? machine.oneVsRest(decisions[i])
              : platt.probabilities(decisions[i], machine.classes().length);
    }
    return new Answers(scores, predicted, platt != null);
  }

  @Override
  public void store(ClassicTensors.Writer writer, ObjectNode json) {
    writer.put("support_vectors", vectors.toArray(), vectors.rows(), vectors.columns());
    double[] rows = Arrays.stream(machine.support()).asDoubleStream().toArray();
    writer.put("support_rows", rows, rows.length);
    int k = machine.classes().length;
    double[] dual = new double[(k - 1) * rows.length];
    for (int i = 0; i < k - 1; i++) {
      System.arraycopy(machine.dualCoefficients()[i], 0, dual, i * rows.length, rows.length);
    }
    writer.put("dual_coefficients", dual, k - 1, rows.length);
    writer.put("intercepts", machine.intercepts(), machine.pairCount());
    json.put("features", vectors.columns());
    json.put("resolved_gamma", kernel.gamma().toString());
    ArrayNode perClass = json.putArray("support_per_class");
    Arrays.stream(machine.supportPerClass()).forEach(perClass::add);
    if (platt != null) {
      writer.put("platt_slopes", platt.slopes(), machine.pairCount());
      writer.put("platt_offsets", platt.offsets(), machine.pairCount());
    }
  }

  static Svc load(SvcSpec spec, int[] classes, ClassicTensors.Reader reader, ObjectNode json) {
    int k = classes.length;
    int features = reader.count(json, "features");
    int[] perClass = reader.counts(json, "support_per_class", k);
    int total = Arrays.stream(perClass).reduce(0, Math::addExact);
    int[] rows = new int[total];
    double[] storedRows = reader.get("support_rows", total);
    Arrays.setAll(rows, i -> (int) storedRows[i]);
    double[] flat = reader.get("dual_coefficients", k - 1, total);
    double[][] dual = new double[k - 1][];
    Arrays.setAll(dual, i -> Arrays.copyOfRange(flat, i * total, (i + 1) * total));
    int pairs = k * (k - 1) / 2;
    double[] intercepts = reader.get("intercepts", pairs);
    Matrix vectors = Matrix.wrap(total, features, reader.get("support_vectors", total, features));
    Kernel kernel =
        new Kernel(
            spec.kernel().type(),
            reader.resolvedGamma(json),
            spec.kernel().degree(),
            spec.kernel().coef0());
    PlattScaling platt =
        spec.probability()
            ? new PlattScaling(
                reader.get("platt_slopes", pairs), reader.get("platt_offsets", pairs))
            : null;
    SvcMachine machine = new SvcMachine(classes, rows, perClass, dual, intercepts);
    return new Svc(spec, kernel, machine, vectors, platt);
  }
}
