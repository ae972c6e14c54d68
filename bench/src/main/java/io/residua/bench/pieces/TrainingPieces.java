package io.residua.bench.pieces;

import io.residua.bench.Networks;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.nn.internal.Parameter;
import io.residua.train.Optimizer;
import io.residua.train.Schedule;
import io.residua.train.internal.CrossEntropy;
import io.residua.train.internal.ParameterGroups;
import io.residua.train.internal.Updater;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a training step has besides forward and backward. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:MaxDirectMemorySize=2g")
public class TrainingPieces {
  /** The 25.6 million weights of ResNet-50 with their gradients, on all processors. */
  @State(Scope.Benchmark)
  public static class Weights {
    /** As {@link Optimizer#parse} reads it. */
    @Param({"sgd", "adam", "adamw", "rmsprop"})
    public String optimizer = "";

    private @Nullable Updater updater;

    /** Allocates. */
    @Setup
    public void weights() {
      List<Trainable> trainables =
          Networks.named("resnet50").parameters().stream()
              .filter(p -> p.kind().learned())
              .map(p -> new Trainable(p, buffer(p), buffer(p)))
              .toList();
      updater = new Updater(Optimizer.parse(optimizer), trainables, ParameterGroups.alike(), 0);
    }

    private static FloatBuffer buffer(Parameter p) {
      FloatBuffer values =
          ByteBuffer.allocateDirect(p.size() * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, 0.01f * (i % 17 - 8));
      }
      return values;
    }
  }

  /** 32 pictures of 1000 classes. */
  @State(Scope.Benchmark)
  public static class Logits {
    private final CrossEntropy loss = new CrossEntropy();
    private final float[] logits = new float[32 * 1000];
    private final float[] gradient = new float[logits.length];
    private final int[] labels = new int[32];

    /** Fills the logits. */
    @Setup
    public void fill() {
      Random random = new Random(1);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) random.nextGaussian();
      }
    }
  }

  /** One step of an optimizer. */
  @Benchmark
  public void step(Weights weights) {
    Updater updater = weights.updater;
    if (updater != null) {
      updater.step(Schedule.Rate.of(1e-5));
    }
  }

  /** Cross-entropy with its gradient. */
  @Benchmark
  public double loss(Logits l) {
    return l.loss.ofLabels(l.logits, l.labels, 32, 1000, l.gradient);
  }
}
