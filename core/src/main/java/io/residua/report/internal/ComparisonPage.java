package io.residua.report.internal;

import static java.util.Objects.requireNonNullElse;

import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.eval.internal.McNemar;
import io.residua.eval.internal.PartMetrics;
import io.residua.internal.Build;
import io.residua.internal.Text;
import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.page.HtmlPage;
import io.residua.page.HtmlTable;
import io.residua.run.internal.History;
import io.residua.run.internal.HistoryCharts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The page on which runs stand side by side.
 *
 * @param names what the runs are called, all different
 * @param answers to their pictures, where those were at hand
 */
record ComparisonPage(List<RunFiles> runs, List<String> names, Optional<PairedAnswers> answers) {
  private static final int MOST_CLASSES = 100;
  private static final int MOST_PAIRED = 5;
  private static final double SIGNIFICANT = 0.05;

  void write(HtmlPage page) throws IOException {
    page.element("h1", Text.of("Comparison of %s", Text.count(runs.size(), "run")));
    page.warnings(warnings());
    accuracies(page);
    numbers(page);
    if (answers.isPresent()) {
      pairs(page, answers.get());
    }
    training(page);
    classes(page);
    settings(page);
    page.element(
        "footer", Text.of("Made by Residua %s on %s.", Build.current().text(), Build.date()));
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    Set<Optional<Part>> parts =
        runs.stream().map(run -> run.metrics().headlinePart()).collect(Collectors.toSet());
    List<String> unknown =
        IntStream.range(0, runs.size())
            .filter(i -> measured(runs.get(i)).isEmpty())
            .mapToObj(names::get)
            .toList();
    if (parts.size() > 1) {
      warnings.add(
          "The runs were not measured on the same kind of part: not all have a test part.");
    }
    if (!unknown.isEmpty()) {
      warnings.add(
          Text.of(
              "What %s measured on is not known (no split.csv): differences may come from the"
                  + " pictures.",
              String.join(", ", unknown) + (unknown.size() == 1 ? " was" : " were")));
    } else if (!onSamePictures()) {
      warnings.add(
          "The runs were not measured on the same pictures: differences may come from those.");
    }
    return warnings;
  }

  /** Whether all headlines are about the same pictures; not if that is not known. */
  private boolean onSamePictures() {
    Set<String> first = measured(runs.get(0));
    return !first.isEmpty() && runs.stream().allMatch(run -> measured(run).equals(first));
  }

  /** Content of the pictures that the headline is about. */
  private Set<String> measured(RunFiles run) {
    Optional<Part> part = run.metrics().headlinePart();
    return run.split().map(Manifest::entries).orElse(List.of()).stream()
        .filter(e -> part.isPresent() && e.split() == part.get())
        .map(Manifest.Entry::sha256)
        .collect(Collectors.toSet());
  }

  /** Each run's accuracy with its interval, one under the other. */
  private void accuracies(HtmlPage page) throws IOException {
    page.section("Accuracy");
    Chart chart =
        new Chart(
            "Accuracy of each run with its 95 % interval",
            Axis.linear("accuracy").showing(1.0), Axis.names(names));
    for (int i = 0; i < runs.size(); i++) {
      double[] row = {i, i};
      Optional<PartMetrics> numbers = runs.get(i).headline();
      numbers
          .flatMap(PartMetrics::interval)
          .ifPresent(ends -> chart.line("", new double[] {ends.low(), ends.high()}, row, "s0"));
      double accuracy = numbers.map(PartMetrics::accuracy).orElse(Double.NaN);
      chart.dot(accuracy, i, 4, "f0", Figures.percent(accuracy));
    }
    page.chart(
        "",
        chart.within(),
        "Lines are 95\u00a0% intervals (Wilson) of each run by itself."
            + (onSamePictures()
                ? answers.isPresent()
                    ? ""
                    : " Whether runs differ by more than chance on the same pictures is told with"
                        + " --data DATA."
                : " Where they overlap, chance in the choice of pictures may explain the"
                    + " difference."));
  }

  private void numbers(HtmlPage page) throws IOException {
    HtmlTable table =
        new HtmlTable(
            "run",
            "accuracy",
            "95\u00a0% interval",
            "n",
            "part",
            "balanced",
            "macro AUC",
            "log loss",
            "ECE",
            "train",
            "time");
    Set<Integer> highest = highest();
    for (int i = 0; i < runs.size(); i++) {
      RunFiles run = runs.get(i);
      Optional<Part> part = run.metrics().headlinePart();
      if (part.isEmpty()) {
        table.row(names.get(i));
        continue;
      }
      PartMetrics numbers = run.headline().orElseThrow();
      table.row(
          highest.contains(i),
          names.get(i),
          Figures.percent(numbers.accuracy()),
          numbers.interval().map(Figures::percent).orElse("–"),
          Figures.count(numbers.n()),
          part.get().label(),
          Figures.percent(numbers.balancedAccuracy()),
          Figures.decimal(numbers.macroAuc(), 4),
          Figures.decimal(numbers.logLoss(), 3),
          Figures.decimal(numbers.ece(), 3),
          Figures.percent(
              run.metrics().part(Part.TRAIN).map(PartMetrics::accuracy).orElse(Double.NaN)),
          Figures.duration(requireNonNullElse(run.metrics().seconds(), Double.NaN)));
    }
    page.table(table);
    if (!highest.isEmpty()) {
      page.element(
          "p", "In bold the highest accuracy, which by itself does not say that a run is better.");
    }
  }

  /** The runs of highest accuracy, if all were measured on the same pictures and some are lower. */
  private Set<Integer> highest() {
    List<Double> accuracies =
        runs.stream().map(r -> r.headline().map(PartMetrics::accuracy).orElse(Double.NaN)).toList();
    double best = accuracies.stream().filter(Double::isFinite).max(Double::compare).orElse(0.0);
    Set<Integer> highest =
        IntStream.range(0, runs.size())
            .filter(i -> accuracies.get(i) == best)
            .boxed()
            .collect(Collectors.toSet());
    return onSamePictures() && highest.size() < runs.size() ? highest : Set.of();
  }

  /** Whether runs differ by more than chance, on the pictures that both were measured on. */
  private void pairs(HtmlPage page, PairedAnswers paired) throws IOException {
    page.element("h3", "Is it chance?");
    HtmlTable table =
        new HtmlTable(
                "first", "second", "pictures of both", "only first right", "only second right", "p")
            .left(1);
    boolean few = runs.size() <= MOST_PAIRED;
    List<Pair> pairs = new ArrayList<>();
    for (int first = 0; first < (few ? runs.size() : 1); first++) {
      for (int second = first + 1; second < runs.size(); second++) {
        pairs.add(
            new Pair(first, second, paired.common(first, second), paired.test(first, second)));
      }
    }
    for (Pair pair : pairs) {
      McNemar test = pair.test();
      table.row(
          names.get(pair.first()),
          names.get(pair.second()),
          Figures.count(pair.pictures()),
          Figures.count(test.onlyFirstRight()),
          Figures.count(test.onlySecondRight()),
          pair.pictures() == 0
              ? "–"
              : test.pExact() < 0.001 ? "< 0.001" : Figures.decimal(test.pExact(), 3));
    }
    page.table(table);
    page.element(
        "p",
        "McNemar's exact test: p is how often two equally good models would differ at least so much"
            + " on so many pictures."
            + (few ? "" : " The first run against each other one."));
    page.element("p", verdict(pairs.stream().filter(pair -> pair.pictures() > 0).toList()));
  }

  private record Pair(int first, int second, int pictures, McNemar test) {}

  /** Which runs are better than which, allowing for the number of pairs (Holm 1979). */
  private String verdict(List<Pair> pairs) {
    List<Pair> ascending =
        pairs.stream().sorted(Comparator.comparingDouble(pair -> pair.test().pExact())).toList();
    List<String> better = new ArrayList<>();
    for (int i = 0; i < ascending.size(); i++) {
      Pair pair = ascending.get(i);
      if (pair.test().pExact() * (ascending.size() - i) >= SIGNIFICANT) {
        break;
      }
      boolean first = pair.test().onlyFirstRight() > pair.test().onlySecondRight();
      better.add(
          Text.of(
              "%s is better than %s",
              names.get(first ? pair.first() : pair.second()),
              names.get(first ? pair.second() : pair.first())));
    }
    String many =
        pairs.size() > 1 ? Text.of(" (Holm's correction for %d pairs)", pairs.size()) : "";
    return pairs.isEmpty()
        ? "No two runs were measured on the same pictures."
        : better.isEmpty()
            ? Text.of("No difference is more than chance explains at the 5\u00a0%% level%s.", many)
            : Text.of(
                "More than chance explains at the 5\u00a0%% level%s: %s.",
                many, String.join("; ", better));
  }

  private void training(HtmlPage page) throws IOException {
    Map<String, History> histories = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      histories.put(names.get(i), runs.get(i).history());
    }
    if (histories.values().stream().allMatch(h -> h.epochs().isEmpty())) {
      return;
    }
    page.section("Training");
    page.raw("<div class=\"charts\">\n");
    page.chart("Validation accuracy", HistoryCharts.validationAccuracies(histories).within(), "");
    page.chart("Validation loss", HistoryCharts.validationLosses(histories).within(), "");
    page.raw("</div>\n");
  }

  private void classes(HtmlPage page) throws IOException {
    Map<String, String[]> recalls = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      for (PartMetrics.Scores c :
          runs.get(i).headline().map(PartMetrics::perClass).orElse(List.of())) {
        String[] row = recalls.computeIfAbsent(String.valueOf(c.name()), name -> nothing());
        row[i] = Figures.decimal(c.recall(), 3);
      }
    }
    if (recalls.isEmpty() || recalls.size() > MOST_CLASSES) {
      return;
    }
    page.section("Recall of each class");
    table(page, "class", recalls);
  }

  /** The settings whose values are not the same in all runs, and what else differs. */
  private void settings(HtmlPage page) throws IOException {
    Map<String, String[]> settings = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      for (String line : runs.get(i).recipe().lines().toList()) {
        int colon = line.indexOf(':');
        if (colon > 0 && !line.startsWith("#")) {
          String[] row =
              settings.computeIfAbsent(line.substring(0, colon).strip(), name -> nothing());
          row[i] = line.substring(colon + 1).strip();
        }
      }
    }
    for (int i = 0; i < runs.size(); i++) {
      for (var fact : runs.get(i).metrics().origin().ranOn().entrySet()) {
        settings.computeIfAbsent(fact.getKey(), name -> nothing())[i] = fact.getValue();
      }
    }
    settings.values().removeIf(row -> Arrays.stream(row).distinct().count() < 2);
    page.section("Settings that differ");
    if (settings.isEmpty()) {
      page.element("p", "None: the recipes are the same, and what they ran on.");
    } else {
      table(page, "setting", settings);
    }
  }

  /** A row in which no run says anything. */
  private String[] nothing() {
    String[] row = new String[runs.size()];
    Arrays.fill(row, "–");
    return row;
  }

  private void table(HtmlPage page, String first, Map<String, String[]> rows) throws IOException {
    HtmlTable table = new HtmlTable(first, names);
    rows.forEach((name, values) -> table.row(name, List.of(values)));
    page.table(table);
  }
}
