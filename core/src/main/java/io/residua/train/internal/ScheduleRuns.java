package io.residua.train.internal;

import io.residua.train.Schedule;
import io.residua.train.Schedule.Cosine;
import io.residua.train.Schedule.OneCycle;
import io.residua.train.Schedule.Rate;
import io.residua.train.Schedule.ReduceOnPlateau;
import java.util.OptionalDouble;

/** The formulas of those schedules that have more than one line. */
public final class ScheduleRuns {
  private ScheduleRuns() {}

  public static Schedule.Run cosine(Cosine c, double learningRate, long steps, int stepsPerEpoch) {
    long warmup = Math.round(c.warmupEpochs() * stepsPerEpoch);
    double end = c.end() * learningRate;
    return step -> {
      if (step < warmup) {
        double part = (double) step / warmup;
        return Rate.of(learningRate * (c.warmupStart() + (1 - c.warmupStart()) * part));
      }
      double part = steps > warmup ? (double) (step - warmup) / (steps - warmup) : 1;
      return Rate.of(between(learningRate, end, part, false));
    };
  }

  public static Schedule.Run oneCycle(OneCycle c, double learningRate, long steps) {
    double start = learningRate / c.div();
    double last = start / c.finalDiv();
    double top = Math.max(0, c.rise() * steps - 1);
    return step -> {
      double from;
      double to;
      double fromMomentum;
      double toMomentum;
      double part;
      if (step < top) {
        from = start;
        to = learningRate;
        fromMomentum = c.highMomentum();
        toMomentum = c.lowMomentum();
        part = step / top;
      } else {
        from = learningRate;
        to = last;
        fromMomentum = c.lowMomentum();
        toMomentum = c.highMomentum();
        part = steps - 1 > top ? (step - top) / (steps - 1 - top) : 1;
      }
      return new Rate(
          between(from, to, part, c.linear()),
          OptionalDouble.of(between(fromMomentum, toMomentum, part, c.linear())));
    };
  }

  /** A value on the way, along a line or half a cosine; the end where the part is 1 or more. */
  private static double between(double from, double to, double part, boolean linear) {
    double p = Math.min(1, part);
    return linear ? from + (to - from) * p : to + (from - to) / 2 * (1 + Math.cos(Math.PI * p));
  }

  /** Watches the validation loss. */
  public static final class Plateau implements Schedule.Run {
    private final ReduceOnPlateau settings;
    private final double lowest;
    private double rate;
    private double best = Double.MAX_VALUE;
    private int badEpochs;

    public Plateau(ReduceOnPlateau settings, double learningRate) {
      this.settings = settings;
      lowest = settings.end() * learningRate;
      rate = learningRate;
    }

    @Override
    public Rate at(long step) {
      return Rate.of(rate);
    }

    @Override
    public void epochEnded(double loss) {
      if (loss < best * (1 - settings.threshold())) {
        best = loss;
        badEpochs = 0;
      } else {
        badEpochs++;
      }
      if (badEpochs > settings.patience()) {
        rate = Math.max(lowest, rate * settings.factor());
        badEpochs = 0;
      }
    }

    @Override
    public double[] state() {
      return new double[] {rate, best, badEpochs};
    }

    @Override
    public void restore(double[] state) {
      if (state.length != 3) {
        throw new IllegalArgumentException(
            "the state of a plateau schedule has 3 values, not " + state.length);
      }
      rate = state[0];
      best = state[1];
      badEpochs = (int) state[2];
    }
  }
}
