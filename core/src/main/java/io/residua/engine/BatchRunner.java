package io.residua.engine;

import io.residua.Progress;
import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.weights.WeightMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A network over many pictures, or over one at once, on all processors. Many pictures run in one
 * single-threaded session a processor; the sessions share packed weights, load their own pictures
 * and take the next ones as they get free. One picture runs in a session over all processors. May
 * be called from many threads; calls take turns.
 */
public final class BatchRunner implements AutoCloseable {
  private final Network network;
  private final WeightMap weights;
  private final Shape picture;
  private final Compute compute;
  private final @Nullable Calibration calibration;
  private final int outputSize;
  private final SessionTuner tuner;
  private final List<InferenceSession> workers = new ArrayList<>();
  private @Nullable InferenceSession alone;
  private boolean closed;

  /** Takes the pictures' results. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Called from several threads, once for each picture that could be loaded.
     *
     * @param index which picture
     * @param output holds the outputs of several pictures
     * @param offset where this picture's begin
     */
    void accept(int index, float[] output, int offset);
  }

  /**
   * Prepares nothing yet: sessions are made when they are first needed.
   *
   * @param picture shape of the pictures
   * @throws IllegalArgumentException if the pictures do not fit the network
   */
  public BatchRunner(Network network, WeightMap weights, Shape picture, Compute compute) {
    this(network, weights, picture, compute, null);
  }

  /**
   * Prepares nothing yet: sessions are made when they are first needed.
   *
   * @param picture shape of the pictures
   * @param calibration of this network with these weights; needed for int8, else not used
   * @throws IllegalArgumentException if the pictures do not fit the network, or int8 is asked for
   *     without calibration
   */
  public BatchRunner(
      Network network,
      WeightMap weights,
      Shape picture,
      Compute compute,
      @Nullable Calibration calibration) {
    this.network = network;
    this.weights = weights;
    this.picture = picture;
    this.compute = compute;
    this.calibration = Calibration.usedIn(compute.precision(), calibration);
    this.outputSize = network.outputShape(picture).size();
    this.tuner =
        new SessionTuner(
            network, weights, picture, compute, this.calibration, TunedShapes.ofEnvironment());
  }

  /** Values of one picture in the input, {@code H·W·C}. */
  public int inputSize() {
    return picture.size();
  }

  /** Values of one picture in the output. */
  public int outputSize() {
    return outputSize;
  }

  /**
   * One picture, as fast as one picture can be.
   *
   * @param input {@code H×W×C}, preprocessed
   * @return the network's output
   */
  public synchronized float[] runOne(float[] input) {
    requireOpen();
    if (alone == null) {
      alone = Engine.inference(network, weights, picture, 1, compute, calibration);
    }
    float[] output = new float[outputSize];
    alone.run(input, 1, output);
    return output;
  }

  /**
   * Pictures 0 to {@code count - 1}.
   *
   * @param task is advanced by one for each picture, loaded or not
   * @throws CancellationException if the calling thread is interrupted; no more pictures are
   *     started then
   */
  public synchronized void runAll(int count, InputSource source, Sink sink, Progress.Task task) {
    requireOpen();
    if (count == 0) {
      return;
    }
    openWorkers(count);
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i < workers.size(); i++) {
      InferenceSession session = workers.get(i);
      Thread thread =
          new Thread(
              () -> work(session, count, next, source, sink, task, failure), "residua-worker-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    work(workers.get(0), count, next, source, sink, task, failure);
    boolean interrupted = Thread.interrupted();
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          next.set(count);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  private void work(
      InferenceSession session,
      int count,
      AtomicInteger next,
      InputSource source,
      Sink sink,
      Progress.Task task,
      AtomicReference<@Nullable Throwable> failure) {
    int batch = session.batchSize();
    float[] input = new float[batch * inputSize()];
    float[] output = new float[batch * outputSize];
    int[] loaded = new int[batch];
    try {
      while (failure.get() == null && !Thread.currentThread().isInterrupted()) {
        int from = next.getAndAdd(batch);
        if (from >= count) {
          return;
        }
        int to = Math.min(count, from + batch);
        int filled = 0;
        for (int i = from; i < to; i++) {
          if (source.load(i, input, filled * inputSize())) {
            loaded[filled++] = i;
          }
        }
        if (filled > 0) {
          session.run(input, filled, output);
        }
        for (int k = 0; k < filled; k++) {
          sink.accept(loaded[k], output, k * outputSize);
        }
        task.advance(to - from);
      }
      next.set(count);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      next.set(count);
    }
  }

  /** Opens sessions that suit so many pictures, unless those that are open do. */
  private void openWorkers(int count) {
    SessionShape shape = tuner.shape(count);
    if (!workers.isEmpty() && shape.picturesPerCall() < 2 * workers.get(0).batchSize()) {
      return;
    }
    closeWorkers();
    if (compute.device() == Device.JAVA) {
      workers.add(Engine.inference(network, weights, picture, shape.picturesPerCall(), compute));
      return;
    }
    OneDnnInferenceProgram program =
        new OneDnnInferenceProgram(
            network,
            weights,
            picture,
            shape.picturesPerCall(),
            compute.precision(),
            1,
            calibration);
    for (int i = 0; i < shape.sessions(); i++) {
      workers.add(new OneDnnInference(program, i == 0));
    }
  }

  private void closeWorkers() {
    for (int i = workers.size() - 1; i >= 0; i--) {
      workers.get(i).close(); // the first one owns what they share
    }
    workers.clear();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the runner is closed");
    }
  }

  /** Releases all memory. Closing twice is allowed. */
  @Override
  public synchronized void close() {
    closed = true;
    if (alone != null) {
      alone.close();
      alone = null;
    }
    closeWorkers();
  }
}
