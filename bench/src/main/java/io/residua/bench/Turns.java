package io.residua.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A contestant's side of the benchmark. It says what it is in a line of JSON, then answers each
 * line of stdin with one line of JSON: {@code open CASE} loads and warms up, {@code go CASE
 * SECONDS} computes whole batches for at least that long and tells how many pictures in what time,
 * and how long a batch took (median); {@code close CASE} releases. The process ends with its input.
 */
public final class Turns {
  private Turns() {}

  /** Something that can be measured. */
  public interface Contestant {
    /**
     * Loads a case.
     *
     * @throws Exception whatever prevents it; its message goes into the report
     */
    Work open(Case what) throws Exception;
  }

  /** A loaded case. */
  @FunctionalInterface
  public interface Work extends AutoCloseable {
    /**
     * Computes one batch.
     *
     * @return how many pictures that were
     */
    int run();

    /** Called before every round, not timed. */
    default void prepare() {}

    /** Called after every round, not timed: gives back memory that others need for their turns. */
    default void rest() {}

    @Override
    default void close() {}
  }

  /**
   * Answers until the input ends.
   *
   * @param version of what is measured
   */
  public static void serve(String version, Contestant contestant) throws IOException {
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err); // what libraries print must not mix with the answers
    ObjectMapper json = new ObjectMapper();
    answers.println(json.writeValueAsString(Map.of("version", version)));
    Map<String, Work> open = new HashMap<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      answers.println(json.writeValueAsString(answer(line.split(" "), open, contestant)));
    }
    open.values().forEach(Work::close);
  }

  private static Map<String, ?> answer(
      String[] command, Map<String, Work> open, Contestant contestant) {
    try {
      String name = command[1];
      switch (command[0]) {
        case "open" -> {
          Case what = Case.parse(name);
          Work work = contestant.open(what);
          open.put(name, work);
          go(work, 0);
          if (!what.task().trains()) {
            go(work, 0.5);
          }
          return Map.of("open", name);
        }
        case "go" -> {
          Work work = open.get(name);
          if (work == null) {
            throw new IllegalArgumentException(name + " is not open");
          }
          return go(work, Double.parseDouble(command[2]));
        }
        case "close" -> {
          Work work = open.remove(name);
          if (work != null) {
            work.close();
          }
          return Map.of("closed", name);
        }
        default -> throw new IllegalArgumentException("unknown command " + command[0]);
      }
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      return Map.of("error", reason.lines().findFirst().orElse(""));
    }
  }

  private static Map<String, ?> go(Work work, double seconds) {
    work.prepare();
    long start = System.nanoTime();
    int images = 0;
    double elapsed = 0;
    List<Double> batches = new ArrayList<>();
    do {
      double before = elapsed;
      images += work.run();
      elapsed = (System.nanoTime() - start) / 1e9;
      batches.add(elapsed - before);
    } while (elapsed < seconds);
    work.rest();
    double[] sorted = batches.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return Map.of("images", images, "seconds", elapsed, "batchSeconds", sorted[sorted.length / 2]);
  }
}
