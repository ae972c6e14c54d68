package io.residua.report.internal;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.data.Part;
import io.residua.eval.CoverageCurve;
import io.residua.eval.Evaluation;
import io.residua.eval.Interval;
import io.residua.eval.internal.PartMetrics;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.internal.Text;
import io.residua.page.HtmlPage;
import io.residua.page.HtmlTable;
import io.residua.run.internal.GridMetrics;
import io.residua.run.internal.GridMetrics.Candidate;
import io.residua.run.internal.HistoryCharts;
import io.residua.run.internal.Scores;
import io.residua.run.internal.SweepMetrics;
import io.residua.run.internal.TrialMetrics;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The charts and tables of a run's page. */
public final class Sections {
  private static final int MOST_ROWS = 200;
  private static final int MOST_WITH_AREAS = 100;
  private static final int MOST_SCORES_RESAMPLED = 30_000;
  private static final int RESAMPLES = 1000;
  private static final long RESAMPLING_SEED = 1;

  private final HtmlPage page;
  private final RunFiles run;

  public Sections(HtmlPage page, RunFiles run) {
    this.page = page;
    this.run = run;
  }

  /** Loss, accuracy and learning rate by epoch. */
  public void training() throws IOException {
    if (run.history().epochs().isEmpty()) {
      return;
    }
    page.section("Training");
    page.raw("<div class=\"charts\">\n");
    Integer best = run.metrics().bestEpoch();
    page.chart(
        "Loss",
        HistoryCharts.loss(run.history()).within(),
        best != null
            ? Text.of(
                "Epoch %d was kept: it %s.",
                best,
                "none".equals(run.metrics().selectedOn())
                    ? "was the last"
                    : "did best on validation")
            : "");
    page.chart("Accuracy", HistoryCharts.accuracy(run.history()).within(), "");
    page.chart("Learning rate", HistoryCharts.learningRate(run.history()).within(), "");
    page.raw("</div>\n");
  }

  /** The confusion matrix, as counts and as shares. */
  public void confusion(PartMetrics numbers) throws IOException {
    List<String> classes = numbers.classes();
    Optional<int[][]> counts = numbers.counts();
    if (counts.isEmpty() || classes.isEmpty()) {
      return;
    }
    page.section("Confusion matrix");
    if (classes.size() > ConfusionChart.MOST_CLASSES) {
      page.element(
          "p",
          Text.of(
              "%d classes do not fit into a picture; metrics.json has the matrix.",
              classes.size()));
    } else {
      page.raw("<div class=\"charts\">\n");
      page.chart("Counts", new ConfusionChart(classes, counts.get(), false).svg(), "");
      page.chart(
          "Shares of each true class",
          new ConfusionChart(classes, counts.get(), true).svg(),
          "Rows are true classes and add up to 1; columns are answers.");
      page.raw("</div>\n");
    }
    pairs(numbers.mostConfused());
  }

  private void pairs(List<PartMetrics.Confused> pairs) throws IOException {
    if (pairs.isEmpty()) {
      return;
    }
    page.element("h3", "Most frequent mistakes");
    HtmlTable table = new HtmlTable("truth", "answer", "pictures", "of its class").left(1);
    for (PartMetrics.Confused pair : pairs.subList(0, Math.min(10, pairs.size()))) {
      table.row(
          pair.truth(),
          pair.predicted(),
          Integer.toString(pair.count()),
          Figures.percent(pair.shareOfTrue()));
    }
    page.table(table);
  }

  /** ROC and precision-recall. */
  public void curves(Evaluation evaluation) throws IOException {
    int classes = evaluation.predictions().classCount();
    if (classes > MOST_WITH_AREAS) {
      return;
    }
    page.section("Curves");
    page.raw("<div class=\"charts\">\n");
    String which =
        classes > Curves.MOST_NAMED
            ? Text.of(" The %d classes with the smallest areas of %d.", Curves.MOST_NAMED, classes)
            : "";
    page.chart(
        "ROC",
        Curves.roc(evaluation),
        Text.of(
            "Each class against the others; macro AUC %s%s.%s",
            Figures.decimal(evaluation.auc().macro(), 4), aucInterval(evaluation), which));
    page.chart(
        "Precision and recall",
        Curves.precisionRecall(evaluation),
        Text.of(
            "Macro average precision %s.%s",
            Figures.decimal(evaluation.averagePrecision().macro(), 4), which));
    page.raw("</div>\n");
  }

  /** Calibration, also with a temperature where there is one, and coverage. */
  void confidence(Evaluation evaluation) throws IOException {
    page.raw("<div class=\"charts\">\n");
    TemperatureEffect scaling = run.metrics().temperatureScaling();
    double temperature =
        scaling != null && TemperatureVerdict.of(scaling) == TemperatureVerdict.BETTER
            ? scaling.temperature()
            : Double.NaN;
    page.chart(
        "Calibration",
        Curves.calibration(evaluation, temperature),
        "Above the diagonal answers are right more often than their confidence says, below it less"
            + Text.of(
                " often. Expected calibration error %s; by chance alone it would be up to %s.",
                Figures.decimal(evaluation.calibration().expectedError(), 4),
                Figures.decimal(evaluation.calibrationErrorByChance(), 4)));
    CoverageCurve.Point surest = evaluation.coverage().atCoverage(0.9);
    page.chart(
        "Answering only where it is sure",
        Curves.coverage(evaluation),
        Text.of(
            "Of the %s of pictures with the surest answers, %s are right (95\u00a0%% interval %s).",
            Figures.percent(surest.coverage()),
            Figures.percent(surest.accuracy()),
            Figures.percent(surest.interval())));
    page.raw("</div>\n");
  }

  /** The interval of the macro area, where it is quickly found. */
  private static String aucInterval(Evaluation evaluation) {
    boolean all = evaluation.confusion().perClass().stream().allMatch(c -> c.support() > 0);
    int classes = evaluation.predictions().classCount();
    if (!all || classes < 2 || (long) evaluation.n() * classes > MOST_SCORES_RESAMPLED) {
      return "";
    }
    Interval interval = evaluation.aucMacroInterval(RESAMPLES, RESAMPLING_SEED);
    return Text.of(
        " (95\u00a0%% interval %s–%s by the bootstrap)",
        Figures.decimal(interval.low(), 4), Figures.decimal(interval.high(), 4));
  }

  /** Precision, recall and areas of each class. */
  public void classes(PartMetrics numbers) throws IOException {
    List<PartMetrics.Scores> rows = numbers.perClass();
    if (rows.isEmpty()) {
      return;
    }
    page.section("Classes");
    HtmlTable table =
        new HtmlTable(
            "class",
            "pictures",
            "recall",
            "95\u00a0% interval",
            "precision",
            "F1",
            "AUC",
            "avg. prec.");
    for (PartMetrics.Scores row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
      row(
          table,
          String.valueOf(row.name()),
          row,
          requireNonNullElse(row.auc(), Double.NaN),
          requireNonNullElse(row.averagePrecision(), Double.NaN));
    }
    row(
        table,
        "macro average",
        numbers.macroAverage(),
        numbers.macroAuc(),
        numbers.macroAveragePrecision());
    page.table(table);
    if (rows.size() > MOST_ROWS) {
      page.element("p", Text.of("… and %d more in metrics.json", rows.size() - MOST_ROWS));
    }
  }

  private static void row(
      HtmlTable table, String name, PartMetrics.Scores row, double auc, double averagePrecision) {
    table.row(
        name,
        Figures.count(row.support()),
        Figures.decimal(row.recall(), 3),
        recallInterval(row),
        Figures.decimal(row.precision(), 3),
        Figures.decimal(row.f1(), 3),
        Figures.decimal(auc, 3),
        Figures.decimal(averagePrecision, 3));
  }

  /** Empty for an average over classes. */
  private static String recallInterval(PartMetrics.Scores row) {
    return row.name() != null
        ? RunFiles.wilson(row.recall(), row.support())
            .map(i -> Text.of("%s–%s", Figures.decimal(i.low(), 3), Figures.decimal(i.high(), 3)))
            .orElse("")
        : "";
  }

  /** The combinations that a grid search has tried. */
  public void grid() throws IOException {
    GridMetrics grid = run.metrics().gridSearch();
    if (grid == null || grid.candidates().isEmpty()) {
      return;
    }
    List<Candidate> candidates =
        grid.candidates().stream()
            .sorted(Comparator.comparingInt(Candidate::rankTestScore))
            .toList();
    page.section("Grid search");
    Set<String> varying = varying(candidates);
    page.element(
        "p",
        Text.of(
            "%s tried in %s, best first; the score is the mean accuracy over folds of the train"
                + " part, deviation that of the folds. The first of many looks better than it is.",
            Text.count(candidates.size(), "combination"), Figures.duration(grid.seconds())));
    HtmlTable table = new HtmlTable("rank", "mean", "deviation", "fit, s", "settings").left(4);
    for (Candidate c : candidates.subList(0, Math.min(MOST_ROWS, candidates.size()))) {
      int rank = c.rankTestScore();
      table.row(
          rank == 1,
          Integer.toString(rank),
          Figures.decimal(c.meanTestScore(), 4),
          Figures.decimal(c.stdTestScore(), 4),
          Figures.decimal(c.meanFitSeconds(), 2),
          settings(c, varying));
    }
    page.table(table);
  }

  /** The choices of the sweep that this run is one of. */
  public void sweep() throws IOException {
    List<TrialMetrics> choices = run.sweep().map(SweepMetrics::choices).orElse(List.of());
    if (choices.isEmpty()) {
      return;
    }
    page.section("Layers compared");
    page.element(
        "p",
        Text.of(
            "%s of layers fine-tuned, all others frozen; best first, by accuracy on the validation"
                + " part. Where intervals overlap, chance may have ordered them; the first of many"
                + " looks better than it is.",
            Text.count(choices.size(), "choice")));
    HtmlTable table =
        new HtmlTable(
                "trained",
                "values",
                "train accuracy",
                "train loss",
                "accuracy",
                "95 % interval",
                "loss")
            .left(0, 5);
    for (TrialMetrics c : choices.subList(0, Math.min(MOST_ROWS, choices.size()))) {
      boolean own = run.name().equals(c.run());
      Scores train = requireNonNullElse(c.train(), Scores.NONE);
      Scores val = requireNonNullElse(c.val(), Scores.NONE);
      table.row(
          own,
          String.valueOf(c.layers()),
          Figures.count(requireNonNullElse(c.trainableParameters(), 0L)),
          Figures.decimal(train.accuracy(), 4),
          Figures.decimal(train.loss(), 3),
          Figures.decimal(val.accuracy(), 4),
          Text.of(
              "%s–%s",
              Figures.decimal(val.interval().low(), 3), Figures.decimal(val.interval().high(), 3)),
          Figures.decimal(val.loss(), 3));
    }
    page.table(table);
    page.element("p", "The line of this run is set off.");
  }

  /** The settings in which combinations differ; of a single one all. */
  private static Set<String> varying(List<Candidate> candidates) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      candidate
          .params()
          .properties()
          .forEach(e -> values.computeIfAbsent(e.getKey(), k -> new LinkedHashSet<>()));
    }
    values.forEach(
        (key, seen) -> candidates.forEach(c -> seen.add(c.params().path(key).toString())));
    if (candidates.size() > 1) {
      values.values().removeIf(seen -> seen.size() < 2);
    }
    return values.keySet();
  }

  private static String settings(Candidate candidate, Set<String> which) {
    JsonNode params = candidate.params();
    return which.stream()
        .filter(params::has)
        .map(
            key -> {
              JsonNode value = params.get(key);
              return key + " " + (value.isValueNode() ? value.asText() : value.toString());
            })
        .collect(Collectors.joining(", "));
  }

  /** Recipe and provenance. */
  public void origin() throws IOException {
    page.section("Where it comes from");
    page.raw("<dl>\n");
    for (var fact : run.metrics().origin().facts().entrySet()) {
      term(fact.getKey().replace('_', ' '), fact.getValue());
    }
    for (Part part : List.of(Part.TRAIN, Part.VALIDATION, Part.TEST)) {
      Optional<PartMetrics> numbers = run.metrics().part(part);
      if (numbers.isPresent()) {
        term(
            part.label(),
            Text.of(
                "%s, %s right; %s",
                Text.count(numbers.get().n(), "picture"),
                Figures.percent(numbers.get().accuracy()),
                requireNonNullElse(numbers.get().origin(), "")));
      }
    }
    page.raw("</dl>\n");
    if (!run.recipe().isBlank()) {
      page.element("h3", "Recipe");
      page.raw("<pre>");
      for (String line : run.recipe().strip().lines().toList()) {
        page.raw(HtmlPage.escaped(line) + "\n");
      }
      page.raw("</pre>\n");
    }
  }

  private void term(String name, String text) throws IOException {
    page.raw(Text.of("<dt>%s</dt><dd>%s</dd>\n", HtmlPage.escaped(name), HtmlPage.escaped(text)));
  }
}
