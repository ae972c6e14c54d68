package io.residua.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells about processes and processors; zeros and empty texts elsewhere. */
public final class ProcFiles {
  private ProcFiles() {}

  /** The most resident memory of a process so far. */
  static long peakMemoryBytes(long pid) {
    return kilobytes(Path.of("/proc/" + pid + "/status"), "VmHWM:") << 10;
  }

  /** What a process has in memory now; of what it shares with others, its part. */
  public static long ownMemoryBytes(long pid) {
    return kilobytes(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:") << 10;
  }

  static long availableMemoryBytes() {
    return kilobytes(Path.of("/proc/meminfo"), "MemAvailable:") << 10;
  }

  static long totalMemoryBytes() {
    return kilobytes(Path.of("/proc/meminfo"), "MemTotal:") << 10;
  }

  private static long kilobytes(Path file, String key) {
    return lines(file)
        .filter(l -> l.startsWith(key))
        .map(l -> Long.parseLong(l.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0L);
  }

  /** A field of the first processor, for instance {@code model name}. */
  static String processor(String field) {
    return lines(Path.of("/proc/cpuinfo"))
        .filter(l -> l.startsWith(field))
        .map(l -> l.substring(l.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** Share of all processors' time that is used, 0 to 1, over half a second. */
  public static double busyShare() throws InterruptedException {
    long[] before = times();
    Thread.sleep(500);
    long[] after = times();
    long all = after[0] - before[0];
    return all == 0 ? 0 : 1 - (double) (after[1] - before[1]) / all;
  }

  /** All time and idle time of all processors. */
  private static long[] times() {
    List<Long> fields =
        lines(Path.of("/proc/stat"))
            .limit(1)
            .flatMap(l -> Stream.of(l.replaceFirst("cpu +", "").split(" ")))
            .map(Long::parseLong)
            .toList();
    if (fields.size() < 8) {
      return new long[2];
    }
    long all = fields.stream().limit(8).mapToLong(Long::longValue).sum();
    return new long[] {all, fields.get(3) + fields.get(4)};
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      return Stream.of();
    }
  }
}
