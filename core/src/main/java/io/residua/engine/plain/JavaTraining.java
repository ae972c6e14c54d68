package io.residua.engine.plain;

import io.residua.engine.Precision;
import io.residua.engine.internal.SessionChecks;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Training in plain Java, in 32-bit floats, with sums that matter in double. */
final class JavaTraining extends JavaSession implements TrainingSession {
  private @Nullable Open held;

  /** What closing lets go of. */
  private static final class Open {
    private final JavaParameters parameters;
    private final JavaGraph graph;
    private final boolean wholeBatches;
    private final List<Trainable> trainables;
    private final List<Trainable> statistics;

    /** Pictures of the last forward pass, 0 after a backward pass. */
    private int pending;

    Open(
        JavaParameters parameters,
        JavaGraph graph,
        boolean wholeBatches,
        Set<String> frozenStatistics) {
      this.parameters = parameters;
      this.graph = graph;
      this.wholeBatches = wholeBatches;
      this.trainables = parameters.trainables();
      this.statistics = parameters.statistics(frozenStatistics);
    }
  }

  /**
   * @param picture shape of the pictures
   * @throws io.residua.weights.internal.WeightsException if a tensor is missing or has another
   *     shape
   * @throws IllegalArgumentException if the options name what the network doesn't have, ask for
   *     another precision than fp32, or a size doesn't fit
   */
  JavaTraining(Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    this(open(network, weights, picture, options), options.batchSize());
  }

  private JavaTraining(Open open, int batchSize) {
    super(open.graph, batchSize);
    held = open;
  }

  private static Open open(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    SessionChecks.batchSize(options.batchSize());
    if (options.precision() != Precision.FP32) {
      throw new IllegalArgumentException(
          "the plain Java executor trains in fp32, not " + options.precision().text());
    }
    Network needed = network.upTo(network.output());
    boolean wholeBatches = SessionChecks.batchStatistics(needed, needed.shapes(picture), options);
    JavaParameters parameters = new JavaParameters(needed, weights, options.trainable());
    JavaWorkers workers = new JavaWorkers(options.threads());
    JavaGraph graph =
        new JavaGraph(needed, picture, options.batchSize(), parameters, workers, options);
    return new Open(parameters, graph, wholeBatches, options.frozenStatistics());
  }

  @Override
  public void forward(float[] input, int count, long step, float[] logits) {
    Open open = SessionChecks.open(held);
    SessionChecks.step(count, batchSize, open.wholeBatches);
    SessionChecks.length("input", input, count, inputSize);
    SessionChecks.length("logits", logits, count, outputSize);
    open.graph.forward(input, count, step, logits);
    open.pending = count;
  }

  @Override
  public void backward(float[] logitsGradient) {
    Open open = SessionChecks.open(held);
    if (open.pending == 0) {
      throw new IllegalStateException("backward needs a forward before it");
    }
    SessionChecks.length("logitsGradient", logitsGradient, open.pending, outputSize);
    open.graph.backward(logitsGradient, open.pending);
    open.pending = 0;
  }

  @Override
  public List<Trainable> trainables() {
    return SessionChecks.open(held).trainables;
  }

  @Override
  public List<Trainable> statistics() {
    return SessionChecks.open(held).statistics;
  }

  @Override
  public void set(WeightMap weights) {
    Open open = SessionChecks.open(held);
    Stream.concat(open.trainables.stream(), open.statistics.stream())
        .forEach(t -> t.values().duplicate().put(weights.get(t.parameter().name()).data()));
  }

  @Override
  public WeightMap weights() {
    return SessionChecks.open(held).parameters.copy();
  }

  @Override
  public void close() {
    held = null;
  }
}
