package io.residua.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was measured. */
final class Results {
  /** Contestant and case. */
  record Key(String contestant, String what) {}

  private final Map<Key, SortedMap<Integer, Double>> rates = new LinkedHashMap<>();
  private final Map<Key, Long> peaks = new LinkedHashMap<>();
  private final Map<Key, String> failures = new LinkedHashMap<>();
  private final Map<String, String> versions = new LinkedHashMap<>();
  private final List<Double> busyBefore = new ArrayList<>();

  void rate(String contestant, String what, int round, double value) {
    rates.computeIfAbsent(new Key(contestant, what), k -> new TreeMap<>()).put(round, value);
  }

  void peakMemory(String contestant, String what, long bytes) {
    peaks.merge(new Key(contestant, what), bytes, Math::max);
  }

  void failed(String contestant, String what, String reason) {
    failures.putIfAbsent(new Key(contestant, what), reason);
  }

  void version(String contestant, String version) {
    versions.put(contestant, version);
  }

  void busyBefore(double share) {
    busyBefore.add(share);
  }

  /** Values by round: pictures a second of a contestant, or what the case says. */
  Map<Key, SortedMap<Integer, Double>> rates() {
    return rates;
  }

  Map<Key, String> failures() {
    return failures;
  }

  Map<String, String> versions() {
    return versions;
  }

  /** How busy the processors were while nothing was measured, before each suite. */
  List<Double> busyBefore() {
    return busyBefore;
  }

  Optional<Summary> summary(String contestant, String what) {
    return Optional.ofNullable(rates.get(new Key(contestant, what)))
        .map(r -> Summary.of(r.values().stream().mapToDouble(Double::doubleValue).toArray()));
  }

  long peakMemoryBytes(String contestant, String what) {
    return peaks.getOrDefault(new Key(contestant, what), 0L);
  }

  /** How many times faster one is than another, from the rounds that both have. */
  Optional<Summary> ratio(Key one, Key other) {
    SortedMap<Integer, Double> a = rates.getOrDefault(one, new TreeMap<>());
    SortedMap<Integer, Double> b = rates.getOrDefault(other, new TreeMap<>());
    double[] ratios =
        a.keySet().stream()
            .filter(b::containsKey)
            .mapToDouble(round -> a.getOrDefault(round, 0.0) / b.getOrDefault(round, 1.0))
            .toArray();
    return ratios.length == 0 ? Optional.empty() : Optional.of(Summary.of(ratios));
  }
}
