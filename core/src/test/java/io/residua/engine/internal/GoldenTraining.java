package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.engine.GoldenNet;
import io.residua.engine.Precision;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.train.Optimizer;
import io.residua.train.Schedule;
import io.residua.train.internal.CrossEntropy;
import io.residua.train.internal.Ema;
import io.residua.train.internal.GradientClipping;
import io.residua.train.internal.Gradients;
import io.residua.train.internal.ParameterGroups;
import io.residua.train.internal.Updater;
import io.residua.weights.internal.WeightMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trains the small golden network as PyTorch did and compares every step; an executor's own test
 * extends this. Tolerances are those of golden/README.md for fp32, against the float64 files.
 */
abstract class GoldenTraining {
  private static final int STEPS = 12;

  /** A training session of the executor that is tested. */
  abstract TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options);

  /** An inference session of the executor that is tested. */
  abstract InferenceSession inference(
      Network network, WeightMap weights, Shape picture, int batchSize);

  private record Recipe(String optimizer, double learningRate, double oneCycleRate) {}

  private static final Map<String, Recipe> RECIPES =
      Map.of(
          "sgd_nesterov",
          new Recipe("sgd:momentum=0.9,nesterov=true,weight-decay=1e-4", 0.1, 0.1),
          "sgd_momentum",
          new Recipe("sgd:momentum=0.9,weight-decay=1e-4", 0.1, 0),
          "adam_l2",
          new Recipe("adam:weight-decay=1e-4", 1e-3, 1e-2),
          "adamw",
          new Recipe("adamw:weight-decay=0.01", 1e-3, 0),
          "rmsprop_torch",
          new Recipe("rmsprop:alpha=0.9,epsilon=1e-7", 1e-4, 0),
          "rmsprop_keras_eps_outside",
          new Recipe("rmsprop:alpha=0.9,epsilon=1e-7", 1e-4, 0),
          "rmsprop_keras_eps_inside",
          new Recipe("rmsprop:alpha=0.9,epsilon=1e-7,epsilon-inside=true", 1e-4, 0),
          "adam_torch_eps1e-7",
          new Recipe("adam:epsilon=1e-7", 1e-3, 0),
          "adam_keras",
          new Recipe("adam:epsilon=1e-7,keras-epsilon=true", 1e-3, 0));

  private static JsonNode golden() {
    return Shared.json("golden/train/runs.json").get("runs");
  }

  static Stream<String> runs() {
    List<String> names = new java.util.ArrayList<>();
    golden().fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @Test
  void firstStepEqualsTorch() {
    try (TrainingSession session = training(false)) {
      float[] logits = new float[GoldenNet.BATCH * GoldenNet.CLASSES];
      float[] gradient = new float[logits.length];
      session.forward(GoldenNet.batch(0), GoldenNet.BATCH, 0, logits);
      assertClose("logits", logits, "golden/train/first_step_train_logits_f64.npy", 1e-5);
      new CrossEntropy()
          .ofLabels(logits, GoldenNet.labels(0), GoldenNet.BATCH, GoldenNet.CLASSES, gradient);
      session.backward(gradient);
      assertClose(
          "gradient",
          gradientsInFileLayout(session),
          "golden/train/first_step_gradient_f64.npy",
          1e-5);
    }
  }

  /** A session keeps its arrays in any layout, but gives weights in that of files. */
  private static float[] gradientsInFileLayout(TrainingSession session) {
    for (Trainable t : session.trainables()) {
      t.values().put(0, t.gradient(), 0, t.gradient().capacity());
    }
    WeightMap gradients = session.weights();
    float[] all = new float[0];
    for (Trainable t : session.trainables()) {
      float[] one = gradients.get(t.parameter().name()).toArray();
      float[] longer = Arrays.copyOf(all, all.length + one.length);
      System.arraycopy(one, 0, longer, all.length, one.length);
      all = longer;
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void twelveStepsEqualTorchs(String run) {
    JsonNode expected = golden().get(run).get("f64");
    String base = run.replaceFirst("__.*", "");
    String variant = run.substring(base.length()).replaceFirst("^__", "");
    Recipe recipe = RECIPES.get(base);
    assertThat(recipe).as("a recipe for %s", run).isNotNull();
    boolean frozen = variant.equals("frozen");
    boolean oneCycle = variant.equals("onecycle");
    CrossEntropy loss = new CrossEntropy(variant.equals("label_smoothing") ? 0.1 : 0, List.of());
    GradientClipping clipping =
        GradientClipping.parse(
            variant.equals("clip_value")
                ? "value:0.1"
                : variant.equals("clip_norm") ? "norm:1" : "none");
    Schedule.Run schedule =
        Schedule.parse(oneCycle ? "one-cycle" : "constant")
            .over(oneCycle ? recipe.oneCycleRate() : recipe.learningRate(), STEPS, 1);

    WeightMap finalWeights;
    WeightMap fromInitial;
    WeightMap fromFirst;
    try (TrainingSession session = training(frozen)) {
      Ema averageFromInitial = new Ema(0.9, session, 2);
      Ema averageFromFirst = averageFromInitial;
      Optimizer optimizer = Optimizer.parse(recipe.optimizer());
      Updater updater = new Updater(optimizer, session.trainables(), ParameterGroups.alike(), 2);
      Gradients gradients = new Gradients(session.trainables(), 2);
      float[] logits = new float[GoldenNet.BATCH * GoldenNet.CLASSES];
      float[] gradient = new float[logits.length];
      for (int step = 0; step < STEPS; step++) {
        session.forward(GoldenNet.batch(step % 4), GoldenNet.BATCH, step, logits);
        double value =
            loss.ofLabels(
                logits, GoldenNet.labels(step % 4), GoldenNet.BATCH, GoldenNet.CLASSES, gradient);
        assertThat(value)
            .as("loss of step %d", step)
            .isCloseTo(expected.get("losses").get(step).asDouble(), within(1e-5));
        session.backward(gradient);
        assertThat(clipping.apply(gradients))
            .as("gradient norm of step %d", step)
            .isCloseTo(expected.get("grad_norm_before_clip").get(step).asDouble(), within(1e-4));
        Schedule.Rate rate = schedule.at(step);
        assertThat(rate.learningRate())
            .isCloseTo(expected.get("lr").get(step).asDouble(), within(1e-13));
        updater.step(rate);
        averageFromInitial.update();
        if (step == 0) {
          averageFromFirst = new Ema(0.9, session, 2);
        } else {
          averageFromFirst.update();
        }
      }
      fromInitial = averageFromInitial.weights();
      fromFirst = averageFromFirst.weights();
      finalWeights = session.weights();
    }
    assertClose("weights", finalWeights, "golden/train/final/" + run + "_f64.npy");
    if (variant.equals("ema")) {
      String ema = "golden/train/ema/" + run;
      assertClose("average", fromInitial, ema + "_from_initial_f64.npy");
      assertClose("average", fromFirst, ema + "_from_first_step_f64.npy");
    }
    checkEvaluation(finalWeights, expected.get("eval_logits_batch0_after"));
  }

  private void checkEvaluation(WeightMap weights, JsonNode expected) {
    float[] logits = new float[GoldenNet.BATCH * GoldenNet.CLASSES];
    try (InferenceSession session =
        inference(GoldenNet.NETWORK, weights, GoldenNet.PICTURE, GoldenNet.BATCH)) {
      session.run(GoldenNet.batch(0), GoldenNet.BATCH, logits);
    }
    for (int i = 0; i < logits.length; i++) {
      assertThat((double) logits[i])
          .isCloseTo(
              expected.get(i / GoldenNet.CLASSES).get(i % GoldenNet.CLASSES).asDouble(),
              within(1e-4));
    }
  }

  /** A session of the golden network; where frozen, its stem and first block are. */
  private TrainingSession training(boolean frozen) {
    Predicate<String> isFrozen =
        name -> frozen && (name.matches("(conv1|bn1)(\\..*)?") || name.startsWith("layer1.0."));
    Set<String> trainable =
        GoldenNet.NETWORK.parameters().stream()
            .filter(p -> p.kind().learned() && !isFrozen.test(p.name()))
            .map(Parameter::name)
            .collect(Collectors.toSet());
    Set<String> statistics =
        GoldenNet.NETWORK.nodes().stream()
            .filter(n -> n.layer() instanceof io.residua.nn.internal.Layer.BatchNorm)
            .map(Node::name)
            .filter(isFrozen)
            .collect(Collectors.toSet());
    assertThat(statistics).hasSize(frozen ? 3 : 0);
    return training(
        GoldenNet.NETWORK,
        GoldenNet.initialWeights(),
        GoldenNet.PICTURE,
        new TrainingOptions(GoldenNet.BATCH, Precision.FP32, 2, 1, trainable, statistics));
  }

  private static void assertClose(String what, WeightMap weights, String file) {
    double[] flat = GoldenNet.flat(weights);
    double[] expected = Shared.npy(file);
    assertThat(largestDifference(flat, expected)).as(what).isLessThan(2e-4);
    long close =
        IntStream.range(0, flat.length).filter(i -> Math.abs(flat[i] - expected[i]) < 1e-5).count();
    assertThat((double) close / flat.length).as("part within 1e-5").isGreaterThan(0.998);
  }

  private static void assertClose(String what, float[] values, String file, double tolerance) {
    double[] flat = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    assertThat(largestDifference(flat, Shared.npy(file))).as(what).isLessThan(tolerance);
  }

  private static double largestDifference(double[] values, double[] expected) {
    assertThat(values).hasSameSizeAs(expected);
    return IntStream.range(0, values.length)
        .mapToDouble(i -> Math.abs(values[i] - expected[i]))
        .map(d -> Double.isNaN(d) ? Double.POSITIVE_INFINITY : d)
        .max()
        .orElseThrow();
  }
}
