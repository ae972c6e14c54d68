package io.residua.bench.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** What becomes of {@code residua serve} where things go wrong, in the machine's best precision. */
final class ServeTrials {
  private static final int QUEUE = 256; // the server's default
  private static final int CONNECTIONS = 64;
  private static final int SOAK_REQUESTS = 20_000;
  private static final int SOAK_WARM_UP = 2_000;
  private static final int SAMPLE_EVERY = 500;
  private static final int SWAP_REQUESTS = 3_000;
  private static final int SWAP_EVERY = 500;
  private static final int SETTLED_SECONDS = 20;
  private static final int OVERLOAD_SECONDS = 120;
  private static final int HOSTILE = 2_000;
  private static final int HOSTILE_WARM_UP = 300;
  private static final int RESTARTS = 5;
  private static final int RESTART_CONNECTIONS = 16;
  private static final int DRAIN_SECONDS = 5;
  private static final long SEED = 1;

  private final Path project;
  private final Path work;
  private final ServeReport report;
  private final Contender own;
  private final Asked asked;

  ServeTrials(Path project, Path work, ServeReport report, Contender own, Asked asked) {
    this.project = project;
    this.work = work;
    this.report = report;
    this.own = own;
    this.asked = asked;
  }

  private RunningServer start(String name, String model, String... more)
      throws IOException, InterruptedException {
    return RunningServer.start(
        Contenders.serve(project, model, own.precision(), more), own, work.resolve(name + ".log"));
  }

  private LoadGenerator load(RunningServer server) {
    return new LoadGenerator(Protocol.RESIDUA, server.address(), asked);
  }

  /** Many requests: none lost, none wrong, memory flat. */
  void soak() throws IOException, InterruptedException {
    List<Long> resident = Collections.synchronizedList(new ArrayList<>());
    try (RunningServer server = start("soak", model(), "--quiet")) {
      LoadGenerator load = load(server);
      IntConsumer sample =
          index -> {
            if (index % SAMPLE_EVERY == 0) {
              resident.add(server.memoryBytes());
            }
          };
      Load warm = load.count(CONNECTIONS, SOAK_WARM_UP, sample);
      int before = resident.size();
      Load all = load.count(CONNECTIONS, SOAK_REQUESTS, sample);
      resident.add(server.memoryBytes());
      report.soak(
          warm, all, resident.subList(0, before), resident.subList(before, resident.size()));
    }
  }

  /** A model that is replaced, again and again, while it is asked. */
  void swap() throws IOException, InterruptedException {
    Path served = work.resolve("served.safetensors");
    Path file = work.resolve("resnet50-int8.safetensors"); // its weights serve in any precision
    Files.copy(file, served, StandardCopyOption.REPLACE_EXISTING);
    try (RunningServer server = start("swap", "pictures=" + served, "--watch-seconds", "1")) {
      AtomicInteger swaps = new AtomicInteger();
      Load all =
          load(server)
              .count(
                  CONNECTIONS,
                  SWAP_REQUESTS,
                  index -> {
                    if (index % SWAP_EVERY == SWAP_EVERY / 2) {
                      replace(file, served);
                      swaps.incrementAndGet();
                    }
                  });
      long swapped =
          Files.readString(work.resolve("swap.log"))
              .lines()
              .filter(l -> l.contains("pictures replaced"))
              .count();
      report.swap(all, swaps.get(), swapped);
    }
  }

  private static void replace(Path file, Path served) {
    try {
      Path beside = Path.of(served + ".new");
      Files.copy(file, beside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(beside, served, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Twice the load that it bears, for two minutes. */
  void overload() throws IOException, InterruptedException {
    try (RunningServer server = start("overload", model(), "--quiet")) {
      LoadGenerator load = load(server);
      load.during(CONNECTIONS, SETTLED_SECONDS);
      Load before = load.during(CONNECTIONS, SETTLED_SECONDS);
      Load over = load.open(2 * before.rate(), OVERLOAD_SECONDS);
      Load after = load.during(CONNECTIONS, SETTLED_SECONDS);
      report.overload(before, over, after, QUEUE);
    }
  }

  /** Requests that mean no good, beside one client that means well. */
  void hostile() throws IOException, InterruptedException {
    try (RunningServer server =
        start(
            "hostile",
            "pictures=" + model(),
            "--quiet",
            "--idle-seconds",
            "2",
            "--timeout-seconds",
            "10")) {
      LoadGenerator load = load(server);
      HostileRequests hostile = new HostileRequests(server.address(), "pictures", asked.file(0));
      load.count(CONNECTIONS, SOAK_WARM_UP / 2, index -> {});
      hostile.send(HOSTILE_WARM_UP, SEED + HOSTILE);
      long before = server.memoryBytes();
      AtomicBoolean wanted = new AtomicBoolean(true);
      CompletableFuture<Load> wellMeant =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return load.whilst(1, wanted);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      SortedMap<String, SortedMap<Integer, Long>> outcomes = hostile.send(HOSTILE, SEED);
      wanted.set(false);
      Load beside = wellMeant.join();
      report.hostile(outcomes, beside, before, server.memoryBytes(), server.ready());
    }
  }

  /** SIGKILL and SIGTERM in the middle of a load. */
  void restart() throws IOException, InterruptedException {
    List<Double> ready = new ArrayList<>();
    for (int i = 0; i < RESTARTS; i++) {
      try (RunningServer server = start("restart", model(), "--quiet")) {
        AtomicBoolean wanted = new AtomicBoolean(true);
        CompletableFuture<Load> load = background(server, wanted);
        Thread.sleep(2000);
        server.kill();
        wanted.set(false);
        load.join();
      }
      try (RunningServer again = start("restart", model(), "--quiet")) {
        ready.add(again.readySeconds());
      }
    }
    try (RunningServer server =
        start("restart", model(), "--quiet", "--drain-seconds", "" + DRAIN_SECONDS)) {
      AtomicBoolean wanted = new AtomicBoolean(true);
      CompletableFuture<Load> load = background(server, wanted);
      Thread.sleep(3000);
      server.terminate();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2L * DRAIN_SECONDS);
      while (server.ready() && System.nanoTime() - end < 0) {
        Thread.sleep(20);
      }
      Thread.sleep(1000); // as long as a cluster takes to send no more
      wanted.set(false);
      Load drained = load.join();
      report.restart(ready, drained, server.awaitEnd());
    }
  }

  private CompletableFuture<Load> background(RunningServer server, AtomicBoolean wanted) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return load(server).whilst(RESTART_CONNECTIONS, wanted);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private String model() {
    return Contenders.model(work, own.precision());
  }
}
