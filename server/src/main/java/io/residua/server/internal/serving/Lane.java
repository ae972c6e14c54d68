package io.residua.server.internal.serving;

import io.residua.model.internal.OnlineClassifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queue of one model. Guarded by its {@link Dispatcher}'s lock, but for what is final. */
final class Lane {
  private static final long PREPARED_BYTES = 256L << 20;

  final ServedModel model;
  final int picturesPerCall;

  private final int mostQueued;
  private final int mostPrepared;
  private final Deque<Item> waiting = new ArrayDeque<>();
  private final Deque<Item> ready = new ArrayDeque<>();
  private int admitted;
  private int preparing;

  /** Pictures a second, about; 0 before the first was computed. */
  private double rate;

  private long lastDone = System.nanoTime();

  /**
   * @param mostQueued pictures that may wait or be computed
   * @param threads that compute
   */
  Lane(ServedModel model, int mostQueued, int threads) {
    this.model = model;
    this.mostQueued = mostQueued;
    OnlineClassifier classifier = model.classifier();
    picturesPerCall = classifier.picturesPerCall();
    long bytes = 4L * classifier.inputValues();
    int wanted = 2 * threads * picturesPerCall + 2;
    mostPrepared = (int) Math.max(threads + 1, Math.min(wanted, PREPARED_BYTES / bytes));
  }

  boolean admits(int pictures) {
    return admitted + pictures <= mostQueued;
  }

  void admit(List<Item> items) {
    admitted += items.size();
    waiting.addAll(items);
  }

  boolean hasToPrepare() {
    return !waiting.isEmpty() && ready.size() + preparing < mostPrepared;
  }

  Item toPrepare() {
    preparing++;
    Item item = waiting.remove();
    item.waited();
    return item;
  }

  /**
   * @param readyToCompute null if it is done already
   */
  void prepared(@Nullable Item readyToCompute) {
    preparing--;
    if (readyToCompute != null) {
      ready.add(readyToCompute);
    }
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  int queued() {
    return waiting.size() + preparing + ready.size();
  }

  int admitted() {
    return admitted;
  }

  /** Nanoseconds until a batch should be computed, 0 or less for now. */
  long dueIn(long delayNanos, long now) {
    return ready.size() >= picturesPerCall || delayNanos == 0
        ? 0
        : ready.element().since() + delayNanos - now;
  }

  /**
   * @param idle threads that could compute, with the one that asks
   */
  List<Item> batch(int idle) {
    int share = (ready.size() + idle - 1) / idle;
    List<Item> batch = new ArrayList<>();
    while (batch.size() < Math.min(share, picturesPerCall)) {
      Item item = ready.remove();
      item.waited();
      batch.add(item);
    }
    return batch;
  }

  /** So many pictures have left, answered or not. */
  void left(int count, long now) {
    admitted -= count;
    double seconds = Math.max(1e-6, (now - lastDone) / 1e9);
    lastDone = now;
    double weight = Math.min(1, seconds);
    double current = count / seconds;
    rate = rate == 0 ? current : rate + weight * (current - rate);
  }

  /** When a queue that is full now will have room again, about. */
  int secondsUntilRoom() {
    return rate <= 0 ? 1 : (int) Math.max(1, Math.min(60, Math.ceil(admitted / rate)));
  }
}
