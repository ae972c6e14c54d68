package io.residua.engine.internal;

import io.residua.engine.Precision;
import io.residua.internal.Text;
import java.util.Set;

/**
 * How a network is trained.
 *
 * @param batchSize pictures in a step
 * @param precision type of the computation, fp32 or bf16
 * @param threads how many threads compute, which changes no bit of the result; 0 for all processors
 * @param seed decides what dropout drops
 * @param trainable names of the parameters that get gradients
 * @param frozenStatistics names of the batch-norm layers that use their running statistics and
 *     leave them as they are
 */
public record TrainingOptions(
    int batchSize,
    Precision precision,
    int threads,
    long seed,
    Set<String> trainable,
    Set<String> frozenStatistics) {
  public TrainingOptions {
    trainable = Set.copyOf(trainable);
    frozenStatistics = Set.copyOf(frozenStatistics);
    if (threads < 0) {
      throw new IllegalArgumentException(Text.of("threads is %d, not 0 or more", threads));
    }
    if (precision == Precision.INT8) {
      throw new IllegalArgumentException("int8 is for inference: train in fp32 or bf16");
    }
  }
}
