package io.residua.train.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.run.internal.RunFolder;
import io.residua.train.CheckpointPlan;
import io.residua.train.TrainingException;
import io.residua.train.internal.CheckpointFile.Content;
import io.residua.train.internal.CheckpointFile.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The checkpoints of a run: the newest and the one before it, so that there is one at every moment,
 * also while a new one is written. One that cannot be written ends nothing: the run says so and
 * goes on.
 */
final class Checkpoints {
  private static final double NANOS_PER_MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** At the end of an epoch, writing may take one part in so many of the time since the last. */
  private static final long CHEAP = 100;

  private final Path newest;
  private final Path previous;
  private final Path next;
  private final CheckpointPlan plan;
  private final RunId run;
  private final RunId earlier;
  private final Progress progress;
  private final LongSupplier nanoClock;
  private long lastNanos;
  private long writingNanos;
  private int stepsSince;

  /**
   * @param folder of the run
   * @param earlier what checkpoints of earlier versions have in place of that
   * @param nanoClock time in nanoseconds from any moment
   */
  Checkpoints(
      Path folder,
      CheckpointPlan plan,
      RunId run,
      RunId earlier,
      Progress progress,
      LongSupplier nanoClock) {
    RunFolder files = new RunFolder(folder);
    newest = files.checkpoint();
    previous = files.previousCheckpoint();
    next = files.nextCheckpoint();
    this.plan = plan;
    this.run = run;
    this.earlier = earlier;
    this.progress = progress;
    this.nanoClock = nanoClock;
    lastNanos = nanoClock.getAsLong();
  }

  /** A step was done; saves if it is time to. */
  void stepDone(Supplier<TrainingState> state) {
    stepsSince++;
    boolean byTime = plan.minutes() > 0 && sinceLast() >= plan.minutes() * NANOS_PER_MINUTE;
    boolean bySteps = plan.steps() > 0 && stepsSince >= plan.steps();
    if (byTime || bySteps) {
      save(state.get());
    }
  }

  /** An epoch was done; saves where that is cheap. */
  void epochDone(Supplier<TrainingState> state) {
    if (writingNanos * CHEAP <= sinceLast()) {
      save(state.get());
    }
  }

  /** The run is stopped between two steps. */
  void stopping(TrainingState state) {
    if (save(state)) {
      progress.line(
          Text.of(
              "saved a checkpoint in epoch %d after step %d",
              state.epoch() + 1, state.optimizer().steps()));
    }
  }

  private long sinceLast() {
    return nanoClock.getAsLong() - lastNanos;
  }

  private boolean save(TrainingState state) {
    long start = nanoClock.getAsLong();
    stepsSince = 0;
    try {
      uninterrupted(() -> CheckpointFile.write(next, new Content(run, state)));
      if (Files.exists(newest)) {
        Files.move(newest, previous, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(next, newest, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (ResiduaException e) {
      Warnings.tell(progress, "no checkpoint was saved: " + e.getMessage());
      return false;
    } catch (IOException e) {
      Warnings.tell(progress, Text.of("no checkpoint was saved: %s: %s", newest, IoReasons.of(e)));
      return false;
    } finally {
      lastNanos = nanoClock.getAsLong();
      writingNanos = lastNanos - start;
    }
  }

  /** An interrupt, which means that the run is to stop, would close the file being written. */
  private static void uninterrupted(Runnable writing) {
    boolean interrupted = Thread.interrupted();
    try {
      writing.run();
    } catch (ResiduaException e) {
      if (!Thread.interrupted()) {
        throw e;
      }
      interrupted = true;
      writing.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The state to go on from; empty if nothing was saved yet. A damaged file is warned of and the
   * one before it is taken.
   *
   * @throws TrainingException if there are files and none can be used, or they are of another run
   */
  Optional<TrainingState> load() {
    ResiduaException damaged = null;
    for (Path file : List.of(newest, previous)) {
      if (!Files.exists(file)) {
        continue;
      }
      Content content;
      try {
        content = CheckpointFile.read(file);
      } catch (ResiduaException e) {
        if (damaged != null || !Files.exists(previous)) {
          throw new TrainingException(
              Text.of(
                  "no checkpoint can be used: %s; delete the folder's checkpoints to begin again",
                  e.getMessage()));
        }
        damaged = e;
        continue;
      }
      requireSame(file, content.run());
      if (damaged != null) {
        Warnings.tell(
            progress,
            Text.of(
                "%s; going on from the one before it, %s",
                damaged.getMessage(), file.getFileName()));
      }
      return Optional.of(content.state());
    }
    return Optional.empty();
  }

  private void requireSame(Path file, RunId saved) {
    String other =
        !saved.recipe().equals(run.recipe()) && !saved.recipe().equals(earlier.recipe())
            ? "recipe.yaml has been changed since"
            : !saved.data().equals(run.data()) && !saved.data().equals(earlier.data())
                ? "the pictures are not those the run began with (manifest hash)"
                : !saved.weights().equals(run.weights())
                    ? "the weights are not those the run began with"
                    : null;
    if (other != null) {
      throw new TrainingException(Text.of("%s: cannot go on: %s", file, other));
    }
    if (!saved.compute().equals(run.compute())) {
      Warnings.tell(
          progress,
          Text.of(
              "the run was computed by %s and goes on by %s: its end can differ in the last bits",
              saved.compute(), run.compute()));
    }
  }

  /**
   * Deletes all, for a run that has come to its end.
   *
   * @throws TrainingException if that is not possible
   */
  void remove() {
    try {
      for (Path file : List.of(next, previous, newest)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new TrainingException(Text.of("%s: %s", newest, IoReasons.of(e)));
    }
  }
}
