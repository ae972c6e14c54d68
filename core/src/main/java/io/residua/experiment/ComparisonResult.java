package io.residua.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.eval.internal.McNemar;
import io.residua.internal.JsonRecords;
import io.residua.internal.Text;
import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.page.Table;
import io.residua.run.internal.Scores;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * Models measured on the same pictures.
 *
 * @param origin which pictures
 * @param models in the order given
 */
public record ComparisonResult(String origin, List<Measured> models) {
  private static final double SIGNIFICANT = 0.05;

  /**
   * A model and what was measured.
   *
   * @param right of each picture, in one order for all models, whether the answer was right
   * @param picturesPerSecond classified, loading included
   * @param trainingSeconds it took to train; NaN where that is not known
   * @param parameters values of the network's weights
   * @param bytes of its file; 0 where it has none of its own
   * @param trainedOn how many of the pictures it was fitted to or chosen by; empty where that is
   *     not known
   */
  public record Measured(
      String label,
      String architecture,
      Scores scores,
      List<Boolean> right,
      double picturesPerSecond,
      double trainingSeconds,
      long parameters,
      long bytes,
      OptionalInt trainedOn) {
    public Measured {
      right = List.copyOf(right);
    }
  }

  public ComparisonResult {
    models = List.copyOf(models);
    if (models.stream().map(m -> m.right().size()).distinct().count() > 1) {
      throw new IllegalArgumentException("the models were not measured on the same pictures");
    }
  }

  /** The most accurate first. */
  public List<Measured> ranked() {
    return models.stream()
        .sorted(
            Comparator.comparingDouble((Measured m) -> m.scores().accuracy())
                .reversed()
                .thenComparing(m -> m.scores().loss()))
        .toList();
  }

  /** McNemar's test between the two most accurate. */
  public McNemar bestTwo() {
    List<Measured> ranked = ranked();
    List<Boolean> first = ranked.get(0).right();
    List<Boolean> second = ranked.get(1).right();
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.size(); i++) {
      onlyFirst += first.get(i) && !second.get(i) ? 1 : 0;
      onlySecond += second.get(i) && !first.get(i) ? 1 : 0;
    }
    return McNemar.of(onlyFirst, onlySecond);
  }

  /** A row for each model, the most accurate first. */
  public Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (Measured m : ranked()) {
      rows.add(
          List.of(
              m.label(),
              m.architecture(),
              Table.number(m.scores().accuracy(), 4),
              m.scores().interval().toString(),
              Integer.toString(m.scores().n()),
              Table.number(m.scores().loss(), 4),
              Table.number(m.trainingSeconds(), 1),
              Table.number(m.picturesPerSecond(), 1),
              Long.toString(m.parameters()),
              m.bytes() == 0 ? "" : Text.of("%.1f", m.bytes() / 1e6)));
    }
    return new Table(
        List.of(
            "model",
            "network",
            "accuracy",
            "95 % interval",
            "n",
            "loss",
            "training s",
            "images/s",
            "values",
            "MB"),
        rows);
  }

  /** What the table says, a sentence a line. */
  public List<String> findings() {
    List<String> lines = new ArrayList<>(List.of("measured on " + origin));
    List<Measured> ranked = ranked();
    McNemar test = bestTwo();
    lines.add(
        Text.of(
            "%s against %s: %s only the first gets right, %d only the second, p = %.3g"
                + " (McNemar, exact): %s",
            ranked.get(0).label(),
            ranked.get(1).label(),
            Text.count(test.onlyFirstRight(), "picture"),
            test.onlySecondRight(),
            test.pExact(),
            ranked.stream().limit(2).anyMatch(m -> m.trainedOn().orElse(0) > 0)
                ? "no fair test, for one was trained on some of them"
                : test.pExact() < SIGNIFICANT
                    ? "more than chance explains"
                    : "chance may explain the difference"));
    for (Measured m : models) {
      if (m.trainedOn().orElse(0) > 0) {
        lines.add(
            Text.of(
                "%s was trained or chosen on %d of these %s: its accuracy here is likely"
                    + " too good",
                m.label(), m.trainedOn().getAsInt(), Text.count(m.scores().n(), "picture")));
      }
    }
    return lines;
  }

  boolean anyTrained() {
    return models.stream().anyMatch(m -> Double.isFinite(m.trainingSeconds()));
  }

  /** Accuracy with its interval by the time of a prediction, as SVG. */
  public String predictionChart() {
    Chart chart =
        new Chart(
            "Accuracy by the time of a prediction",
            Axis.logarithmic("ms a picture"),
            Axis.linear("accuracy"));
    models.forEach(m -> point(chart, m, 1e3 / m.picturesPerSecond()));
    return chart.alone();
  }

  /** Accuracy with its interval by the time of training, where that is known, as SVG. */
  public String trainingChart() {
    Chart chart =
        new Chart(
            "Accuracy by the time of training",
            Axis.logarithmic("seconds of training"),
            Axis.linear("accuracy"));
    models.forEach(m -> point(chart, m, m.trainingSeconds()));
    return chart.alone();
  }

  private static void point(Chart chart, Measured m, double time) {
    Scores s = m.scores();
    chart.point(m.label(), time, s.accuracy(), s.interval().low(), s.interval().high());
  }

  /** The table and the findings. */
  public String markdown() {
    StringBuilder text = new StringBuilder("# Models compared\n\n").append(table().toMarkdown());
    text.append('\n');
    findings().forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }

  /** Everything as JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("origin", origin);
    ArrayNode array = json.putArray("models");
    for (Measured m : ranked()) {
      ObjectNode node = JsonRecords.toJson(m.scores());
      node.put("model", m.label());
      node.put("architecture", m.architecture());
      if (Double.isFinite(m.trainingSeconds())) {
        node.put("training_seconds", m.trainingSeconds());
      } else {
        node.putNull("training_seconds");
      }
      node.put("images_per_second", m.picturesPerSecond());
      node.put("values", m.parameters());
      node.put("bytes", m.bytes());
      m.trainedOn()
          .ifPresentOrElse(n -> node.put("trained_on", n), () -> node.putNull("trained_on"));
      array.add(node);
    }
    McNemar test = bestTwo();
    json.putObject("mcnemar")
        .put("first", ranked().get(0).label())
        .put("second", ranked().get(1).label())
        .put("only_first_right", test.onlyFirstRight())
        .put("only_second_right", test.onlySecondRight())
        .put("p_exact", test.pExact());
    ArrayNode lines = json.putArray("notes");
    findings().forEach(lines::add);
    return json;
  }
}
