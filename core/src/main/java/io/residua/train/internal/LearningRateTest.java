package io.residua.train.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Setting;
import io.residua.UsageException;
import io.residua.internal.JsonRecords;
import io.residua.internal.Text;
import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.train.Recipe;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a learning-rate range test measured (Smith 2015, arXiv:1506.01186): the loss of batch after
 * batch while the learning rate rises exponentially.
 *
 * @param recipe as it was tested, every {@code auto} resolved
 * @param range from where to where
 * @param points in order; fewer than the range has where the loss ran away
 * @param picturesEach of which the loss at each rate is the mean. Each rate is tried once, so what
 *     is suggested has no interval: it is where to begin
 */
public record LearningRateTest(Recipe recipe, Range range, List<Point> points, int picturesEach) {
  /** Part of the test at its start that suggestions pass over: the loss is not smooth yet. */
  private static final double HEAD = 0.1;

  /** Points at its end that they pass over: the loss is running away. */
  private static final int TAIL = 5;

  private static final int FEWEST = 3;

  /**
   * What is tried.
   *
   * @param from the first learning rate, above 0
   * @param to the last, above {@code from}
   * @param steps how many, at least 10
   */
  public record Range(double from, double to, int steps) {
    /** From 1e-7 to 10 in a hundred steps. */
    public static final Range USUAL = new Range(1e-7, 10, 100);

    public Range {
      UsageException.check(from > 0 && from < 1e6, "the lowest learning rate", from, "above 0");
      UsageException.check(
          to > from && to <= 1e6, "the highest learning rate", to, "above the lowest");
      UsageException.check(steps >= 10 && steps <= 100_000, "steps", steps, "from 10 to 100000");
    }

    /** The learning rate of a step, from 0. */
    double at(int step) {
      return from * Math.pow(to / from, (double) step / (steps - 1));
    }
  }

  /**
   * A step.
   *
   * @param loss of its batch, before the step
   * @param smoothed moving average of the losses so far
   */
  public record Point(double learningRate, double loss, double smoothed) {}

  private record Json(
      double suggestedLr,
      double steepestLr,
      double lowestLr,
      boolean diverged,
      int picturesEach,
      String recipe,
      List<JsonPoint> points) {}

  private record JsonPoint(double learningRate, double loss, double smoothedLoss) {}

  public LearningRateTest {
    points = List.copyOf(points);
  }

  /** Whether the test ended before the highest rate because the loss ran away. */
  public boolean diverged() {
    return points.size() < range.steps();
  }

  /**
   * The rate to train with: the middle of the longest descent, that is of the longest series of
   * points, not necessarily neighbours, of which each has a lower smoothed loss than the one
   * before. Empty where there is no descent.
   */
  public OptionalDouble suggestion() {
    double[] losses = considered();
    int[] length = new int[losses.length];
    int end = 0;
    for (int i = 0; i < losses.length; i++) {
      length[i] = 1;
      for (int j = 0; j < i; j++) {
        if (losses[i] < losses[j]) {
          length[i] = Math.max(length[i], length[j] + 1);
        }
      }
      end = length[i] > length[end] ? i : end;
    }
    if (losses.length == 0 || length[end] < FEWEST) {
      return OptionalDouble.empty();
    }
    int start = end;
    for (int i = end - 1; i >= 0; i--) {
      if (length[i] == length[start] - 1 && losses[i] > losses[start]) {
        start = i;
      }
    }
    return OptionalDouble.of(rate((start + end) / 2));
  }

  /** The rate at which the smoothed loss falls most by the logarithm of the rate. */
  public OptionalDouble steepest() {
    double[] losses = considered();
    int at = -1;
    double most = 0;
    for (int i = 1; i < losses.length; i++) {
      if (losses[i] - losses[i - 1] < most) {
        most = losses[i] - losses[i - 1];
        at = i;
      }
    }
    return at < 0 ? OptionalDouble.empty() : OptionalDouble.of(rate(at));
  }

  /** The rate at which the smoothed loss is lowest; training is safe well below it. */
  public OptionalDouble lowest() {
    double[] losses = considered();
    int at = 0;
    for (int i = 1; i < losses.length; i++) {
      at = losses[i] < losses[at] ? i : at;
    }
    return losses.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(rate(at));
  }

  private int skipped() {
    return (int) (points.size() * HEAD);
  }

  private double[] considered() {
    double[] all = points.stream().mapToDouble(Point::smoothed).toArray();
    int from = skipped();
    return Arrays.copyOfRange(all, from, Math.max(from, all.length - TAIL));
  }

  private double rate(int considered) {
    return points.get(skipped() + considered).learningRate();
  }

  /** A rate with two digits, as it is typed after {@code --lr}. */
  public static String text(double learningRate) {
    double rounded = Double.parseDouble(Text.of("%.1e", learningRate));
    return Setting.number(rounded);
  }

  /** Loss by learning rate, with the suggestion marked. */
  public String svg() {
    double[] rates = points.stream().mapToDouble(Point::learningRate).toArray();
    Chart chart =
        new Chart(
                "Loss while the learning rate rises",
                Axis.logarithmic("learning rate"),
                Axis.linear("loss"))
            .line("smoothed", rates, points.stream().mapToDouble(Point::smoothed).toArray(), "s0")
            .line(
                "of each batch",
                rates,
                points.stream().mapToDouble(this::shown).toArray(),
                "s1 faint");
    suggestion().ifPresent(rate -> chart.mark("suggested " + text(rate), rate));
    steepest().ifPresent(rate -> chart.mark("steepest " + text(rate), rate));
    return chart.alone();
  }

  /** A batch's loss, unless it is so high that nothing else would be seen. */
  private double shown(Point point) {
    double highest = points.stream().mapToDouble(Point::smoothed).max().orElse(0);
    return point.loss() <= 1.5 * highest ? point.loss() : Double.NaN;
  }

  /** The test as JSON; the keys are stable. */
  public ObjectNode toJson() {
    return JsonRecords.toJson(
        new Json(
            suggestion().orElse(Double.NaN),
            steepest().orElse(Double.NaN),
            lowest().orElse(Double.NaN),
            diverged(),
            picturesEach,
            recipe.toYaml(),
            points.stream()
                .map(p -> new JsonPoint(p.learningRate(), p.loss(), p.smoothed()))
                .toList()));
  }

  /** The test as CSV: a header, then a line a step. */
  public String csv() {
    StringBuilder csv = new StringBuilder("step,learning_rate,loss,smoothed_loss\n");
    for (int i = 0; i < points.size(); i++) {
      Point p = points.get(i);
      csv.append(Text.of("%d,%.6g,%.6f,%.6f%n", i + 1, p.learningRate(), p.loss(), p.smoothed()));
    }
    return csv.toString();
  }
}
