package io.residua.server.internal.serving;

import io.residua.ResiduaException;
import io.residua.internal.Text;
import io.residua.internal.Threads;
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
  private final Explanations explanations;
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
    this.explanations = new Explanations(watcher);
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
   * Takes a request's pictures into a model's queue, or refuses it; its answer tells what came of
   * them.
   *
   * @param model is held by the caller until the answer is there
   */
  public void answer(ServedModel model, Inference inference) {
    try {
      submit(model, inference);
    } catch (RequestException e) {
      inference.refuse(e);
    }
  }

  /**
   * Takes a request's pictures into a model's queue.
   *
   * @throws RequestException if there is no room
   */
  void submit(ServedModel model, Inference inference) {
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
      if (!model.hold()) {
        throw new RequestException(stopping());
      }
      inference.admitted(model::release);
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
      Preparation came = prepare(lane.model, item);
      lock.lock();
      try {
        lane.prepared(came.ready() ? item : null);
        if (came.ready()) {
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
      came.tell(item);
    }
  }

  /** What came of preparing a picture; told once it has left its queue. */
  private record Preparation(boolean ready, @Nullable String problem, @Nullable Throwable fault) {
    static final Preparation READY = new Preparation(true, null, null);
    static final Preparation VAIN = new Preparation(false, null, null);

    void tell(Item item) {
      if (ready) {
        return;
      } else if (fault != null) {
        item.inference().fail(fault);
      } else if (problem != null) {
        item.inference().done(item, Outcome.problem(problem));
      }
      item.inference().left();
    }
  }

  private Preparation prepare(ServedModel model, Item item) {
    if (item.inference().isVain()) {
      return Preparation.VAIN;
    }
    try {
      item.prepared(item.picture().prepare(model.classifier()));
      return Preparation.READY;
    } catch (ResiduaException e) {
      return new Preparation(false, String.valueOf(e.getMessage()), null);
    } catch (Throwable e) { // also a lack of memory, which is one request's
      watcher.failed(model, e);
      return new Preparation(false, null, e);
    } finally {
      item.decoded();
    }
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
      List<Item> all = List.copyOf(batch);
      batch.removeIf(item -> item.inference().isVain());
      Runnable telling = compute(lane.model, batch, crowded);
      lock.lock();
      try {
        computing--;
        lane.left(all.size(), System.nanoTime());
      } finally {
        lock.unlock();
      }
      telling.run(); // only now, so that who asks again finds room
      all.stream().filter(item -> !batch.contains(item)).forEach(i -> i.inference().left());
    }
  }

  /** What tells those who wait. */
  private Runnable compute(ServedModel model, List<Item> batch, boolean crowded) {
    if (batch.isEmpty()) {
      return () -> {};
    }
    try {
      List<Outcome> outcomes = Batch.compute(model, batch, crowded);
      batch.forEach(Item::computed);
      watcher.computed(model, batch.size());
      return () -> {
        for (int i = 0; i < batch.size(); i++) {
          explanations.finish(model, batch.get(i), outcomes.get(i));
        }
      };
    } catch (Throwable e) { // also a lack of memory, which is these requests'
      watcher.failed(model, e);
      return () ->
          batch.forEach(
              item -> {
                item.inference().fail(e);
                item.inference().left();
              });
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
    boolean interrupted = Threads.join(threads, () -> threads.forEach(Thread::interrupt));
    explanations.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
