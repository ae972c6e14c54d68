package io.residua.bench.serve;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a load.
 *
 * @param seconds how long requests were sent
 * @param statuses how often each status was answered; 0 for a request that got no answer
 * @param wrong answers of status 200 that were not the one that is expected
 * @param worst the largest difference of a probability from what is expected, of right answers
 * @param sortedMillis times of the answers of status 200, in order
 */
record Load(
    double seconds, Map<Integer, Long> statuses, long wrong, double worst, double[] sortedMillis) {
  Load {
    statuses = Map.copyOf(statuses);
    Arrays.sort(sortedMillis);
  }

  long answered() {
    return statuses.getOrDefault(200, 0L);
  }

  long others(int... known) {
    return statuses.entrySet().stream()
        .filter(e -> Arrays.stream(known).noneMatch(k -> k == e.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Pictures answered in a second. */
  double rate() {
    return answered() / seconds;
  }

  /** A quantile of the times, 0 to 1, by the nearest rank. */
  double millis(double quantile) {
    if (sortedMillis.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(quantile * sortedMillis.length);
    return sortedMillis[Math.max(0, rank - 1)];
  }

  /** Of several, as if they were one. */
  static Load together(List<Load> loads) {
    Map<Integer, Long> statuses = new TreeMap<>();
    loads.forEach(l -> l.statuses.forEach((status, n) -> statuses.merge(status, n, Long::sum)));
    return new Load(
        loads.stream().mapToDouble(Load::seconds).sum(),
        statuses,
        loads.stream().mapToLong(Load::wrong).sum(),
        loads.stream().mapToDouble(Load::worst).max().orElse(0),
        loads.stream().flatMapToDouble(l -> Arrays.stream(l.sortedMillis)).toArray());
  }

  @Override
  public String toString() {
    return new TreeMap<>(statuses) + ", wrong " + wrong;
  }
}
