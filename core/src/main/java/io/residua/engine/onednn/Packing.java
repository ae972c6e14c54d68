package io.residua.engine.onednn;

import io.residua.engine.internal.FusedGraph.Weights;
import io.residua.internal.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings weights into the layouts that primitives want, each on one thread, beside the thread that
 * makes the primitives. The pages that a file's weights take are let go of as soon as they are
 * packed, so that hardly more memory is needed than for the packed ones.
 */
final class Packing {
  private record Job(memory.desc from, Weights weights, memory to) {}

  private final Queue<Job> jobs = new ArrayDeque<>();
  private final List<Thread> helpers = new ArrayList<>();
  private int working;
  private @Nullable Throwable failure;

  /**
   * Has weights packed; they are there when {@link #finish} has returned.
   *
   * @param from how they are in the file; is closed
   */
  synchronized void add(memory.desc from, Weights weights, memory to) {
    jobs.add(new Job(from, weights, to));
    if (working < Runtime.getRuntime().availableProcessors() - 1) {
      working++;
      Thread helper = new Thread(this::help, "residua-packing");
      helper.setDaemon(true);
      helpers.add(helper);
      helper.start();
    }
  }

  /**
   * Packs what is left, beside others, and waits for them. The calling thread computes alone from
   * then on, see {@link OmpThreads}.
   *
   * @throws RuntimeException what a weight could not be packed for
   */
  void finish() {
    work();
    if (Threads.join(helpers, () -> {})) {
      Thread.currentThread().interrupt();
    }
    helpers.clear();
    synchronized (this) {
      if (failure instanceof Error error) {
        throw error;
      } else if (failure instanceof RuntimeException exception) {
        throw exception;
      }
    }
  }

  private void help() {
    work();
    synchronized (this) {
      working--;
    }
  }

  private synchronized @Nullable Job next() {
    return failure == null ? jobs.poll() : null;
  }

  private void work() {
    OmpThreads.use(1);
    try (Desk desk = new Desk()) {
      for (Job job = next(); job != null; job = next()) {
        desk.pack(job);
      }
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        failure = failure == null ? e : failure;
      }
    }
  }

  /** A thread's place for weights as they are in the file. */
  private static final class Desk implements AutoCloseable {
    private @Nullable memory space;
    private long size;

    void pack(Job job) {
      try (memory.desc from = job.from();
          memory plain = new memory(from, Natives.cpu(), space(from).get_data_handle());
          stream s = new stream(Natives.cpu());
          reorder r = new reorder(plain, job.to())) {
        job.weights().into(OneDnn.floats(plain));
        MappedPages.release(job.weights().mapped());
        r.execute(s, plain, job.to());
        s._wait();
      }
    }

    private memory space(memory.desc wanted) {
      memory now = space;
      if (now == null || size < wanted.get_size()) {
        close();
        size = wanted.get_size();
        now = OneDnn.bytes(size);
        space = now;
      }
      return now;
    }

    @Override
    public void close() {
      if (space != null) {
        space.close();
        space = null;
      }
    }
  }
}
