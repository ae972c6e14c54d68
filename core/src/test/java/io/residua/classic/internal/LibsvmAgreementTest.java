package io.residua.classic.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our solver against LIBSVM itself, on problems long enough for variables to be set aside. */
class LibsvmAgreementTest {
  private static final int CLASSES = 3;
  private static final int FEATURES = 10;

  /** Dot products are summed in another order; thousands of steps later that is what is left. */
  private static final double ROUNDING = 1e-7;

  static Stream<SvcSpec> specs() {
    return Stream.of(
        SvcSpec.of(Kernel.linear(), 1),
        SvcSpec.of(Kernel.linear(), 30),
        SvcSpec.of(Kernel.poly(Gamma.of(0.2), 3, 0.5), 1),
        SvcSpec.of(Kernel.poly(Gamma.of(0.1), 2, 1), 10),
        SvcSpec.of(Kernel.rbf(Gamma.of(0.1)), 1),
        SvcSpec.of(Kernel.rbf(Gamma.of(0.05)), 100),
        SvcSpec.of(Kernel.sigmoid(Gamma.of(0.02), -0.3), 5),
        SvcSpec.of(Kernel.rbf(Gamma.of(0.1)), 2)
            .withWeights(ClassWeights.of(Map.of(0, 3.0, 2, 0.2))));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void decisionsAreEqual(SvcSpec spec) {
    Random random = new Random(11);
    int n = 600;
    double[][] x = new double[n][FEATURES];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(6) < 3 ? 0 : random.nextInt(CLASSES);
      for (int j = 0; j < FEATURES; j++) {
        x[i][j] = random.nextGaussian() + (j % CLASSES == labels[i] ? 0.8 : 0);
      }
    }
    Matrix samples = Matrix.of(x);
    svm_model reference = train(spec, x, labels);

    Svc svc = spec.fit(samples, labels, Golden.EXECUTION, Progress.NONE);
    double[][] decisions = svc.pairDecisions(samples, Golden.EXECUTION);
    int[] predicted = svc.predict(samples);
    assertThat(svc.supportPerClass()).containsExactly(reference.nSV);
    for (int i = 0; i < n; i += 7) {
      double[] expected = new double[CLASSES * (CLASSES - 1) / 2];
      double label = svm.svm_predict_values(reference, nodes(x[i]), expected);
      assertThat(decisions[i]).containsExactly(expected, within(ROUNDING));
      assertThat(predicted[i]).isEqualTo((int) label);
    }

    Execution tiny = new Execution(MatrixProduct.plainJava(2), 2, 1 << 20);
    Svc byRows = spec.fit(samples, labels, tiny, Progress.NONE);
    assertThat(Golden.largestGap(byRows.pairDecisions(samples, tiny), decisions))
        .as("with few kernel rows in memory")
        .isLessThan(ROUNDING);
  }

  /** LIBSVM numbers classes as they appear, so it gets its samples sorted by class. */
  private static svm_model train(SvcSpec spec, double[][] x, int[] labels) {
    Integer[] order = new Integer[x.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> labels[i]));
    svm_problem problem = new svm_problem();
    problem.l = x.length;
    problem.x = Arrays.stream(order).map(i -> nodes(x[i])).toArray(svm_node[][]::new);
    problem.y = Arrays.stream(order).mapToDouble(i -> labels[i]).toArray();
    svm_parameter parameter = new svm_parameter();
    parameter.svm_type = svm_parameter.C_SVC;
    parameter.kernel_type = spec.kernel().type().ordinal();
    parameter.gamma = spec.kernel().gamma().resolve(Matrix.of(x));
    parameter.degree = spec.kernel().degree();
    parameter.coef0 = spec.kernel().coef0();
    parameter.C = spec.c();
    parameter.eps = spec.tolerance();
    parameter.cache_size = 100;
    parameter.shrinking = 1;
    Map<Integer, Double> weights = ((ClassWeights.Fixed) spec.weights()).weightByClass();
    parameter.nr_weight = weights.size();
    parameter.weight_label = weights.keySet().stream().mapToInt(i -> i).toArray();
    parameter.weight = Arrays.stream(parameter.weight_label).mapToDouble(weights::get).toArray();
    svm.svm_set_print_string_function(text -> {});
    return svm.svm_train(problem, parameter);
  }

  private static svm_node[] nodes(double[] row) {
    svm_node[] nodes = new svm_node[row.length];
    for (int j = 0; j < row.length; j++) {
      nodes[j] = new svm_node();
      nodes[j].index = j + 1;
      nodes[j].value = row[j];
    }
    return nodes;
  }
}
