package io.residua.train;

import io.residua.Progress;
import io.residua.engine.TrainingSession;
import io.residua.eval.EvaluationException;
import io.residua.eval.Predictions;
import io.residua.weights.WeightMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Epochs of steps over shuffled examples, each followed by a look at the validation part; keeps the
 * weights that did best there.
 */
final class TrainingLoop {
  /**
   * How good weights are on the validation part.
   *
   * @param loss cross-entropy
   * @param accuracy share of right answers
   */
  record Score(double loss, double accuracy) {
    /** More right answers, or as many and a lower loss. */
    boolean betterThan(@Nullable Score other) {
      return other == null
          || accuracy > other.accuracy
          || (accuracy == other.accuracy && loss < other.loss);
    }
  }

  /**
   * What came of it.
   *
   * @param best the trained weights with the best score on the validation part
   * @param bestEpoch when that was, from 1
   * @param last the weights at the end
   * @param history an entry an epoch
   */
  record Outcome(WeightMap best, int bestEpoch, WeightMap last, List<EpochRecord> history) {}

  private final TrainingSession session;
  private final Examples examples;
  private final Recipe recipe;
  private final CrossEntropy loss;
  private final boolean wholeBatches;
  private final int threads;
  private final Progress progress;

  /**
   * @param wholeBatches whether a last batch that is not full is left out
   * @param threads how many load examples and update weights
   */
  TrainingLoop(
      TrainingSession session,
      Examples examples,
      Recipe recipe,
      boolean wholeBatches,
      int threads,
      Progress progress) {
    this.session = session;
    this.examples = examples;
    this.recipe = recipe;
    this.loss = recipe.loss();
    this.threads = threads;
    this.wholeBatches = wholeBatches;
    this.progress = progress;
  }

  Outcome run(Function<WeightMap, Score> validate) {
    int epochs = recipe.epochs();
    int batch = session.batchSize();
    int steps = wholeBatches ? examples.size() / batch : (examples.size() + batch - 1) / batch;
    Updater updater =
        new Updater(
            recipe.optimizer(), session.trainables(), ParameterGroups.decayOnlyWeights(), threads);
    Schedule.Run schedule = recipe.schedule().over(recipe.learningRate(), epochs, steps);
    List<EpochRecord> history = new ArrayList<>();
    Score best = null;
    int bestEpoch = 0;
    WeightMap bestWeights = session.weights();
    WeightMap last = bestWeights;
    long step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      long start = System.nanoTime();
      Epoch e = new Epoch(epoch, steps);
      try (BatchLoader loader = e.loader();
          Progress.Task task =
              progress.start("epoch %d/%d".formatted(epoch + 1, epochs), e.pictures(), "images")) {
        for (int s = 0; s < steps; s++) {
          e.step(loader.next(), step, task);
          updater.step(schedule.at(step));
          step++;
        }
      }
      double trainSeconds = (System.nanoTime() - start) / 1e9;
      last = session.weights();
      Score score;
      try {
        score = validate.apply(last);
      } catch (EvaluationException notNumbers) {
        throw diverged("the network's answers are no numbers", step, epoch);
      }
      schedule.epochEnded(score.loss());
      EpochRecord record =
          new EpochRecord(
              epoch + 1,
              schedule.at(step - 1).learningRate(),
              e.meanLoss(),
              e.accuracy(),
              score.loss(),
              score.accuracy(),
              (System.nanoTime() - start) / 1e9,
              e.pictures() / trainSeconds);
      history.add(record);
      progress.line(record.text(epochs));
      if (score.betterThan(best)) {
        best = score;
        bestEpoch = epoch + 1;
        bestWeights = last;
      }
    }
    return new Outcome(bestWeights, bestEpoch, last, history);
  }

  private TrainingException diverged(String how, long step, int epoch) {
    return new TrainingException(
        "training diverged: %s at step %d (epoch %d); lower the learning rate (lr is %s)"
            .formatted(how, step, epoch + 1, recipe.get("lr")));
  }

  /** The steps of one pass over the examples. */
  private final class Epoch {
    private final int number;
    private final int steps;
    private final int classes = session.outputSize();
    private final int batch = session.batchSize();
    private final float[] logits = new float[batch * classes];
    private final float[] gradient = new float[batch * classes];
    private double lossSum;
    private int seen;
    private int right;

    Epoch(int number, int steps) {
      this.number = number;
      this.steps = steps;
    }

    int pictures() {
      return Math.min(examples.size(), steps * batch);
    }

    BatchLoader loader() {
      int[] order = recipe.sampling().of(examples.labels(), classes, recipe.seed(), number);
      return new BatchLoader(examples, order, number, batch, steps, session.inputSize(), threads);
    }

    void step(BatchLoader.Batch examples, long step, Progress.Task task) {
      int[] labels = examples.labels();
      int count = labels.length;
      session.forward(examples.input(), count, step, logits);
      double mean = loss.ofLabels(logits, labels, count, classes, gradient);
      if (!Double.isFinite(mean)) {
        throw diverged("the loss is " + mean, step + 1, number);
      }
      session.backward(gradient);
      lossSum += mean * count;
      seen += count;
      for (int i = 0; i < count; i++) {
        right += Predictions.argMax(logits, i * classes, classes) == labels[i] ? 1 : 0;
      }
      task.advance(
          count, String.format(Locale.ROOT, "loss %.4f  accuracy %.4f", meanLoss(), accuracy()));
    }

    double meanLoss() {
      return lossSum / seen;
    }

    double accuracy() {
      return (double) right / seen;
    }
  }
}
