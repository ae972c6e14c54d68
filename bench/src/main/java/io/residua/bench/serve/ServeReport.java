package io.residua.bench.serve;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.residua.bench.Machine;
import io.residua.bench.Summary;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The results as Markdown, written as they come. */
final class ServeReport {
  private static final double MEGABYTE = 1e6;

  private final Path file;

  ServeReport(Path file) {
    this.file = file;
  }

  void progress(String text) {
    System.err.println("bench: " + text);
  }

  void head(Machine machine, double busy) throws IOException {
    Files.deleteIfExists(file);
    line("# Serving");
    line("");
    line(
        "%s (%s), %d processors, %.0f GB; %s. The processors were %.0f %% busy with other work"
            + " before. The load generator runs on the same processors.",
        machine.processor(),
        String.join(" ", machine.features()),
        machine.processors(),
        machine.memoryGb(),
        machine.system(),
        100 * busy);
  }

  void notMeasured(Contender contender, String reason) throws IOException {
    line("");
    line("%s was not measured: %s", contender.title(), reason);
  }

  /** Medians of the rounds. */
  void rates(
      Map<Contender, Map<Integer, List<Load>>> loads,
      Map<String, List<Double>> bare,
      Map<Contender, Long> memory)
      throws IOException {
    line("");
    line("## Rates and times");
    line("");
    line(
        "| server | precision | connections | pictures/s (min–max) | p50, ms | p99, ms | other"
            + " answers | wrong | share of the bare rate | × best peer | MB |");
    line("|---|---|---|---|---|---|---|---|---|---|---|");
    for (Map.Entry<Contender, Map<Integer, List<Load>>> one : loads.entrySet()) {
      Contender contender = one.getKey();
      for (Map.Entry<Integer, List<Load>> at : one.getValue().entrySet()) {
        List<Load> rounds = at.getValue();
        Summary rate = summary(rounds, Load::rate);
        Load all = Load.together(rounds);
        line(
            "| %s | %s | %d | %.1f (%.1f–%.1f) | %.0f | %.0f | %d | %d | %s | %s | %.0f |",
            contender.title(),
            contender.precision(),
            at.getKey(),
            rate.median(),
            rate.min(),
            rate.max(),
            all.millis(0.5),
            all.millis(0.99),
            all.others(200),
            all.wrong(),
            contender.peer() ? "" : ofBare(rounds, bare.get(contender.precision())),
            contender.peer() ? "" : timesBestPeer(rounds, at.getKey(), loads),
            memory.getOrDefault(contender, 0L) / MEGABYTE);
      }
    }
    line("");
    for (Map.Entry<String, List<Double>> one : bare.entrySet()) {
      line(
          "Bare rate in %s, batches of 32: %.1f pictures/s (median of %d).",
          one.getKey(), summary(one.getValue(), d -> d).median(), one.getValue().size());
    }
  }

  private static String ofBare(List<Load> rounds, @Nullable List<Double> bare) {
    if (bare == null) {
      return "";
    }
    double[] shares = new double[rounds.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = rounds.get(i).rate() / bare.get(i);
    }
    return Text.of("%.2f", Summary.of(shares).median());
  }

  private static String timesBestPeer(
      List<Load> rounds, int connections, Map<Contender, Map<Integer, List<Load>>> loads) {
    return loads.entrySet().stream()
        .filter(e -> e.getKey().peer() && e.getValue().containsKey(connections))
        .max(
            Comparator.comparingDouble(
                e ->
                    summary(e.getValue().getOrDefault(connections, List.of()), Load::rate)
                        .median()))
        .map(
            e -> {
              List<Load> peer = e.getValue().getOrDefault(connections, List.of());
              double[] ratios = new double[Math.min(peer.size(), rounds.size())];
              for (int i = 0; i < ratios.length; i++) {
                ratios[i] = rounds.get(i).rate() / peer.get(i).rate();
              }
              return Text.of("%.2f (%s)", Summary.of(ratios).median(), e.getKey().name());
            })
        .orElse("");
  }

  void soak(Load warmUp, Load all, List<Long> residentWarm, List<Long> resident)
      throws IOException {
    section("Many requests");
    counts(all);
    line(
        "- %.1f pictures/s (warm-up: %.1f), p50 %.0f ms, p99 %.0f ms",
        all.rate(), warmUp.rate(), all.millis(0.5), all.millis(0.99));
    line(
        "- memory at the end of the warm-up of %d: %.0f MB; afterwards %.0f to %.0f MB, at"
            + " the end %.0f MB",
        warmUp.answered(),
        last(residentWarm) / MEGABYTE,
        resident.stream().mapToLong(Long::longValue).min().orElse(0) / MEGABYTE,
        resident.stream().mapToLong(Long::longValue).max().orElse(0) / MEGABYTE,
        last(resident) / MEGABYTE);
  }

  void swap(Load all, int replaced, long told) throws IOException {
    section("A model that is replaced under load");
    counts(all);
    line("- replaced %d times; the server's log tells of it in %d lines", replaced, told);
    line("- p50 %.0f ms, p99 %.0f ms", all.millis(0.5), all.millis(0.99));
  }

  void overload(Load before, Load over, Load after, int queue) throws IOException {
    section("Twice the load that it bears");
    line(
        "- before: %.1f pictures/s; then %.1f requests/s for %.0f s",
        before.rate(), 2 * before.rate(), over.seconds());
    counts(over);
    line(
        "- answered with 200: %.1f/s, p50 %.0f ms, p99 %.0f ms, which should be below 2 × queue ÷ rate,"
            + " %.0f ms",
        over.rate(), over.millis(0.5), over.millis(0.99), 2e3 * queue / before.rate());
    line("- afterwards: %.1f pictures/s, %s", after.rate(), after);
  }

  void hostile(
      SortedMap<String, SortedMap<Integer, Long>> outcomes,
      Load beside,
      long residentBefore,
      long residentAfter,
      boolean ready)
      throws IOException {
    section("Requests that mean no good");
    line("| what | answers |");
    line("|---|---|");
    for (Map.Entry<String, SortedMap<Integer, Long>> one : outcomes.entrySet()) {
      StringBuilder answers = new StringBuilder();
      one.getValue()
          .forEach(
              (status, n) ->
                  answers.append(answers.isEmpty() ? "" : ", ").append(named(status, n)));
      line("| %s | %s |", one.getKey(), answers);
    }
    line("");
    line("A client that means well, one request after the other beside them:");
    counts(beside);
    line(
        "- p50 %.0f ms, p99 %.0f ms, longest %.0f ms",
        beside.millis(0.5), beside.millis(0.99), beside.millis(1));
    line(
        "- memory: %.0f MB before, %.0f MB after; ready: %s",
        residentBefore / MEGABYTE, residentAfter / MEGABYTE, ready ? "yes" : "no");
  }

  private static String named(int status, long n) {
    return switch (status) {
      case HostileRequests.CLOSED -> "closed × " + n;
      case HostileRequests.NOT_REACHED -> "**not reached** × " + n;
      case HostileRequests.LEFT_OPEN -> "**left open** × " + n;
      default -> status + " × " + n;
    };
  }

  void restart(List<Double> readySeconds, Load drained, int exitStatus) throws IOException {
    section("Stopped under load");
    Summary ready = summary(readySeconds, d -> d);
    line(
        "- SIGKILL, then started again: ready after %.2f s (median of %d; longest %.2f s)",
        ready.median(), ready.rounds(), ready.max());
    line("- SIGTERM, asked until a second after it says that it is not ready:");
    counts(drained);
    line("- exit status %d", exitStatus);
  }

  private void counts(Load load) throws IOException {
    line(
        "- %d answers: %s; wrong: %d; largest difference of a probability: %.1e",
        load.statuses().values().stream().mapToLong(Long::longValue).sum(),
        new TreeMap<>(load.statuses()),
        load.wrong(),
        load.worst());
  }

  private void section(String title) throws IOException {
    progress(title);
    line("");
    line("## %s", title);
    line("");
  }

  private static long last(List<Long> values) {
    return values.isEmpty() ? 0 : values.get(values.size() - 1);
  }

  private static <T> Summary summary(List<T> values, ToDoubleFunction<T> of) {
    return Summary.of(values.stream().mapToDouble(of).toArray());
  }

  @FormatMethod
  private void line(@FormatString String format, Object... arguments) throws IOException {
    Files.writeString(
        file,
        Text.of(format, arguments) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
