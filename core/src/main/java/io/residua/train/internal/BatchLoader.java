package io.residua.train.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, loaded by threads of its own while the network computes: a few batches
 * ahead, in an order that does not depend on how many threads load. Used by one thread.
 */
final class BatchLoader implements AutoCloseable {
  /** How many batches are being loaded or wait to be taken. */
  private static final int AHEAD = 3;

  /**
   * Examples for one step.
   *
   * @param input the first {@code labels.length} examples' inputs; may be longer
   * @param labels class of each
   */
  record Batch(float[] input, int[] labels) {}

  private final Examples examples;
  private final EpochPictures pictures;
  private final int batchSize;
  private final int inputSize;
  private final int batches;
  private final ExecutorService threads;
  private final int pieces;
  private final Deque<CompletableFuture<Batch>> ahead = new ArrayDeque<>();
  private final Deque<float[]> free = new ArrayDeque<>();
  private float @Nullable [] taken;
  private int started;

  /**
   * Begins to load.
   *
   * @param pictures of the epoch; the last batch may have fewer than the others
   * @param first the first batch to load, from 0
   * @param batches how many there are, those before the first included
   * @param inputSize values of one example
   * @param threadCount how many threads load
   */
  BatchLoader(
      Examples examples,
      EpochPictures pictures,
      int batchSize,
      int first,
      int batches,
      int inputSize,
      int threadCount) {
    this.examples = examples;
    this.pictures = pictures;
    this.batchSize = batchSize;
    this.started = first;
    this.batches = batches;
    this.inputSize = inputSize;
    this.pieces = Math.min(batchSize, threadCount);
    threads =
        Executors.newFixedThreadPool(
            threadCount,
            work -> {
              Thread thread = new Thread(work, "residua-loader");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < AHEAD; i++) {
      free.add(new float[batchSize * inputSize]);
    }
    startMore();
  }

  /**
   * Waits for the next batch. The one before it must not be used any more: its memory takes
   * another. An interrupt is left for the caller to see: a step is done whole.
   *
   * @throws io.residua.ResiduaException if a picture of it can't be read
   */
  Batch next() {
    if (taken != null) {
      free.add(taken);
      taken = null;
      startMore();
    }
    try {
      Batch batch = ahead.remove().join();
      taken = batch.input();
      return batch;
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException r) {
        throw r;
      } else if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause);
    }
  }

  private void startMore() {
    while (started < batches && !free.isEmpty()) {
      ahead.add(start(started++, free.remove()));
    }
  }

  private CompletableFuture<Batch> start(int number, float[] input) {
    int from = number * batchSize;
    int count = Math.min(batchSize, pictures.count() - from);
    int[] labels = new int[count];
    int[] indices = new int[count];
    int[] passes = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = pictures.at(from + i);
      passes[i] = pictures.pass(from + i);
    }
    List<CompletableFuture<Void>> loading = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      int begin = (int) ((long) count * piece / pieces);
      int end = (int) ((long) count * (piece + 1) / pieces);
      loading.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = begin; i < end; i++) {
                  labels[i] = examples.labels()[indices[i]];
                  examples.load(indices[i], passes[i], input, i * inputSize);
                }
              },
              threads));
    }
    return CompletableFuture.allOf(loading.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> new Batch(input, labels));
  }

  /** Stops loading. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
