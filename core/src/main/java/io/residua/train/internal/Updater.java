package io.residua.train.internal;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.internal.Text;
import io.residua.train.Optimizer;
import io.residua.train.Optimizer.Update;
import io.residua.train.Schedule;
import io.residua.train.internal.Chunks.Chunk;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Applies an {@link Optimizer} to a session's weights, step by step, and keeps its moments. Steps
 * are the same to the last bit on any number of threads.
 */
public final class Updater {
  /**
   * All an optimizer knows besides the weights, to continue a run exactly.
   *
   * @param steps how many steps were done
   * @param moments named {@code PARAMETER/MOMENT}, flat, elements in the order of the session's own
   *     buffers (which need not be that of files)
   */
  public record State(long steps, WeightMap moments) {}

  private final Optimizer optimizer;
  private final List<Trainable> trainables;
  private final List<ParameterGroups.Group> groups;
  private final Chunks chunks;

  /** By chunk, by moment. */
  private final float[][][] moments;

  private long steps;

  /**
   * @param trainables a session's {@link io.residua.engine.internal.TrainingSession#trainables}
   * @param threads how many threads work; 0 for all processors
   */
  public Updater(
      Optimizer optimizer, List<Trainable> trainables, ParameterGroups groups, int threads) {
    this.optimizer = optimizer;
    this.trainables = List.copyOf(trainables);
    this.groups = trainables.stream().map(t -> groups.of(t.parameter())).toList();
    chunks = new Chunks(trainables, threads);
    moments = new float[chunks.all().size()][optimizer.moments().size()][];
    for (Chunk chunk : chunks.all()) {
      for (int m = 0; m < optimizer.moments().size(); m++) {
        moments[chunk.index()][m] = new float[chunk.length()];
      }
    }
  }

  /** Changes all weights by their gradients, which stay as they are. */
  public void step(Schedule.Rate rate) {
    steps++;
    double momentum = rate.momentum().orElse(optimizer.momentum());
    chunks.forEach(
        (chunk, scratch) -> {
          ParameterGroups.Group group = groups.get(chunk.array());
          Update update =
              new Update(
                  rate.learningRate() * group.learningRateFactor(),
                  momentum,
                  optimizer.weightDecay() * group.weightDecayFactor(),
                  steps);
          chunk.readValues(scratch.values);
          chunk.readGradient(scratch.gradient);
          optimizer.update(
              scratch.values, scratch.gradient, chunk.length(), moments[chunk.index()], update);
          chunk.writeValues(scratch.values);
        });
  }

  /** A copy of the state. */
  public State state() {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Trainable t : trainables) {
      for (String moment : optimizer.moments()) {
        arrays.put(name(t, moment), new float[t.values().capacity()]);
      }
    }
    eachMoment(
        (chunk, name, moment) ->
            System.arraycopy(
                moment, 0, requireNonNull(arrays.get(name)), chunk.from(), chunk.length()));
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    arrays.forEach(
        (name, values) ->
            tensors.put(name, new FloatTensor(List.of(values.length), FloatBuffer.wrap(values))));
    return new State(steps, new WeightMap(tensors));
  }

  /**
   * Continues from a state.
   *
   * @throws io.residua.weights.internal.WeightsException if a moment is missing
   * @throws IllegalArgumentException if one has another size
   */
  public void restore(State state) {
    for (Trainable t : trainables) {
      for (String moment : optimizer.moments()) {
        String name = name(t, moment);
        int size = state.moments().get(name).data().remaining();
        if (size != t.values().capacity()) {
          throw new IllegalArgumentException(
              Text.of("moment '%s' has %d values, not %d", name, size, t.values().capacity()));
        }
      }
    }
    eachMoment(
        (chunk, name, moment) ->
            state.moments().get(name).data().get(chunk.from(), moment, 0, chunk.length()));
    steps = state.steps();
  }

  private interface MomentVisitor {
    void visit(Chunk chunk, String name, float[] moment);
  }

  private void eachMoment(MomentVisitor visitor) {
    for (Chunk chunk : chunks.all()) {
      for (int m = 0; m < optimizer.moments().size(); m++) {
        String name = name(chunk.trainable(), optimizer.moments().get(m));
        visitor.visit(chunk, name, moments[chunk.index()][m]);
      }
    }
  }

  private static String name(Trainable trainable, String moment) {
    return trainable.parameter().name() + "/" + moment;
  }
}
