package io.residua.bench;

import io.residua.internal.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked for.
 *
 * @param only names of suites and contestants, empty for all; a suite without contestants named
 *     beside it has all of them, and the other way round
 * @param out where the report goes
 * @param against a checkout with an older build, which takes turns in the suite {@code busy}
 */
record BenchOptions(int rounds, Set<String> only, boolean quick, Path out, Optional<Path> against) {
  static final String USAGE =
      """
      Usage: bench/run [--rounds N] [--only NAME,…] [--quick] [--out DIR] [--against DIR]
        --rounds N    turns of each contestant; the median counts (default 5, quick 3)
        --only NAMES  suites (inference, training, small, process, grid, busy) and
                      contestants (residua-bf16, torch-compile, …), separated by commas
        --quick       without slower forms of some peers, and with a smaller folder of pictures
        --out DIR     where benchmarks.md and benchmarks.json go (default docs)
        --against DIR a checkout of Residua with bench built: takes turns in the suite busy""";

  BenchOptions {
    only = Set.copyOf(only);
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  static BenchOptions parse(List<String> arguments, Path project) {
    int rounds = 0;
    Set<String> only = Set.of();
    boolean quick = false;
    Path out = project.resolve("docs");
    Optional<Path> against = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals("--quick")) {
        quick = true;
        continue;
      }
      if (!Set.of("--rounds", "--only", "--out", "--against").contains(option)) {
        throw new IllegalArgumentException("unknown option " + option);
      }
      if (++i == arguments.size()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = arguments.get(i);
      switch (option) {
        case "--rounds" -> rounds = OptionValues.positive(option, value);
        case "--only" -> only = Set.of(value.split(","));
        case "--against" -> against = Optional.of(built(Path.of(value)));
        default -> out = Path.of(value);
      }
    }
    return new BenchOptions(rounds > 0 ? rounds : quick ? 3 : 5, only, quick, out, against);
  }

  private static Path built(Path checkout) {
    Path libraries = checkout.resolve("bench/target/lib").toAbsolutePath().normalize();
    if (!Files.isDirectory(libraries)) {
      throw new IllegalArgumentException(
          Text.of("--against: there is no %s; build bench there first", libraries));
    }
    return libraries;
  }
}
