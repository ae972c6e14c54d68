package io.residua.train;

import io.residua.UsageException;
import io.residua.internal.Term;
import io.residua.internal.Text;
import io.residua.train.internal.ScheduleRuns;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * How the learning rate changes over a run, as a value. Lengths are in epochs and rates relative to
 * the run's learning rate, so a schedule fits every run; {@link #over} gives the rate of each step.
 */
public sealed interface Schedule {
  /**
   * What an optimizer's step is done with.
   *
   * @param momentum momentum (SGD, RMSprop) or beta1 (Adam, AdamW); empty for the optimizer's own
   */
  record Rate(double learningRate, OptionalDouble momentum) {
    /** With the optimizer's own momentum. */
    public static Rate of(double learningRate) {
      return new Rate(learningRate, OptionalDouble.empty());
    }
  }

  /** A schedule in a run. */
  @FunctionalInterface
  interface Run {
    /**
     * The rate of a step.
     *
     * @param step from 0; past the end the last rate holds
     */
    Rate at(long step);

    /**
     * Tells how good the model is after an epoch; only {@link ReduceOnPlateau} listens.
     *
     * @param loss the validation loss, lower is better
     */
    default void epochEnded(double loss) {}

    /** What this run remembers of past epochs, to continue it exactly. */
    default double[] state() {
      return new double[0];
    }

    /** Continues from a {@link #state}. */
    default void restore(double[] state) {}
  }

  /** The same rate throughout. */
  record Constant() implements Schedule {}

  /** Times {@code factor} every {@code epochs} epochs, as {@code StepLR}. */
  record Step(int epochs, double factor) implements Schedule {
    public Step {
      UsageException.check(epochs >= 1, "epochs", epochs, "1 or more");
      UsageException.check(factor > 0, "factor", factor, "above 0");
    }
  }

  /** Times {@code factor} at the start of each of the given epochs, as {@code MultiStepLR}. */
  record MultiStep(List<Integer> epochs, double factor) implements Schedule {
    public MultiStep {
      epochs = List.copyOf(epochs);
      epochs.forEach(e -> UsageException.check(e >= 0, "epochs", e, "0 or more"));
      UsageException.check(factor > 0, "factor", factor, "above 0");
    }
  }

  /**
   * A linear rise followed by half a cosine (Loshchilov and Hutter 2016), step by step; without the
   * rise as {@code CosineAnnealingLR}.
   *
   * @param warmupEpochs length of the rise; 0 for none
   * @param warmupStart the first rate of the rise, times the learning rate; above 0, to 1
   * @param end the last rate, times the learning rate; 0 to 1
   */
  record Cosine(double warmupEpochs, double warmupStart, double end) implements Schedule {
    public Cosine {
      UsageException.check(warmupEpochs >= 0, "warmup", warmupEpochs, "0 or more");
      UsageException.check(
          warmupStart > 0 && warmupStart <= 1, "warmup-start", warmupStart, "above 0, to 1");
      UsageException.check(end >= 0 && end <= 1, "end", end, "0 to 1");
    }
  }

  /**
   * One cycle (Smith and Topin 2017), as {@code OneCycleLR}: the rate rises from the learning rate
   * divided by {@code div} to the learning rate and falls to its start divided by {@code finalDiv},
   * while momentum (or beta1) goes from {@code highMomentum} to {@code lowMomentum} and back.
   *
   * @param rise part of the run in which the rate rises, 0 to 1
   * @param linear whether both change along lines in place of cosines
   */
  record OneCycle(
      double rise,
      double div,
      double finalDiv,
      boolean linear,
      double lowMomentum,
      double highMomentum)
      implements Schedule {
    public OneCycle {
      UsageException.check(rise >= 0 && rise <= 1, "rise", rise, "0 to 1");
      UsageException.check(div >= 1, "div", div, "1 or more");
      UsageException.check(finalDiv >= 1, "final-div", finalDiv, "1 or more");
      UsageException.check(
          lowMomentum >= 0 && lowMomentum < 1, "low-momentum", lowMomentum, "0 up to 1");
      UsageException.check(
          highMomentum >= 0 && highMomentum < 1, "high-momentum", highMomentum, "0 up to 1");
    }
  }

  /**
   * Times {@code factor} when the validation loss has not improved for more than {@code patience}
   * epochs, as {@code ReduceLROnPlateau}.
   *
   * @param threshold by which part of the best loss a loss must be lower to count as better
   * @param end the lowest rate, times the learning rate
   */
  record ReduceOnPlateau(double factor, int patience, double threshold, double end)
      implements Schedule {
    public ReduceOnPlateau {
      UsageException.check(factor > 0 && factor < 1, "factor", factor, "above 0, below 1");
      UsageException.check(patience >= 0, "patience", patience, "0 or more");
      UsageException.check(threshold >= 0 && threshold < 1, "threshold", threshold, "0 up to 1");
      UsageException.check(end >= 0 && end <= 1, "end", end, "0 to 1");
    }
  }

  /**
   * This schedule in a run.
   *
   * @param learningRate the run's learning rate, in one-cycle the highest; above 0
   * @param epochs length of the run
   * @param stepsPerEpoch optimizer steps in an epoch
   */
  default Run over(double learningRate, int epochs, int stepsPerEpoch) {
    UsageException.check(learningRate > 0, "learning rate", learningRate, "above 0");
    UsageException.check(epochs >= 1, "epochs", epochs, "1 or more");
    UsageException.check(stepsPerEpoch >= 1, "steps per epoch", stepsPerEpoch, "1 or more");
    long steps = (long) epochs * stepsPerEpoch;
    if (this instanceof Step s) {
      return step ->
          Rate.of(learningRate * Math.pow(s.factor(), step / stepsPerEpoch / s.epochs()));
    } else if (this instanceof MultiStep s) {
      return step -> {
        long passed = s.epochs().stream().filter(e -> e <= step / stepsPerEpoch).count();
        return Rate.of(learningRate * Math.pow(s.factor(), passed));
      };
    } else if (this instanceof Cosine c) {
      return ScheduleRuns.cosine(c, learningRate, steps, stepsPerEpoch);
    } else if (this instanceof OneCycle c) {
      return ScheduleRuns.oneCycle(c, learningRate, steps);
    } else if (this instanceof ReduceOnPlateau r) {
      return new ScheduleRuns.Plateau(r, learningRate);
    }
    return step -> Rate.of(learningRate);
  }

  /** The form that {@link #parse} reads, with every setting. */
  default String text() {
    if (this instanceof Step s) {
      return Term.of("step").add("epochs", s.epochs()).add("factor", s.factor()).text();
    } else if (this instanceof MultiStep s) {
      String epochs = s.epochs().stream().map(String::valueOf).collect(Collectors.joining("/"));
      return Term.of("multistep").add("epochs", epochs).add("factor", s.factor()).text();
    } else if (this instanceof Cosine c) {
      return Term.of("cosine")
          .add("warmup", c.warmupEpochs())
          .add("warmup-start", c.warmupStart())
          .add("end", c.end())
          .text();
    } else if (this instanceof OneCycle c) {
      return Term.of("one-cycle")
          .add("rise", c.rise())
          .add("div", c.div())
          .add("final-div", c.finalDiv())
          .add("linear", c.linear())
          .add("low-momentum", c.lowMomentum())
          .add("high-momentum", c.highMomentum())
          .text();
    } else if (this instanceof ReduceOnPlateau r) {
      return Term.of("plateau")
          .add("factor", r.factor())
          .add("patience", r.patience())
          .add("threshold", r.threshold())
          .add("end", r.end())
          .text();
    }
    return "constant";
  }

  /**
   * Reads {@code constant}, {@code step}, {@code multistep}, {@code cosine}, {@code one-cycle} or
   * {@code plateau}, with settings after a colon: {@code multistep:epochs=20/50/80,factor=0.2},
   * {@code cosine:warmup=5}. Settings that are left out have PyTorch's defaults where it has any.
   *
   * @throws UsageException with one line that says what is wrong
   */
  static Schedule parse(String text) {
    return Term.read("schedule", text, Schedule::read);
  }

  private static Schedule read(Term s) {
    return switch (s.name()) {
      case "constant" -> new Constant();
      case "step" -> new Step(s.whole("epochs", 30), s.number("factor", 0.1));
      case "multistep" -> new MultiStep(epochs(s.text("epochs", "")), s.number("factor", 0.1));
      case "cosine" ->
          new Cosine(s.number("warmup", 0), s.number("warmup-start", 0.01), s.number("end", 0));
      case "one-cycle" ->
          new OneCycle(
              s.number("rise", 0.3),
              s.number("div", 25),
              s.number("final-div", 1e4),
              s.flag("linear", false),
              s.number("low-momentum", 0.85),
              s.number("high-momentum", 0.95));
      case "plateau" ->
          new ReduceOnPlateau(
              s.number("factor", 0.1),
              s.whole("patience", 10),
              s.number("threshold", 1e-4),
              s.number("end", 0));
      default -> throw s.unknown("constant", "step", "multistep", "cosine", "one-cycle", "plateau");
    };
  }

  private static List<Integer> epochs(String text) {
    if (text.isEmpty()) {
      throw new UsageException("epochs is missing, whole numbers such as epochs=20/50/80");
    }
    try {
      return Arrays.stream(text.split("/", -1)).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new UsageException(
          Text.of("epochs is '%s', not whole numbers such as 20/50/80", text), e);
    }
  }
}
