package io.residua.engine.internal;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shapes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every session asks of its caller. */
public final class SessionChecks {
  private SessionChecks() {}

  public static void batchSize(int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(Text.of("batch size is %d, not 1 or more", batchSize));
    }
  }

  public static void count(int count, int batchSize) {
    if (count < 1 || count > batchSize) {
      throw new IllegalArgumentException(
          Text.of("count is %d, not 1 to %d (the batch size)", count, batchSize));
    }
  }

  /** A training step's count. */
  public static void step(int count, int batchSize, boolean wholeBatches) {
    count(count, batchSize);
    if (wholeBatches && count < batchSize) {
      throw new IllegalArgumentException(
          Text.of(
              "%d pictures in a batch of %d: batch statistics need whole batches",
              count, batchSize));
    }
  }

  public static void length(String array, float[] values, int count, int size) {
    if (values.length < (long) count * size) {
      throw new IllegalArgumentException(
          Text.of("%s has %d values; %d of %d are needed", array, values.length, count, size));
    }
  }

  /** What a session holds until it is closed. */
  public static <T> T open(@Nullable T held) {
    if (held == null) {
      throw new IllegalStateException("the session is closed");
    }
    return held;
  }

  /**
   * Whether some layer uses batch statistics, so that every batch must be whole.
   *
   * @throws IllegalArgumentException if the options freeze statistics that are not there, or a
   *     batch is too small to take statistics of
   */
  public static boolean batchStatistics(Network network, Shapes shapes, TrainingOptions options) {
    Map<String, BatchNorm> norms = network.batchNorms();
    for (String name : options.frozenStatistics()) {
      if (!norms.containsKey(network.node(name).name())) {
        throw new IllegalArgumentException(
            Text.of("layer %s has no statistics to freeze; it is no batch normalisation", name));
      }
    }
    norms.keySet().removeAll(options.frozenStatistics());
    norms.forEach(
        (name, norm) -> {
          long values = (long) options.batchSize() * shapes.of(name).size() / norm.channels();
          if (values < 2) {
            throw new UsageException(
                Text.of(
                    "layer %s would have one value a channel to take statistics of; use a larger"
                        + " batch or freeze its statistics",
                    name));
          }
        });
    return !norms.isEmpty();
  }
}
