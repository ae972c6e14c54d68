package io.residua.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.experiment.Trial.Result;
import io.residua.internal.JsonRecords;
import io.residua.internal.Text;
import io.residua.page.Table;
import io.residua.run.internal.Scores;
import io.residua.run.internal.SweepMetrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What fine-tuning single groups of layers came to.
 *
 * @param network its name
 * @param choices in the order of training; the first is the head alone
 */
public record SweepResult(String network, List<Trial> choices) {
  private static final String DOWNSAMPLE = "downsample";

  public SweepResult {
    choices = List.copyOf(choices);
  }

  /** The best on validation first. */
  public List<Trial> ranked() {
    return choices.stream().sorted(Trial.BEST_FIRST).toList();
  }

  /** A row for each choice, the best on validation first. */
  public Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (Trial choice : ranked()) {
      Optional<Result> result = choice.result();
      rows.add(
          result.isEmpty()
              ? List.of(choice.name(), "", "", "", "", "", "", "", "diverged")
              : List.of(
                  choice.name(),
                  Text.of("%,d", result.get().trained()),
                  Table.number(result.get().train().loss(), 4),
                  Table.number(result.get().train().accuracy(), 4),
                  result.get().train().interval().toString(),
                  Table.number(result.get().validation().loss(), 4),
                  Table.number(result.get().validation().accuracy(), 4),
                  result.get().validation().interval().toString(),
                  Table.number(result.get().seconds(), 1)));
    }
    return new Table(
        List.of(
            "layers trained",
            "values",
            "train loss",
            "accuracy",
            "95 % interval",
            "val loss",
            "accuracy",
            "95 % interval",
            "seconds"),
        rows);
  }

  /** What the table says, a sentence a line. */
  public List<String> findings() {
    List<String> lines = new ArrayList<>();
    List<Trial> ranked = ranked();
    Optional<Result> best = ranked.get(0).result();
    Optional<Result> head = choices.get(0).result();
    if (best.isEmpty()) {
      return List.of("every choice diverged: lower the learning rate");
    }
    lines.add(
        Text.of(
            "best on validation: %s, accuracy %s (95 %% interval %s, n %,d)",
            ranked.get(0).name(),
            Table.number(best.get().validation().accuracy(), 4),
            best.get().validation().interval(),
            best.get().validation().n()));
    List<Scores> others =
        ranked.stream().skip(1).flatMap(c -> c.result().stream()).map(Result::validation).toList();
    if (!others.isEmpty()) {
      lines.add(Scores.close(best.get().validation(), others));
    }
    if (head.isPresent() && !ranked.get(0).equals(choices.get(0))) {
      Scores alone = head.get().validation();
      lines.add(
          Text.of(
              "the head alone: %s (%s)%s",
              Table.number(alone.accuracy(), 4),
              alone.interval(),
              best.get().validation().overlaps(alone)
                  ? "; the intervals overlap: chance may explain the difference"
                  : ""));
    }
    ranked.stream()
        .filter(choice -> choice.name().contains(DOWNSAMPLE))
        .min(Comparator.comparingInt(ranked::indexOf))
        .ifPresent(
            choice ->
                lines.add(
                    Text.of(
                        "downsample layers: %s is number %d of %d%s",
                        choice.name(),
                        ranked.indexOf(choice) + 1,
                        ranked.size(),
                        choice
                            .result()
                            .map(r -> Text.of(" (95 %% interval %s)", r.validation().interval()))
                            .orElse(", diverged"))));
    lines.add("the best of many looks better than it is: measure it on a test part");
    return lines;
  }

  /** The table as CSV. */
  public String csv() {
    Table table = table();
    return new Table(
            List.of(
                "layers",
                "trainable_parameters",
                "train_loss",
                "train_accuracy",
                "train_accuracy_ci95",
                "val_loss",
                "val_accuracy",
                "val_accuracy_ci95",
                "seconds"),
            table.rows().stream()
                .map(
                    row -> {
                      List<String> plain = new ArrayList<>(row);
                      plain.set(1, row.get(1).replace(",", ""));
                      return plain;
                    })
                .toList())
        .toCsv();
  }

  /** The table and the findings. */
  public String markdown() {
    StringBuilder text = new StringBuilder("# Layers of " + network + " fine-tuned\n\n");
    text.append(table().toMarkdown()).append('\n');
    findings().forEach(line -> text.append("- ").append(line.replace("*", "\\*")).append('\n'));
    return text.toString();
  }

  /** Everything as JSON. */
  public ObjectNode toJson() {
    return JsonRecords.toJson(
        new SweepMetrics(
            network,
            "val",
            ranked().stream().map(c -> c.metrics().ofLayers(c.name())).toList(),
            findings()));
  }
}
