package io.residua.train.internal;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.internal.NewFolder;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.TrainingSession;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Text;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.Schedule;
import io.residua.train.TrainingException;
import io.residua.train.internal.LearningRateTest.Point;
import io.residua.train.internal.LearningRateTest.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Trains a few steps on a copy of the weights, each with a higher learning rate than the last. */
public final class LearningRateFinder {
  /** Weight of what came before in the moving average of the loss. */
  private static final double SMOOTHING = 0.98;

  /** The test ends when the average is so many times the lowest so far. */
  private static final double RUNAWAY = 4;

  private final TrainingSession session;
  private final Examples examples;
  private final Recipe recipe;
  private final TrainingStep step;
  private final int threads;
  private final int batchesPerEpoch;
  private final int together;

  private LearningRateFinder(
      TrainingSession session,
      Examples examples,
      Recipe recipe,
      ParameterGroups groups,
      int threads) {
    this.session = session;
    this.examples = examples;
    this.recipe = recipe;
    this.threads = threads;
    batchesPerEpoch = Math.max(1, examples.size() / session.batchSize());
    together = Math.min(recipe.get(RecipeSettings.ACCUMULATE), batchesPerEpoch);
    step = recipe.step(session, examples.labels(), groups, together, threads);
  }

  /**
   * Makes the test and writes what it measured into a new folder.
   *
   * @param from what is trained; its mixing of pictures is left out
   * @param data pictures to train on, of which only those that are needed are looked at
   * @param at in whose folder, a new one
   */
  public static LearningRateTest find(
      StartingPoint from, ImageDataset data, Range range, RunContext at) {
    Recipe recipe = from.recipe().with("mix", "none");
    return NewFolder.make(
        at.folder(),
        folder -> {
          try (TrainedPart part =
              new TrainedPart(from.spec(), from.weights(), from.plan(), recipe, at.in(folder))) {
            Examples examples = part.training(needed(data, recipe, range));
            LearningRateTest test = run(from, part, examples, recipe, range, at);
            AtomicFiles.write(folder.resolve("lr-find.csv"), test.csv());
            AtomicFiles.write(folder.resolve("lr-find.svg"), test.svg());
            return test;
          }
        });
  }

  private static LearningRateTest run(
      StartingPoint from,
      TrainedPart part,
      Examples examples,
      Recipe recipe,
      Range range,
      RunContext at) {
    try (TrainingSession session =
        Engine.training(
            part.network(),
            from.weights(),
            part.input(),
            part.options(examples.size()),
            at.compute().device())) {
      ParameterGroups groups = recipe.groups(from.spec().network());
      LearningRateFinder finder =
          new LearningRateFinder(session, examples, recipe, groups, at.compute().threads());
      int picturesEach = session.batchSize() * finder.together;
      return new LearningRateTest(recipe, range, finder.run(range, at.progress()), picturesEach);
    }
  }

  /** As many pictures as the steps need, as the first epoch shows them. */
  private static ImageDataset needed(ImageDataset data, Recipe recipe, Range range) {
    long most =
        (long) range.steps()
            * recipe.get(RecipeSettings.BATCH_SIZE)
            * recipe.get(RecipeSettings.ACCUMULATE);
    int[] order =
        recipe
            .get(RecipeSettings.SAMPLING)
            .of(data.labels(), data.classes().size(), recipe.seed(), 0);
    return new ImageDataset(
        data.classes(),
        Arrays.stream(order).distinct().limit(most).mapToObj(data.samples()::get).toList());
  }

  /**
   * The loss at each rate.
   *
   * @throws TrainingException if it is no number from the first step on
   */
  private List<Point> run(Range range, Progress progress) {
    List<Point> points = new ArrayList<>();
    double average = 0;
    double lowest = Double.POSITIVE_INFINITY;
    try (Batches batches = new Batches();
        Progress.Task task = progress.start("learning rates", range.steps(), "steps")) {
      for (int done = 0; done < range.steps(); done++) {
        double now = backward(batches);
        average = SMOOTHING * average + (1 - SMOOTHING) * now;
        double smoothed = average / (1 - Math.pow(SMOOTHING, done + 1));
        if (!Double.isFinite(smoothed)) {
          break;
        }
        double rate = range.at(done);
        points.add(new Point(rate, now, smoothed));
        lowest = Math.min(lowest, smoothed);
        if (smoothed > RUNAWAY * lowest) {
          break;
        }
        step.update(Schedule.Rate.of(rate));
        task.advance(1, Text.of("lr %.1e  loss %.4f", rate, smoothed));
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted");
        }
      }
    }
    if (points.isEmpty()) {
      throw new TrainingException("the loss is no number before the first step");
    }
    return points;
  }

  /** Gradients of a step's batches; their mean loss. */
  private double backward(Batches batches) {
    double sum = 0;
    for (int i = 0; i < together; i++) {
      BatchLoader.Batch next = batches.next();
      sum += step.backward(next.input(), next.labels(), null, batches.taken - 1, 1.0 / together);
    }
    return sum / together;
  }

  /** Whole batches of one epoch after the other, for as long as they are wanted. */
  private final class Batches implements AutoCloseable {
    private int taken;
    private @Nullable BatchLoader epoch;

    BatchLoader.Batch next() {
      BatchLoader loader = epoch;
      if (loader == null || taken % batchesPerEpoch == 0) {
        close();
        int size = session.batchSize();
        EpochPictures pictures =
            new EpochPictures(
                examples.labels(),
                session.outputSize(),
                recipe.get(RecipeSettings.SAMPLING),
                recipe.seed(),
                taken / batchesPerEpoch,
                batchesPerEpoch * size);
        int input = session.inputSize();
        loader = new BatchLoader(examples, pictures, size, 0, batchesPerEpoch, input, threads);
        epoch = loader;
      }
      taken++;
      return loader.next();
    }

    @Override
    public void close() {
      if (epoch != null) {
        epoch.close();
      }
    }
  }
}
