package io.residua.train.internal;

import io.residua.Progress;
import io.residua.engine.internal.TrainingSession;
import io.residua.eval.internal.EvaluationException;
import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.run.EpochRecord;
import io.residua.train.DivergedException;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.Schedule;
import io.residua.train.TrainingException;
import io.residua.train.internal.TrainingState.Best;
import io.residua.train.internal.TrainingState.EpochSums;
import io.residua.train.internal.TrainingState.Score;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Epochs of steps over shuffled examples, each followed by a look at the validation part; keeps the
 * weights that did best there. Used once. Stopped between two steps, by whatever its progress or
 * its examples throw or by an interrupt, it saves a checkpoint.
 */
final class TrainingLoop {
  /**
   * Which phase of a run this is and what came before it.
   *
   * @param number from 0
   * @param recipe of the phase
   * @param network the whole
   * @param epochs of all phases together
   * @param before what came of the phases before it, with all weights; null in the first
   * @param start all weights at its beginning, for checkpoints; null where they need not hold them
   */
  record Phase(
      int number,
      Recipe recipe,
      Network network,
      int epochs,
      @Nullable TrainingOutcome before,
      @Nullable WeightMap start) {
    Phase withoutStart() {
      return new Phase(number, recipe, network, epochs, before, null);
    }

    FreezePlan plan() {
      return recipe.freezePlan(network);
    }
  }

  /** Told of each epoch that is done. */
  @FunctionalInterface
  interface Observer {
    void epochDone(EpochRecord record);
  }

  private final TrainingSession session;
  private final Examples examples;
  private final Phase phase;
  private final Recipe recipe;
  private final int threads;
  private final Progress progress;
  private final Checkpoints checkpoints;
  private final Observer observer;

  private final int batches;
  private final int picturesPerEpoch;
  private final int together;
  private final int steps;
  private final TrainingStep step;
  private final Schedule.Run schedule;

  private final @Nullable Ema ema;
  private final List<EpochRecord> history = new ArrayList<>();
  private @Nullable Best best;
  private int before;
  private int epoch;
  private int stepsDone;
  private EpochSums sums = EpochSums.NONE;

  /** Whether all state is that after a whole step, so that it can be saved. */
  private boolean betweenSteps = true;

  /**
   * @param session with the weights to begin with, those of {@code from} if that is given
   * @param from where to go on; null for the beginning
   * @throws TrainingException if the session keeps its weights in another order than {@code from}
   */
  TrainingLoop(
      TrainingSession session,
      Examples examples,
      Phase phase,
      RunContext at,
      Checkpoints checkpoints,
      Observer observer,
      @Nullable TrainingState from) {
    this.session = session;
    this.examples = examples;
    this.phase = phase;
    this.recipe = phase.recipe();
    this.threads = at.compute().threads();
    this.progress = at.progress();
    this.checkpoints = checkpoints;
    this.observer = observer;
    int batch = session.batchSize();
    Network network = phase.network();
    boolean whole = recipe.dropsLastBatch(phase.plan().takesBatchStatistics(network));
    int all = whole ? examples.size() / batch : (examples.size() + batch - 1) / batch;
    batches = recipe.batchesPerEpoch(all);
    // More steps than the pictures make go on with a new pass over them, in whole batches.
    picturesPerEpoch = batches > all ? batches * batch : Math.min(examples.size(), batches * batch);
    together = Math.min(recipe.get(RecipeSettings.ACCUMULATE), batches);
    steps = (batches + together - 1) / together;
    step = recipe.step(session, examples.labels(), recipe.groups(network), together, threads);
    schedule =
        recipe
            .get(RecipeSettings.SCHEDULE)
            .over(recipe.get(RecipeSettings.LR), recipe.get(RecipeSettings.EPOCHS), steps);
    double decay = recipe.get(RecipeSettings.EMA);
    ema = decay > 0 ? new Ema(decay, session, threads) : null;
    if (from == null) {
      if (phase.before() != null) {
        history.addAll(phase.before().history());
        best = phase.before().best();
      }
      before = history.size();
      epoch = before;
    } else {
      restore(from);
    }
  }

  private void restore(TrainingState from) {
    if (from.layout() != layout()) {
      throw new TrainingException(
          "the checkpoint was written by another processor or engine, which keeps weights in"
              + " another order; go on with the run where it began");
    }
    step.restore(from.optimizer());
    if (ema != null && from.average() != null) {
      ema.restore(from.average());
    }
    schedule.restore(from.schedule().stream().mapToDouble(d -> d).toArray());
    history.addAll(from.history());
    best = from.best();
    before = from.before();
    epoch = from.epoch();
    stepsDone = from.steps();
    sums = from.sums();
  }

  private TrainingState state() {
    return new TrainingState(
        phase.number(),
        before,
        phase.start(),
        epoch,
        stepsDone,
        session.weights(),
        step.state(),
        layout(),
        ema == null ? null : ema.weights(),
        best,
        Arrays.stream(schedule.state()).boxed().toList(),
        sums,
        history);
  }

  /** Checksum of the trained weights in the session's own order. */
  private int layout() {
    Crc32c crc = new Crc32c();
    session.trainables().forEach(t -> crc.add(t.parameter().name()).add(t.values()));
    return crc.value();
  }

  /** How many epochs were done before this phase. */
  int before() {
    return before;
  }

  /**
   * Trains to the end.
   *
   * @throws DivergedException before its first look at the validation part
   */
  TrainingOutcome run(Function<WeightMap, Score> validate) {
    Optional<String> failure = Optional.empty();
    try {
      while (epoch - before < recipe.get(RecipeSettings.EPOCHS) && !stoppedEarly()) {
        steps();
        validate(validate);
      }
    } catch (DivergedException e) {
      if (best == null) {
        throw e;
      }
      failure = Optional.of(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error stop) {
      if (betweenSteps) {
        checkpoints.stopping(state());
      }
      throw stop;
    }
    Best kept = best;
    if (kept == null) {
      throw new IllegalStateException("a run without epochs");
    }
    Optional<WeightMap> last = failure.isPresent() ? Optional.empty() : Optional.of(weights());
    return new TrainingOutcome(kept, last, history, before, failure, Map.of());
  }

  /** The weights that are validated and kept. */
  private WeightMap weights() {
    return ema == null ? session.weights() : ema.weights();
  }

  private boolean stoppedEarly() {
    Best kept = best;
    if (recipe.get(RecipeSettings.EARLY_STOPPING) == 0
        || kept == null
        || epoch - Math.max(before, kept.epoch()) < recipe.get(RecipeSettings.EARLY_STOPPING)) {
      return false;
    }
    progress.line(
        Text.of("stopped after epoch %d: no better score since epoch %d", epoch, kept.epoch()));
    return true;
  }

  /** The steps of the epoch that are left. */
  private void steps() {
    long start = System.nanoTime() - sums.nanos();
    EpochPictures pictures =
        new EpochPictures(
            examples.labels(),
            session.outputSize(),
            recipe.get(RecipeSettings.SAMPLING),
            recipe.seed(),
            epoch,
            picturesPerEpoch);
    TrainingEpoch pass =
        new TrainingEpoch(step, session, recipe, epoch, batches, picturesPerEpoch, sums);
    try (BatchLoader loader =
            new BatchLoader(
                examples,
                pictures,
                session.batchSize(),
                stepsDone * together,
                batches,
                session.inputSize(),
                threads);
        Progress.Task task =
            progress.start(
                Text.of("epoch %d/%d", epoch + 1, phase.epochs()), picturesPerEpoch, "images")) {
      task.advance(pass.seen());
      while (stepsDone < steps) {
        int before = pass.seen();
        betweenSteps = false;
        step(pass, loader);
        stepsDone++;
        sums = pass.sums(System.nanoTime() - start);
        betweenSteps = true;
        checkpoints.stepDone(this::state);
        task.advance(
            pass.seen() - before,
            Text.of("loss %.4f  accuracy %.4f", pass.meanLoss(), pass.accuracy()));
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted");
        }
      }
    }
  }

  private void step(TrainingEpoch pass, BatchLoader loader) {
    long number = (long) (epoch - before) * steps + stepsDone;
    int from = stepsDone * together;
    try {
      pass.backward(loader, from, Math.min(batches, from + together));
    } catch (TrainingEpoch.NotFinite e) {
      throw diverged(e.getMessage(), number + 1);
    }
    step.update(schedule.at(number));
    if (ema != null) {
      ema.update();
    }
  }

  private void validate(Function<WeightMap, Score> validate) {
    long start = System.nanoTime();
    long step = (long) (epoch - before) * steps + stepsDone;
    WeightMap weights = weights();
    Score score;
    try {
      score = validate.apply(weights);
    } catch (EvaluationException notNumbers) {
      throw diverged("the network's answers are no numbers", step);
    }
    schedule.epochEnded(score.loss());
    double trainSeconds = sums.nanos() / 1e9;
    EpochRecord record =
        new EpochRecord(
            epoch + 1,
            schedule.at(step - 1).learningRate(),
            sums.loss() / sums.seen(),
            (double) sums.right() / sums.seen(),
            score.loss(),
            score.accuracy(),
            trainSeconds + (System.nanoTime() - start) / 1e9,
            sums.seen() / trainSeconds,
            sums.loadingNanos() / 1e9);
    history.add(record);
    Best before = best;
    if (before == null || recipe.keepsLast() || score.betterThan(before.score())) {
      best = new Best(weights, epoch + 1, score);
    }
    epoch++;
    stepsDone = 0;
    sums = EpochSums.NONE;
    observer.epochDone(record);
    progress.line(record.text(phase.epochs()));
    checkpoints.epochDone(this::state);
  }

  private DivergedException diverged(@Nullable String how, long step) {
    return new DivergedException(
        Text.of(
            "training diverged: %s at step %d (epoch %d); lower the learning rate (lr is %s)",
            how, step, epoch + 1, recipe.get("lr")));
  }
}
