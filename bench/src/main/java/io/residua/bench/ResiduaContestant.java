package io.residua.bench;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.BatchRunner;
import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.Calibrator;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.nn.internal.Network;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Residua, in one precision; weights and pictures are random. */
public final class ResiduaContestant {
  private static final int PICTURES_TO_CALIBRATE = 4;

  private ResiduaContestant() {}

  /** Arguments: {@code fp32}, {@code bf16} or another precision of the engine, and the threads. */
  public static void main(String[] args) throws IOException {
    int threads = Integer.parseInt(args[1]);
    String commit = System.getenv().getOrDefault("RESIDUA_COMMIT", "");
    Turns.serve(commit, what -> open(what, precision(args[0]), threads));
  }

  private static Precision precision(String name) {
    for (Precision p : Precision.values()) {
      if (p.text().equals(name)) {
        return p;
      }
    }
    throw new IllegalArgumentException(
        "the engine has no precision " + name.toUpperCase(Locale.ROOT));
  }

  private static Turns.Work open(Case what, Precision precision, int threads) {
    Network network = Networks.named(what.network());
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    Compute compute = new Compute(Device.CPU, precision, threads);
    return switch (what.task()) {
      case INFER -> inference(what, network, weights, compute);
      case STREAM -> stream(what, network, weights, compute);
      case FOLDER, CALLERS -> new ClassifierWork(what, network, weights, compute);
      case TRAIN, TRAIN_LAST -> new ResiduaTraining(what, network, weights, compute);
    };
  }

  /** For int8, from random pictures; the other precisions need none. */
  private static @Nullable Calibration calibration(
      Case what, Network network, WeightMap weights, Compute compute) {
    if (compute.precision() != Precision.INT8) {
      return null;
    }
    float[] pictures = random(PICTURES_TO_CALIBRATE * what.picture().size());
    int size = what.picture().size();
    return new Calibrator(network, weights, what.picture(), compute.threads())
        .calibrate(
            (index, target, offset) -> {
              System.arraycopy(pictures, index * size, target, offset, size);
              return true;
            },
            PICTURES_TO_CALIBRATE,
            Optional.of(Calibration.Method.MIN_MAX),
            "random pictures",
            Progress.NONE)
        .calibration();
  }

  private static Turns.Work inference(
      Case what, Network network, WeightMap weights, Compute compute) {
    InferenceSession session =
        Engine.inference(
            network,
            weights,
            what.picture(),
            what.batch(),
            compute,
            calibration(what, network, weights, compute));
    float[] input = random(what.batch() * session.inputSize());
    float[] output = new float[what.batch() * session.outputSize()];
    return new Turns.Work() {
      @Override
      public int run() {
        session.run(input, what.batch(), output);
        return what.batch();
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  private static Turns.Work stream(Case what, Network network, WeightMap weights, Compute compute) {
    BatchRunner runner =
        new BatchRunner(
            network,
            weights,
            what.picture(),
            compute,
            calibration(what, network, weights, compute));
    float[] picture = random(runner.inputSize());
    return new Turns.Work() {
      @Override
      public int run() {
        runner.runAll(
            what.batch(),
            (index, target, offset) -> {
              System.arraycopy(picture, 0, target, offset, picture.length);
              return true;
            },
            (index, output, offset) -> {},
            Progress.NONE.start("", what.batch(), ""));
        return what.batch();
      }

      @Override
      public void close() {
        runner.close();
      }
    };
  }

  static float[] random(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
