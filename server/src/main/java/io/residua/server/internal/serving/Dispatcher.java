package io.residua.server.internal.serving;

import io.residua.ResiduaException;
import io.residua.internal.Text;
import io.residua.model.internal.OnlineClassifier.Computed;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The threads that prepare pictures and those that compute them, for all models. Each model has a
 * bounded queue; threads take from the models in turn, so that one with much work delays the others
 * by a batch only. What nobody waits for any more is dropped where it is found.
 */
public final class Dispatcher implements AutoCloseable {
  private final Settings settings;
  private final Watcher watcher;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition toPrepare = lock.newCondition();
  private final Condition toCompute = lock.newCondition();
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private int nextToPrepare;
  private int nextToCompute;
  private int computing;
  private int idle;
  private boolean closed;

  /**
   * How pictures are batched.
   *
   * @param computeThreads that compute
   * @param decodeThreads that read pictures
   * @param delayMillis how long a picture may wait for others to be computed with
   * @param mostQueued pictures of a model that wait or are computed; more are refused
   */
  public record Settings(int computeThreads, int decodeThreads, int delayMillis, int mostQueued) {
    public Settings {
      if (computeThreads < 1 || decodeThreads < 1 || mostQueued < 1) {
        throw new IllegalArgumentException("threads and queues have at least one place");
      }
    }
  }

  /** Is told of every batch. */
  public interface Watcher {
    /**
     * @param pictures computed together
     */
    void computed(ServedModel model, int pictures);

    /** A fault of ours or of the machine's; the requests were answered with an error. */
    void failed(ServedModel model, Throwable fault);
  }

  public Dispatcher(Settings settings, Watcher watcher) {
    this.settings = settings;
    this.watcher = watcher;
    for (int i = 0; i < settings.decodeThreads(); i++) {
      start("residua-decode-" + i, this::prepareAll);
    }
    for (int i = 0; i < settings.computeThreads(); i++) {
      start("residua-compute-" + i, this::computeAll);
    }
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Gives a model its queue. */
  void open(ServedModel model) {
    Lane lane = new Lane(model, settings.mostQueued(), settings.computeThreads());
    lock.lock();
    try {
      lanes.add(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a model's queue away; nobody may hold the model any more. */
  void close(ServedModel model) {
    lock.lock();
    try {
      lanes.removeIf(lane -> lane.model == model);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a request's pictures into a model's queue; its answer tells what came of them.
   *
   * @param model is held by the caller until the answer is there
   * @throws RequestException if there is no room
   */
  public void submit(ServedModel model, Inference inference) {
    lock.lock();
    try {
      Lane lane = lane(model).orElseThrow(() -> new RequestException(stopping()));
      int count = inference.items().size();
      if (closed) {
        throw new RequestException(stopping());
      } else if (count > settings.mostQueued()) {
        throw new RequestException(
            413,
            Text.of(
                "%s in one request; the queue has room for %,d",
                Text.count(count, "picture"), settings.mostQueued()));
      } else if (!lane.admits(count)) {
        throw new RequestException(
            Problem.busy(
                Text.of(
                    "the queue of %s is full (%s waiting)",
                    model.name(), Text.count(lane.admitted(), "picture")),
                lane.secondsUntilRoom()));
      }
      lane.admit(inference.items());
      if (count == 1) {
        toPrepare.signal();
      } else {
        toPrepare.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private static Problem stopping() {
    return Problem.busy("the server is stopping", 1);
  }

  private Optional<Lane> lane(ServedModel model) {
    return lanes.stream().filter(lane -> lane.model == model).findFirst();
  }

  /** Pictures of a model that wait. */
  public int queued(ServedModel model) {
    lock.lock();
    try {
      return lane(model).map(Lane::queued).orElse(0);
    } finally {
      lock.unlock();
    }
  }

  private void prepareAll() {
    while (true) {
      Lane lane;
      Item item;
      lock.lock();
      try {
        lane = await(toPrepare, ignored -> nextToPrepare());
        if (lane == null) {
          return;
        }
        item = lane.toPrepare();
      } finally {
        lock.unlock();
      }
      boolean isReady = false;
      try {
        isReady = prepare(lane.model, item);
      } catch (Throwable e) { // also a lack of memory, which is one request's
        watcher.failed(lane.model, e);
        item.inference().fail(e);
      }
      lock.lock();
      try {
        lane.prepared(isReady ? item : null);
        if (isReady) {
          toCompute.signal();
        } else {
          lane.left(1, System.nanoTime());
        }
        if (lane.hasToPrepare()) {
          toPrepare.signal();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static boolean prepare(ServedModel model, Item item) {
    if (item.inference().isVain()) {
      return false;
    }
    try {
      item.prepared(item.picture().prepare(model.classifier()));
    } catch (ResiduaException e) {
      item.decoded();
      item.inference().done(item, Outcome.problem(String.valueOf(e.getMessage())));
      return false;
    }
    item.decoded();
    return true;
  }

  private void computeAll() {
    while (true) {
      Lane lane;
      List<Item> batch;
      boolean crowded;
      lock.lock();
      try {
        idle++;
        lane = await(toCompute, this::nextToCompute);
        if (lane == null) {
          return;
        }
        batch = lane.batch(idle);
        idle--;
        computing++;
        crowded = computing > 1 || lanes.stream().anyMatch(Lane::hasReady);
        toPrepare.signal();
        if (crowded) {
          toCompute.signal();
        }
      } finally {
        lock.unlock();
      }
      int count = batch.size();
      batch.removeIf(item -> item.inference().isVain());
      try {
        if (!batch.isEmpty()) {
          compute(lane.model, batch, crowded);
        }
      } catch (Throwable e) { // also a lack of memory, which is these requests'
        watcher.failed(lane.model, e);
        batch.forEach(item -> item.inference().fail(e));
      }
      lock.lock();
      try {
        computing--;
        lane.left(count, System.nanoTime());
      } finally {
        lock.unlock();
      }
    }
  }

  private void compute(ServedModel model, List<Item> batch, boolean crowded) {
    List<Computed> computed =
        model.classifier().compute(batch.stream().map(Item::prepared).toList(), crowded);
    List<Item> described =
        batch.stream().filter(item -> item.inference().wanted().features()).toList();
    List<float[]> features =
        described.isEmpty()
            ? List.of()
            : model.classifier().features(described.stream().map(Item::prepared).toList(), crowded);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Item item = batch.get(i);
      Outcome outcome = outcome(computed.get(i));
      int row = described.indexOf(item);
      if (row >= 0 && outcome.problem() == null) {
        outcome = outcome.withFeatures(features.get(row));
      }
      outcomes.add(explained(model, item, outcome));
    }
    watcher.computed(model, batch.size());
    for (int i = 0; i < batch.size(); i++) {
      Item item = batch.get(i);
      item.computed();
      item.inference().done(item, outcomes.get(i));
    }
  }

  private static Outcome outcome(Computed computed) {
    return computed.prediction() == null
        ? Outcome.problem(String.valueOf(computed.problem()))
        : Outcome.answer(computed.prediction(), computed.logits());
  }

  private static Outcome explained(ServedModel model, Item item, Outcome outcome) {
    if (outcome.prediction() == null || !item.inference().wanted().explanation()) {
      return outcome;
    }
    try {
      return outcome.withExplanation(
          model.explain(item.picture().pixels(model.classifier()), outcome.prediction().index()));
    } catch (ResiduaException e) {
      return Outcome.problem(String.valueOf(e.getMessage()));
    }
  }

  /** Waits for work; null once this is closed and none is left. */
  private @Nullable Lane await(Condition condition, Function<long[], @Nullable Lane> next) {
    while (true) {
      long[] dueIn = {Long.MAX_VALUE};
      Lane lane = next.apply(dueIn);
      if (lane != null) {
        return lane;
      }
      if (closed && lanes.stream().allMatch(l -> l.admitted() == 0)) {
        return null;
      }
      try {
        if (dueIn[0] == Long.MAX_VALUE && !closed) {
          condition.await();
        } else {
          // What is left while this closes may become ready without a signal.
          long most = closed ? TimeUnit.MILLISECONDS.toNanos(20) : Long.MAX_VALUE;
          condition.awaitNanos(Math.min(dueIn[0], most));
        }
      } catch (InterruptedException e) {
        return null;
      }
    }
  }

  private @Nullable Lane nextToPrepare() {
    for (int i = 0; i < lanes.size(); i++) {
      int at = (nextToPrepare + i) % lanes.size();
      if (lanes.get(at).hasToPrepare()) {
        nextToPrepare = at + 1;
        return lanes.get(at);
      }
    }
    return null;
  }

  private @Nullable Lane nextToCompute(long[] dueIn) {
    long delayNanos = closed ? 0 : TimeUnit.MILLISECONDS.toNanos(settings.delayMillis());
    long now = System.nanoTime();
    for (int i = 0; i < lanes.size(); i++) {
      int at = (nextToCompute + i) % lanes.size();
      Lane lane = lanes.get(at);
      if (lane.hasReady()) {
        long due = lane.dueIn(delayNanos, now);
        if (due <= 0) {
          nextToCompute = at + 1;
          return lane;
        }
        dueIn[0] = Math.min(dueIn[0], due);
      }
    }
    return null;
  }

  /** Computes what is there already, then ends the threads. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      toPrepare.signalAll();
      toCompute.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
