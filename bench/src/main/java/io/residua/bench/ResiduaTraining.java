package io.residua.bench;

import io.residua.engine.Compute;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.FrozenPrefix;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.train.FreezePlan;
import io.residua.train.Schedule;
import io.residua.train.internal.Sgd;
import io.residua.train.internal.TrainingStep;
import io.residua.weights.internal.WeightMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Training steps of Residua. Where only the last stage is trained, a step begins with what the
 * frozen stages make of the pictures, which a run computes once and keeps. A session holds all its
 * memory as long as it is open, so it is open for its turns only.
 */
final class ResiduaTraining implements Turns.Work {
  private static final String BEFORE_LAST_STAGE = "conv1,bn1,layer1,layer2,layer3";
  private static final Schedule.Rate RATE = Schedule.Rate.of(1e-3);

  private final Case what;
  private final Network network;
  private final Shape input;
  private final WeightMap weights;
  private final Compute compute;
  private final TrainingOptions options;
  private final int[] labels;
  private @Nullable Step step;

  ResiduaTraining(Case what, Network network, WeightMap weights, Compute compute) {
    this.what = what;
    this.weights = weights;
    this.compute = compute;
    FreezePlan plan =
        FreezePlan.of(network, what.task() == Case.Task.TRAIN_LAST ? BEFORE_LAST_STAGE : "none");
    Optional<String> kept = FrozenPrefix.output(network, plan.trainable(), plan.frozenStatistics());
    this.network = kept.map(network::after).orElse(network);
    this.input =
        kept.map(name -> network.upTo(name).outputShape(what.picture())).orElse(what.picture());
    Set<String> frozenStatistics =
        this.network.nodes().stream()
            .map(Network.Node::name)
            .filter(plan.frozenStatistics()::contains)
            .collect(Collectors.toSet());
    options =
        new TrainingOptions(
            what.batch(),
            compute.precision(),
            compute.threads(),
            1,
            plan.trainable(),
            frozenStatistics);
    labels = new int[what.batch()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 10;
    }
  }

  /** An open session and what a step needs. */
  private final class Step {
    final TrainingSession session =
        Engine.training(network, weights, input, options, compute.device());
    final TrainingStep step = new TrainingStep(session, new Sgd(0.9, false, 0), compute.threads());
    final float[] pictures = ResiduaContestant.random(what.batch() * session.inputSize());
    long count;

    void run() {
      step.run(pictures, labels, count++, RATE);
    }
  }

  @Override
  public void prepare() {
    step = new Step();
    step.run(); // touches all memory
  }

  @Override
  public int run() {
    if (step == null) {
      throw new IllegalStateException("not prepared");
    }
    step.run();
    return what.batch();
  }

  @Override
  public void rest() {
    if (step != null) {
      step.session.close();
      step = null;
    }
  }
}
