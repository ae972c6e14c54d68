package io.residua.bench;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.residua.bench.Contestant.Role;
import io.residua.bench.Goals.Goal;
import io.residua.bench.Results.Key;
import io.residua.bench.Suite.Turn;
import io.residua.internal.Text;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The results as Markdown. */
final class Report {
  private final Results results;
  private final List<Contestant> field;
  private final Run run;
  private final StringBuilder text = new StringBuilder();

  /**
   * How it was measured.
   *
   * @param date when it began
   * @param flags what Java was started with
   * @param quick whether slower forms of some peers were left out
   */
  record Run(
      String date, Machine machine, int threads, int rounds, List<String> flags, boolean quick) {}

  private Report(Results results, List<Contestant> field, Run run) {
    this.results = results;
    this.field = field;
    this.run = run;
  }

  static String markdown(Results results, List<Contestant> field, List<Suite> suites, Run run) {
    Report report = new Report(results, field, run);
    report.head();
    report.goals();
    for (Suite suite : suites) {
      report.suite(suite);
    }
    report.wholeRuns();
    report.busy();
    report.failures();
    report.versions();
    return report.text.toString();
  }

  private void head() {
    Machine m = run.machine();
    line("# Benchmarks");
    line("");
    line(
        "Written by `bench/run`%s on %s; every value is in `benchmarks.json`.",
        run.quick() ? " --quick" : "", run.date());
    line("");
    line(
        "- Processor: %s (%s), %d of its processors, %.0f GB of memory; %s",
        m.processor(), String.join(" ", m.features()), m.processors(), m.memoryGb(), m.system());
    line(
        "- Threads: %d each; rounds: %d; Java %s with `%s`",
        run.threads(), run.rounds(), Runtime.version(), String.join(" ", run.flags()));
    line(
        "- Other load: the processors were %s %% busy with other work before the suites",
        results.busyBefore().stream()
            .map(b -> Text.of("%.0f", 100 * b))
            .collect(Collectors.joining(", ")));
    line("");
    if (run.quick()) {
      line(
          "Left out, because it was a quick run: smaller networks, %s.",
          String.join(", ", Suite.NOT_QUICK));
      line("");
    }
    line(
        "Every contestant is a process of its own that loads once and warms up. They take turns,"
            + " one at a time, round by round, so that what drifts hits all alike. Values are"
            + " medians over the rounds, with the least and the greatest; a ratio is taken within"
            + " each round. Weights and pictures are random.");
    line("");
  }

  private void goals() {
    line("## Goals");
    line("");
    line("| goal | wanted | measured | |");
    line("|---|---|---|---|");
    for (Goal g : Goals.of(results, field, run.machine().amx())) {
      line(
          "| %s | %s %s %s | %s | %s |",
          g.what(),
          g.atLeast() ? "≥" : "≤",
          number(g.wanted()),
          g.unit(),
          g.value().map(Report::spread).orElse("–"),
          g.met().map(met -> met ? "met" : "**not met**").orElse("not measured"));
    }
    line("");
  }

  private void suite(Suite suite) {
    line("## %s", suite.title());
    line("");
    for (Turn turn : suite.cases()) {
      String what = turn.what().text();
      List<Contestant> ran =
          field.stream().filter(c -> results.summary(c.name(), what).isPresent()).toList();
      if (!ran.isEmpty()) {
        table(turn.what(), ran);
      }
    }
  }

  private void table(Case what, List<Contestant> ran) {
    line("### %s", title(what));
    line("");
    boolean memory = what.task().trains();
    line(
        "| contestant | precision | pictures/s (min–max) |%s GFLOP/s | of the peak | Residua is"
            + " faster by |%s",
        what.batch() == 1 ? " ms |" : "", memory ? " peak memory, GB |" : "");
    line("|---|---|---|%s---|---|---|%s", what.batch() == 1 ? "---|" : "", memory ? "---|" : "");
    for (Contestant c : ran) {
      Summary s = results.summary(c.name(), what.text()).orElseThrow();
      Optional<Summary> ofPeak =
          results.ratio(
              new Key(c.name(), what.text()), new Key("peak-" + c.precision(), what.text()));
      Optional<Summary> ratio =
          c.role() == Role.PEER
              ? results.ratio(
                  new Key("residua-" + c.precision(), what.text()), new Key(c.name(), what.text()))
              : Optional.empty();
      line(
          "| %s | %s | %s | %s%s | %s | %s |%s",
          c.role() == Role.RESIDUA ? "**" + c.title() + "**" : c.title(),
          c.precision(),
          spread(s),
          what.batch() == 1 ? number(1000 / s.median()) + " | " : "",
          number(s.median() * what.gflop()),
          c.role() == Role.PEAK
              ? "100 %"
              : ofPeak.map(p -> Text.of("%.0f %%", 100 * p.median())).orElse(""),
          ratio.map(r -> "× " + spread(r)).orElse(""),
          memory ? " " + gigabytes(results.peakMemoryBytes(c.name(), what.text())) + " |" : "");
    }
    line("");
  }

  private static String title(Case what) {
    return switch (what.task()) {
      case INFER -> what.network() + ", batch " + what.batch();
      case STREAM ->
          what.network()
              + ", a folder's pictures one by one (a single-threaded session a processor)";
      case FOLDER -> what.network() + ", a classifier over files";
      case CALLERS -> what.network() + ", a classifier called by eight threads";
      case TRAIN -> what.network() + ", whole network, batch " + what.batch();
      case TRAIN_LAST ->
          what.network() + ", last stage and head only, on kept features, batch " + what.batch();
    };
  }

  private void wholeRuns() {
    line("## Whole runs of the command line");
    line("");
    line("| | measured (min–max) | peak memory, GB |");
    line("|---|---|---|");
    whole("`residua --help`, s", CommandRuns.NAME, CommandRuns.HELP, true);
    whole("`residua predict` of one picture, s", CommandRuns.NAME, CommandRuns.ONE, true);
    whole("`residua predict` of a folder, pictures/s", CommandRuns.NAME, CommandRuns.FOLDER, false);
    whole(
        "the same with one processor taken, pictures/s",
        CommandRuns.NAME,
        CommandRuns.UNDER_LOAD,
        false);
    String grid = "16-point polynomial SVC grid, five folds, ";
    whole(grid + "`residua svm`, s", GridSearchRuns.NAME, GridSearchRuns.WHAT, true);
    whole(
        grid + "scikit-learn (memory of its first process), s",
        GridSearchRuns.PEER,
        GridSearchRuns.WHAT,
        true);
    line("");
  }

  private void whole(String title, String contestant, String what, boolean inverse) {
    Optional<Summary> s = results.summary(contestant, what);
    line(
        "| %s | %s | %s |",
        title,
        s.map(
                v ->
                    inverse
                        ? spread(new Summary(1 / v.median(), 1 / v.max(), 1 / v.min(), v.rounds()))
                        : spread(v))
            .orElse("not measured"),
        gigabytes(results.peakMemoryBytes(contestant, what)));
  }

  private void busy() {
    if (results.summary(BusyRuns.OWN, BusyRuns.FOLDER).isEmpty()) {
      return;
    }
    boolean older = results.summary(BusyRuns.OLDER, BusyRuns.FOLDER).isPresent();
    line("## On a busy machine");
    line("");
    line(
        "ResNet-50, by the median of single predictions and of training steps (batch 32); busy"
            + " processes compute without end, one for every other processor (half taken) or two"
            + " for every one (twice busy).");
    line("");
    line("| | measured (min–max) | ÷ quiet |%s", older ? " older build | ÷ quiet |" : "");
    line("|---|---|---|%s", older ? "---|---|" : "");
    for (BusyRuns.Load load : BusyRuns.Load.values()) {
      busy("a prediction, ms, ", BusyRuns.PREDICT, load, older);
    }
    for (BusyRuns.Load load : BusyRuns.Load.values()) {
      if (load.trains()) {
        busy("training, pictures/s, ", BusyRuns.TRAIN, load, older);
      }
    }
    for (String what : List.of(BusyRuns.FOLDER, BusyRuns.CALLERS)) {
      line(
          "| %s | %s | |%s",
          what.equals(BusyRuns.FOLDER)
              ? "a classifier over files, pictures/s"
              : "the same called by eight threads, pictures/s",
          results.summary(BusyRuns.OWN, what).map(Report::spread).orElse("–"),
          older
              ? Text.of(
                  " %s | |", results.summary(BusyRuns.OLDER, what).map(Report::spread).orElse("–"))
              : "");
    }
    line("");
  }

  private void busy(String title, String what, BusyRuns.Load load, boolean older) {
    String name = load.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    line(
        "| %s%s |%s%s",
        title, name, busy(BusyRuns.OWN, what, load), older ? busy(BusyRuns.OLDER, what, load) : "");
  }

  private String busy(String build, String what, BusyRuns.Load load) {
    boolean isTime = what.equals(BusyRuns.PREDICT);
    Key quiet = new Key(build, BusyRuns.Load.QUIET.of(what));
    Key loaded = new Key(build, load.of(what));
    return Text.of(
        " %s | %s |",
        results
            .summary(build, load.of(what))
            .map(s -> spread(isTime ? milliseconds(s) : s))
            .orElse("–"),
        load == BusyRuns.Load.QUIET
            ? ""
            : (isTime ? results.ratio(quiet, loaded) : results.ratio(loaded, quiet))
                .map(Report::spread)
                .orElse("–"));
  }

  private static Summary milliseconds(Summary perSecond) {
    return new Summary(
        1000 / perSecond.median(),
        1000 / perSecond.max(),
        1000 / perSecond.min(),
        perSecond.rounds());
  }

  private void failures() {
    if (results.failures().isEmpty()) {
      return;
    }
    line("## Not measured");
    line("");
    line("| | case | reason |");
    line("|---|---|---|");
    for (Map.Entry<Key, String> e : results.failures().entrySet()) {
      line(
          "| %s | %s | %s |",
          e.getKey().contestant(), e.getKey().what(), e.getValue().replace("|", "\\|"));
    }
    line("");
  }

  private void versions() {
    line("## Versions");
    line("");
    line("| | |");
    line("|---|---|");
    new TreeMap<>(results.versions())
        .forEach((name, version) -> line("| %s | %s |", name, version));
  }

  private static String spread(Summary s) {
    return s.rounds() == 1
        ? number(s.median())
        : Text.of("%s (%s–%s)", number(s.median()), number(s.min()), number(s.max()));
  }

  private static String gigabytes(long bytes) {
    return bytes == 0 ? "" : Text.of("%.2f", bytes / 1e9);
  }

  private static String number(double value) {
    return Text.decimals(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
  }

  @FormatMethod
  private void line(@FormatString String format, Object... arguments) {
    text.append(Text.of(format, arguments)).append('\n');
  }
}
