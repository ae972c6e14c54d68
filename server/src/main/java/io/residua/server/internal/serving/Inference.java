package io.residua.server.internal.serving;

import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;

/** The pictures of one request on their way through a model. */
public final class Inference {
  private final Wanted wanted;
  private final long deadlineNanos;
  private final BooleanSupplier gone;
  private final List<Item> items = new ArrayList<>();
  private final AtomicReferenceArray<Outcome> outcomes;
  private final AtomicInteger undone;
  private final AtomicInteger inside;
  private Runnable whenOut = () -> {};
  private final CompletableFuture<List<Outcome>> answer = new CompletableFuture<>();

  /**
   * @param deadlineNanos of {@link System#nanoTime}, after which nobody waits for the answer
   * @param gone whether its sender has left
   */
  public Inference(
      List<Picture> pictures, Wanted wanted, long deadlineNanos, BooleanSupplier gone) {
    this.wanted = wanted;
    this.deadlineNanos = deadlineNanos;
    this.gone = gone;
    for (int i = 0; i < pictures.size(); i++) {
      items.add(new Item(this, i, pictures.get(i)));
    }
    outcomes = new AtomicReferenceArray<>(items.size());
    undone = new AtomicInteger(items.size());
    inside = new AtomicInteger(items.size());
    // What is no longer waited for need not be kept while it waits itself.
    answer.whenComplete((outcomes, failure) -> items.forEach(Item::drop));
  }

  /**
   * An outcome for each picture, in their order; or a {@link RequestException}, if the answer comes
   * too late or its sender has left.
   */
  public CompletableFuture<List<Outcome>> answer() {
    return answer;
  }

  /** How long its pictures took in each stage; to be asked when they are done. */
  public Timing timing() {
    return Timing.of(items);
  }

  /** When {@link #expire} is to be called, from now. */
  public long nanosUntilLate() {
    return Math.max(0, deadlineNanos - System.nanoTime()) + 1_000_000;
  }

  /** Tells those who wait, if the time is over; its pictures are dropped where they are found. */
  public void expire() {
    if (!isVain()) {
      answer.completeExceptionally(late());
    }
  }

  /** It was not taken. */
  public void refuse(RequestException reason) {
    answer.completeExceptionally(reason);
  }

  private static RequestException late() {
    return new RequestException(504, "the answer was not ready within the time given");
  }

  List<Item> items() {
    return items;
  }

  Wanted wanted() {
    return wanted;
  }

  /** Whether computing would be in vain; tells those who wait. */
  boolean isVain() {
    if (answer.isDone()) {
      return true;
    }
    if (System.nanoTime() - deadlineNanos > 0) {
      answer.completeExceptionally(late());
      return true;
    }
    if (gone.getAsBoolean()) {
      answer.completeExceptionally(new RequestException(Problem.of(499, "the client has left")));
      return true;
    }
    return false;
  }

  /**
   * Its pictures are in a queue.
   *
   * @param out is run when all have left it, also those that nobody waits for
   */
  void admitted(Runnable out) {
    whenOut = out;
  }

  /** One of its pictures has left the queue and all threads. */
  void left() {
    if (inside.decrementAndGet() == 0) {
      whenOut.run();
    }
  }

  void fail(Throwable reason) {
    answer.completeExceptionally(reason);
  }

  /** One of its pictures is done, with an outcome unless it was in vain. */
  void done(Item item, Outcome outcome) {
    outcomes.set(item.index(), outcome);
    if (undone.decrementAndGet() == 0) {
      List<Outcome> all = new ArrayList<>();
      for (int i = 0; i < outcomes.length(); i++) {
        all.add(outcomes.get(i));
      }
      answer.complete(all);
    }
  }
}
