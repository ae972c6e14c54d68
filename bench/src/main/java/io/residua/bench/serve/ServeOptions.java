package io.residua.bench.serve;

import io.residua.bench.OptionValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What is asked for.
 *
 * @param only names of stages and contenders, empty for all; a stage without contenders named
 *     beside it has all of them, and the other way round
 * @param rounds turns of each contender
 * @param seconds how long a turn lasts
 * @param out where the report goes
 */
record ServeOptions(Set<String> only, int rounds, int seconds, Path out) {
  static final String USAGE =
      """
      Usage: bench/serve [--only NAME,…] [--rounds N] [--seconds S] [--out FILE]
        --only NAMES  stages (rates, soak, swap, overload, hostile, restart) and contenders
                      (residua-fp32, residua-bf16, residua-int8, litserve, bentoml,
                      mlserver, triton), separated by commas
        --rounds N    turns of each contender in 'rates'; the median counts (default 3)
        --seconds S   how long a turn lasts (default 15)
        --out FILE    where the report goes (default bench/target/serve/report.md)""";

  ServeOptions {
    only = Set.copyOf(only);
  }

  /**
   * Reads the command line.
   *
   * @param known names that {@code --only} takes
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static ServeOptions parse(List<String> arguments, Path out, Set<String> known) {
    ServeOptions options = new ServeOptions(Set.of(), 3, 15, out);
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(option + " needs a value, or is unknown");
      }
      String value = arguments.get(i + 1);
      options =
          switch (option) {
            case "--only" -> options.only(value, known);
            case "--rounds" ->
                new ServeOptions(
                    options.only,
                    OptionValues.positive(option, value),
                    options.seconds,
                    options.out);
            case "--seconds" ->
                new ServeOptions(
                    options.only,
                    options.rounds,
                    OptionValues.positive(option, value),
                    options.out);
            case "--out" ->
                new ServeOptions(options.only, options.rounds, options.seconds, Path.of(value));
            default -> throw new IllegalArgumentException("unknown option " + option);
          };
    }
    return options;
  }

  private ServeOptions only(String value, Set<String> known) {
    Set<String> names = Set.of(value.split(","));
    OptionValues.requireKnown("--only", names, known);
    return new ServeOptions(names, rounds, seconds, out);
  }

  /** Whether one of several is wanted: all are, where none of them is named. */
  boolean wants(String name, Set<String> ofThese) {
    return only.contains(name) || only.stream().noneMatch(ofThese::contains);
  }
}
