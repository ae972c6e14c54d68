package io.residua.engine;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.engine.internal.Executor;
import io.residua.engine.internal.Executors;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where and how networks compute, with every {@code auto} resolved.
 *
 * @param device what computes
 * @param precision the type in which it computes
 * @param threads how many threads it may use
 * @param picturesPerCall how many pictures a thread takes at a time where many are predicted; 0 for
 *     what suits the network and the processor
 */
public record Compute(Device device, Precision precision, int threads, int picturesPerCall) {
  public Compute {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    if (picturesPerCall < 0) {
      throw new IllegalArgumentException(
          "pictures per call must be at least 0, not " + picturesPerCall);
    }
    Executor executor = device.executor();
    if (!executor.precisions().contains(precision)) {
      throw new UsageException(
          Text.of(
              "the %s executor computes in %s only",
              executor.label(),
              executor.precisions().stream()
                  .map(Precision::text)
                  .sorted()
                  .collect(Collectors.joining(", "))));
    }
  }

  /** With the number of pictures per call that suits. */
  public Compute(Device device, Precision precision, int threads) {
    this(device, precision, threads, 0);
  }

  /**
   * The best that this machine has, on all its processors. Where oneDNN cannot compute, plain Java
   * does, many times slower: that is logged as a warning with the reason, once, and {@link #device}
   * tells it.
   */
  public static Compute auto() {
    return resolve(Optional.empty(), Optional.empty(), 0);
  }

  /**
   * The best that oneDNN has on this machine, on all its processors; for programs that would rather
   * fail than be slow.
   *
   * @throws io.residua.ResiduaException with one line that says why oneDNN cannot compute here
   */
  public static Compute oneDnn() {
    return resolve(Optional.of(Device.CPU), Optional.empty(), 0);
  }

  /**
   * Fills in what is not given: oneDNN where its natives load, bf16 where the processor computes it
   * natively (AVX-512 BF16 or AMX), all processors. Int8 is never chosen, only asked for.
   *
   * @param device what must compute; empty for oneDNN, or plain Java with a logged warning
   * @param threads 0 for all processors
   * @throws io.residua.ResiduaException with one line, if oneDNN cannot compute here in that
   *     precision
   */
  public static Compute resolve(
      Optional<Device> device, Optional<Precision> precision, int threads) {
    return of(device.map(Device::executor).orElseGet(() -> FallBack.BEST), precision, threads);
  }

  /**
   * Like {@link #resolve(Optional, Optional, int)}, but that plain Java computes in place of oneDNN
   * is told to the given progress, each time.
   */
  public static Compute resolve(
      Optional<Device> device, Optional<Precision> precision, int threads, Progress progress) {
    if (device.isEmpty()) {
      Executors.fallBack().ifPresent(reason -> Warnings.tell(progress, reason));
    }
    return of(device.map(Device::executor).orElseGet(Executors::best), precision, threads);
  }

  private static Compute of(Executor executor, Optional<Precision> precision, int threads) {
    int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    Compute compute = new Compute(executor.device(), precision.orElseGet(executor::usual), count);
    executor.require(compute.precision(), false);
    return compute;
  }

  /** This, but in the given precision. */
  public Compute with(Precision other) {
    return new Compute(device, other, threads, picturesPerCall);
  }

  /** This, but with so many pictures per call; 0 for what suits. */
  public Compute withPicturesPerCall(int count) {
    return new Compute(device, precision, threads, count);
  }

  /** For instance {@code oneDNN bf16, 2 threads}. */
  public String describe() {
    return Text.of("%s, %d thread%s", kind(), threads, threads == 1 ? "" : "s");
  }

  /**
   * For instance {@code oneDNN bf16}: what, on one machine, decides the last bits of a training.
   */
  public String kind() {
    return Text.of("%s %s", device.executor().label(), precision.text());
  }

  /** The best, and the warning, given once, that it is not the fastest. */
  private static final class FallBack {
    static final Executor BEST = told();

    private static Executor told() {
      Executors.fallBack().ifPresent(Warnings::log);
      return Executors.best();
    }
  }
}
