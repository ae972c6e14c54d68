package io.residua.engine.internal;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A network over many pictures, or over one at once, on all processors. Many pictures run in one
 * single-threaded session a processor; the sessions share packed weights, load their own pictures
 * and take the next ones as they get free. One picture is computed by all processors together, or,
 * where several threads ask at a time, by one for each of them. May be called from many threads;
 * calls for many pictures take turns.
 */
public final class BatchRunner implements AutoCloseable {
  private final Inference what;
  private final int outputSize;
  private final SessionTuner tuner;
  private final List<InferenceSession> workers = new ArrayList<>();
  private final SinglePictures singles;
  private volatile @Nullable BatchSource running;
  private volatile boolean closed;

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
    what = new Inference(network, weights, picture, compute, calibration);
    outputSize = network.outputShape(picture).size();
    tuner = new SessionTuner(what, TunedShapes.ofEnvironment());
    singles = new SinglePictures(what);
  }

  /** Values of one picture in the input, {@code H·W·C}. */
  public int inputSize() {
    return what.picture().size();
  }

  /** Values of one picture in the output. */
  public int outputSize() {
    return outputSize;
  }

  /**
   * One picture, as fast as one picture can be. Calls of several threads run at the same time, as
   * many as {@link Compute#threads}; others wait in the order they came. The answer does not depend
   * on how many there are, but for rounding.
   *
   * @param input {@code H×W×C}, preprocessed
   * @return the network's output
   * @throws IllegalStateException if the runner is closed, be it while the call waits
   * @throws CancellationException if the thread is interrupted while the call waits
   */
  public float[] runOne(float[] input) {
    return singles.run(input);
  }

  /**
   * Some pictures on the calling thread, beside other threads that call; one, where no other does,
   * on all. For programs that bring their own threads, no more than {@link Compute#threads}.
   *
   * @param inputs {@code H×W×C} each, preprocessed
   * @param crowded whether threads compute elsewhere, so that this one is not alone
   * @return the network's output for each
   * @throws IllegalStateException if the runner is closed, be it while the call waits
   * @throws CancellationException if the thread is interrupted while the call waits
   */
  public List<float[]> runSome(List<float[]> inputs, boolean crowded) {
    boolean beside = crowded || inputs.size() > 1;
    singles.callers(beside ? 1 : 0);
    try {
      return singles.run(inputs, picturesPerCall());
    } finally {
      singles.callers(beside ? -1 : 0);
    }
  }

  /** Opens all sessions that {@link #runSome} may need and runs each once. */
  public void warmUp() {
    singles.warmUp(picturesPerCall());
  }

  /** How many pictures a thread had best take at a time, where there are many. */
  public int picturesPerCall() {
    return SessionShape.rule(what).picturesPerCall();
  }

  /**
   * Pictures 0 to {@code count - 1}.
   *
   * @param task is advanced by one for each picture, loaded or not
   * @throws CancellationException if the calling thread is interrupted; no more pictures are
   *     started then
   * @throws IllegalStateException if the runner is closed, be it meanwhile
   */
  public void runAll(int count, InputSource source, Sink sink, Progress.Task task) {
    if (count > 0) {
      runAll(List.of(this), count, new Counted(count, source, sink, task));
    }
  }

  /**
   * Pictures as they come, each for every one of some networks.
   *
   * @param networks at least one
   * @param expected how many inputs the first network will get, about, or 0 if that is not known
   * @throws CancellationException if the calling thread is interrupted; no more pictures are
   *     started then
   * @throws IllegalStateException if the runner is closed, be it meanwhile
   */
  public static void runAll(List<BatchRunner> networks, int expected, BatchSource source) {
    runAll(networks, 0, expected, source);
  }

  /** Takes the runners' turns one after the other, then computes. */
  private static void runAll(
      List<BatchRunner> networks, int held, int expected, BatchSource source) {
    if (held < networks.size()) {
      synchronized (networks.get(held)) {
        runAll(networks, held + 1, expected, source);
      }
      return;
    }
    for (BatchRunner network : networks) {
      network.requireOpen();
      network.openWorkers(expected);
    }
    int threads = networks.stream().mapToInt(n -> n.workers.size()).min().orElseThrow();
    List<List<InferenceSession>> workers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      workers.add(networks.stream().map(n -> n.workers.get(thread)).toList());
    }
    networks.forEach(n -> n.begin(source, threads));
    try {
      new BatchCrew(source).run(workers);
    } finally {
      networks.forEach(n -> n.end(threads));
    }
    networks.forEach(BatchRunner::requireOpen);
  }

  private void begin(BatchSource source, int threads) {
    running = source;
    singles.callers(threads);
    if (closed) {
      source.stop(); // by a close that did not see it
    }
  }

  private void end(int threads) {
    singles.callers(-threads);
    running = null;
  }

  /** Pictures of known number, each one input of one network. */
  record Counted(int count, AtomicInteger next, InputSource source, Sink sink, Progress.Task task)
      implements BatchSource {
    Counted(int count, InputSource source, Sink sink, Progress.Task task) {
      this(count, new AtomicInteger(), source, sink, task);
    }

    @Override
    public @Nullable Batch next(int[] perCall) {
      int from = next.getAndAccumulate(perCall[0], (n, most) -> Math.min(count, n + most));
      return from < count ? new Range(from, Math.min(count - from, perCall[0])) : null;
    }

    @Override
    public void stop() {
      next.set(count);
    }

    private final class Range implements Batch {
      private final int from;
      private final int size;

      Range(int from, int size) {
        this.from = from;
        this.size = size;
      }

      @Override
      public int inputs(int network) {
        return size;
      }

      @Override
      public boolean load(int network, int input, float[] target, int offset) {
        return source.load(from + input, target, offset);
      }

      @Override
      public void accept(int network, int input, float[] output, int offset) {
        sink.accept(from + input, output, offset);
      }

      @Override
      public void done() {
        task.advance(size);
      }
    }
  }

  /** Opens sessions that suit so many pictures, unless those that are open do. */
  private void openWorkers(int count) {
    SessionShape shape = tuner.shape(count);
    if (!workers.isEmpty() && shape.picturesPerCall() < 2 * workers.get(0).batchSize()) {
      return;
    }
    closeWorkers();
    workers.addAll(what.compute().device().executor().workers(what, shape));
  }

  private void closeWorkers() {
    for (int i = workers.size() - 1; i >= 0; i--) {
      workers.get(i).close(); // the first one owns what they share
    }
    workers.clear();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the classifier is closed");
    }
  }

  /**
   * Releases all memory. Closing twice is allowed. Calls that are under way in other threads end
   * with an IllegalStateException, but for single pictures that are being computed already.
   */
  @Override
  public void close() {
    closed = true;
    BatchSource source = running;
    if (source != null) {
      source.stop();
    }
    singles.close();
    synchronized (this) {
      closeWorkers();
    }
  }
}
