package io.residua.bench.serve;

import io.residua.bench.BareRate;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Throughput and times of all servers, in turns. */
final class ServeRates {
  private static final int[] CONNECTIONS = {1, 8, 64};
  private static final int WARM_UP_REQUESTS = 200;
  private static final int WARM_UP_CONNECTIONS = 16;
  private static final double BARE_SECONDS = 5;
  private static final int SETTLE_MILLIS = 500;

  /** Where pictures and right answers come from. */
  interface Answers {
    Asked of(String precision) throws IOException, InterruptedException;
  }

  private final Path project;
  private final Path work;
  private final ServeOptions options;
  private final ServeReport report;
  private final Answers answers;

  ServeRates(Path project, Path work, ServeOptions options, ServeReport report, Answers answers) {
    this.project = project;
    this.work = work;
    this.options = options;
    this.report = report;
    this.answers = answers;
  }

  /** A server that is ready. */
  private record Ready(RunningServer server, LoadGenerator load) {}

  void run(List<Contender> field, int threads) throws IOException, InterruptedException {
    Map<Contender, Ready> ready = new LinkedHashMap<>();
    Map<String, BareRate> bare = new LinkedHashMap<>();
    Map<Contender, Map<Integer, List<Load>>> loads = new LinkedHashMap<>();
    Map<String, List<Double>> bareRates = new LinkedHashMap<>();
    Map<Contender, Long> memory = new LinkedHashMap<>();
    try {
      for (Contender contender : field) {
        open(contender).ifPresent(r -> ready.put(contender, r));
        if (!contender.peer()) {
          String precision = contender.precision();
          Path log = work.resolve("bare-" + precision + ".log");
          bare.put(precision, BareRate.open(project.resolve("bench"), precision, threads, log));
        }
      }
      for (Ready r : ready.values()) {
        r.server().pause();
      }
      for (BareRate one : bare.values()) {
        one.measure(BARE_SECONDS); // warms up as long as the servers did
      }
      for (int round = 0; round < options.rounds(); round++) {
        for (Map.Entry<String, BareRate> one : bare.entrySet()) {
          bareRates
              .computeIfAbsent(one.getKey(), k -> new ArrayList<>())
              .add(one.getValue().measure(BARE_SECONDS));
        }
        for (int connections : CONNECTIONS) {
          for (Map.Entry<Contender, Ready> one : ready.entrySet()) {
            Load load = turn(one.getValue(), connections);
            memory.put(one.getKey(), one.getValue().server().memoryBytes());
            loads
                .computeIfAbsent(one.getKey(), k -> new LinkedHashMap<>())
                .computeIfAbsent(connections, k -> new ArrayList<>())
                .add(load);
            tell(round, one.getKey(), connections, load);
          }
        }
      }
    } finally {
      if (!loads.isEmpty()) {
        report.rates(loads, bareRates, memory);
      }
      bare.values().forEach(BareRate::close);
      for (Ready r : ready.values()) {
        r.server().resume();
        r.server().close();
      }
    }
  }

  /** One server's turn; all others take no time meanwhile. */
  private Load turn(Ready one, int connections) throws IOException, InterruptedException {
    one.server().resume();
    Thread.sleep(SETTLE_MILLIS);
    Load load = one.load().during(connections, options.seconds());
    one.server().pause();
    return load;
  }

  private void tell(int round, Contender contender, int connections, Load load) {
    report.progress(
        Text.of(
            "round %d, %s, %d connections: %.1f/s, p50 %.0f ms, p99 %.0f ms, %s",
            round + 1,
            contender.name(),
            connections,
            load.rate(),
            load.millis(0.5),
            load.millis(0.99),
            load));
  }

  private Optional<Ready> open(Contender contender) throws IOException, InterruptedException {
    Optional<String> missing =
        contender.peer() ? Contenders.notInstalled(project, contender.name()) : Optional.empty();
    if (missing.isPresent()) {
      report.notMeasured(contender, missing.get());
      return Optional.empty();
    }
    Asked asked = answers.of(contender.precision());
    try {
      RunningServer server =
          RunningServer.start(contender, work.resolve(contender.name() + ".log"));
      LoadGenerator load =
          new LoadGenerator(
              contender.protocol(),
              server.address(),
              contender.peer() ? asked.within(Asked.ALIKE) : asked);
      Load first = load.count(WARM_UP_CONNECTIONS, WARM_UP_REQUESTS, index -> {});
      report.progress(
          Text.of(
              "%s: ready after %.1f s; warm-up %s",
              contender.name(), server.readySeconds(), first));
      return Optional.of(new Ready(server, load));
    } catch (IOException e) {
      report.notMeasured(contender, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
