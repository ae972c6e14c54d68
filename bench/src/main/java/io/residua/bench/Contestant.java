package io.residua.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What takes part, and how it is started.
 *
 * @param name short and unique, for {@code --only}
 * @param title for tables
 * @param precision {@code fp32}, {@code bf16} or {@code int8}: with whom it is compared
 * @param role what it is to the report
 * @param command its process, which serves {@link Turns}
 * @param environment added to the driver's
 * @param takes the cases it takes part in
 */
record Contestant(
    String name,
    String title,
    String precision,
    Role role,
    List<String> command,
    Map<String, String> environment,
    Predicate<Case> takes) {
  /** What a contestant is to the report. */
  enum Role {
    RESIDUA,
    PEER,
    /** The convolutions alone: not a peer but what can be reached. */
    PEAK
  }

  Contestant {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
