package io.residua.bench;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.engine.Compute;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Measures Residua and its peers and writes the report; started by {@code bench/run}. */
public final class Bench {
  private static final String PROCESS = "process";
  private static final String GRID = "grid";
  private static final String BUSY = "busy";
  private static final int PICTURES_PER_CLASS = 500;
  private static final int PICTURES_PER_CLASS_QUICK = 50;
  private static final int GRID_ROUNDS = 2;
  private static final int PICTURES = 2000;
  private static final int PICTURES_QUICK = 400;

  private Bench() {}

  /** Arguments: the project's folder, then {@link BenchOptions}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = Arrays.asList(args);
    if (arguments.contains("--help")) {
      System.out.println(BenchOptions.USAGE);
      return;
    }
    Path project = Path.of(args[0]).toAbsolutePath().normalize();
    try {
      run(project, BenchOptions.parse(arguments.subList(1, args.length), project));
    } catch (UsageException | IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.err.println(BenchOptions.USAGE);
      System.exit(2);
    }
  }

  private static void run(Path project, BenchOptions options)
      throws IOException, InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    Path bench = project.resolve("bench");
    List<Contestant> all = Contestants.all(bench, threads);
    Set<String> suiteNames = new HashSet<>(Set.of(PROCESS, GRID, BUSY));
    Suite.all().forEach(s -> suiteNames.add(s.name()));
    Set<String> named = new HashSet<>(suiteNames);
    all.forEach(c -> named.add(c.name()));
    OptionValues.requireKnown("--only", options.only(), named);
    boolean anySuite = options.only().stream().noneMatch(suiteNames::contains);
    boolean anyContestant = options.only().stream().allMatch(suiteNames::contains);
    List<Contestant> field =
        all.stream()
            .filter(c -> anyContestant || options.only().contains(c.name()))
            .filter(c -> !options.quick() || !Suite.NOT_QUICK.contains(c.name()))
            .toList();
    List<Suite> suites =
        Suite.all().stream()
            .filter(
                s ->
                    anySuite
                        ? !options.quick() || Suite.QUICK.contains(s.name())
                        : options.only().contains(s.name()))
            .toList();

    Path logs = Files.createDirectories(bench.resolve("target/logs"));
    Report.Run how =
        new Report.Run(
            ZonedDateTime.now(ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)),
            Machine.here(),
            threads,
            options.rounds(),
            Contestants.flags(),
            options.quick());
    Results results = new Results();
    Progress progress = new Lines();
    Rounds rounds = new Rounds(bench, logs, results, progress);
    List<Suite> done = new ArrayList<>();
    for (Suite suite : suites) {
      rounds.run(suite, field, options.rounds());
      done.add(suite);
      write(options, results, field, done, how);
    }
    if (options.only().contains(PROCESS) || (anySuite && anyContestant)) {
      Contestant bare =
          all.stream()
              .filter(c -> c.name().equals("residua-" + precision()))
              .findFirst()
              .orElseThrow();
      int pictures = options.quick() ? PICTURES_QUICK : PICTURES;
      Path photos = SharedData.photos(project);
      new CommandRuns(project, logs, results, progress)
          .run(bench.resolve("target"), pictures, photos, bare, bench, options.rounds());
    }
    if (options.only().contains(GRID) || (anySuite && anyContestant && !options.quick())) {
      int perClass = options.quick() ? PICTURES_PER_CLASS_QUICK : PICTURES_PER_CLASS;
      new GridSearchRuns(project, logs, results, progress, threads)
          .run(
              bench.resolve("target"),
              SharedData.of(project).resolve("cifar10_jpg.tar.xz"),
              perClass,
              Math.min(options.rounds(), GRID_ROUNDS));
    }
    if (options.only().contains(BUSY) || (anySuite && anyContestant)) {
      new BusyRuns(bench, logs, results, progress, threads)
          .run(
              Contestants.underLoad(bench, options.against(), precision(), threads),
              options.rounds());
    }
    write(options, results, field, done, how);
    System.err.print(
        Text.of(
            "bench: wrote benchmarks.md and benchmarks.json in %s%n", options.out().normalize()));
  }

  private static String precision() {
    return Compute.auto().precision().text();
  }

  private static void write(
      BenchOptions options,
      Results results,
      List<Contestant> field,
      List<Suite> suites,
      Report.Run how)
      throws IOException {
    Files.createDirectories(options.out());
    Files.writeString(
        options.out().resolve("benchmarks.md"), Report.markdown(results, field, suites, how));
    Files.writeString(options.out().resolve("benchmarks.json"), ReportJson.of(results, field, how));
  }

  /** Progress as plain lines with the time since the start. */
  private static final class Lines implements Progress {
    private final long startNanos = System.nanoTime();

    @Override
    public Task start(String label, long total, String unit) {
      return Progress.NONE.start(label, total, unit);
    }

    @Override
    public void line(String text) {
      System.err.print(
          Text.of("bench: %4.0f s  %s%n", (System.nanoTime() - startNanos) / 1e9, text));
    }

    @Override
    public void warn(String text) {
      line("! " + text);
    }
  }
}
