package io.residua.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.experiment.Trial.Result;
import io.residua.internal.JsonRecords;
import io.residua.internal.Text;
import io.residua.page.Table;
import io.residua.run.internal.Scores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a search came to.
 *
 * @param rounds the epochs of each round
 * @param candidates those that came farthest first, of those the best on validation first
 */
public record SearchResult(List<Integer> rounds, List<Candidate> candidates) {
  /**
   * Values that were tried.
   *
   * @param number from 1
   * @param values by the name of the setting
   * @param round the last one it was trained in, from 1
   * @param trials its runs, one a round
   */
  public record Candidate(int number, Map<String, String> values, int round, List<Trial> trials) {
    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparing(Candidate::last, Trial.BEST_FIRST);

    public Candidate {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      trials = List.copyOf(trials);
    }

    /** Its run in the last round it was in. */
    public Trial last() {
      return trials.get(trials.size() - 1);
    }

    Candidate after(int now, Trial trial) {
      List<Trial> all = new ArrayList<>(trials);
      all.add(trial);
      return new Candidate(number, values, now, all);
    }

    String describe() {
      return values.entrySet().stream()
          .map(e -> e.getKey() + " " + e.getValue())
          .collect(Collectors.joining(", "));
    }
  }

  public SearchResult {
    rounds = List.copyOf(rounds);
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty() || candidates.get(0).last().result().isEmpty()) {
      throw new ExperimentException("every candidate diverged: lower the learning rates");
    }
  }

  /** The one that did best on validation in the last round. */
  public Candidate best() {
    return candidates.get(0);
  }

  /** A row for each candidate. */
  public Table table() {
    List<String> settings = List.copyOf(best().values().keySet());
    List<String> header = new ArrayList<>(List.of("trial"));
    header.addAll(settings);
    header.addAll(
        List.of(
            "epochs", "train accuracy", "val loss", "val accuracy", "95 % interval", "seconds"));
    List<List<String>> rows = new ArrayList<>();
    for (Candidate candidate : candidates) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(candidate.number())));
      settings.forEach(s -> row.add(candidate.values().getOrDefault(s, "")));
      Optional<Result> result = candidate.last().result();
      if (result.isEmpty()) {
        row.addAll(List.of("", "", "", "", "", "diverged"));
      } else {
        Scores validation = result.get().validation();
        row.addAll(
            List.of(
                Integer.toString(result.get().epochs()),
                Table.number(result.get().train().accuracy(), 4),
                Table.number(validation.loss(), 4),
                Table.number(validation.accuracy(), 4),
                validation.interval().toString(),
                Table.number(result.get().seconds(), 1)));
      }
      rows.add(row);
    }
    return new Table(header, rows);
  }

  /** What the table says, a sentence a line. */
  public List<String> findings() {
    Scores best = best().last().result().orElseThrow().validation();
    List<Scores> others =
        candidates.stream()
            .skip(1)
            .filter(c -> c.round() == best().round())
            .flatMap(c -> c.last().result().stream())
            .map(Result::validation)
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add(
        Text.of(
            "best on validation: trial %d (%s), accuracy %s (95 %% interval %s, n %,d)",
            best().number(),
            best().describe(),
            Table.number(best.accuracy(), 4),
            best.interval(),
            best.n()));
    if (!others.isEmpty()) {
      lines.add("of the last round " + Scores.close(best, others));
    }
    lines.add(
        Text.of(
            "rounds of %s epochs",
            rounds.stream().map(String::valueOf).collect(Collectors.joining(", "))));
    lines.add("the best of many looks better than it is: measure it on a test part");
    return lines;
  }

  /** The table and the findings. */
  public String markdown() {
    StringBuilder text = new StringBuilder("# Recipes searched\n\n").append(table().toMarkdown());
    text.append('\n');
    findings().forEach(line -> text.append("- ").append(line).append('\n'));
    return text.toString();
  }

  /** Everything as JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("selected_on", "val");
    ArrayNode epochs = json.putArray("rounds");
    rounds.forEach(epochs::add);
    ArrayNode array = json.putArray("candidates");
    for (Candidate candidate : candidates) {
      ObjectNode node = array.addObject();
      node.put("trial", candidate.number());
      node.put("round", candidate.round());
      ArrayNode values = node.putArray("settings");
      candidate
          .values()
          .forEach((name, value) -> values.addObject().put("name", name).put("value", value));
      ArrayNode runs = node.putArray("runs");
      candidate.trials().forEach(trial -> runs.add(JsonRecords.toJson(trial.metrics())));
    }
    ArrayNode lines = json.putArray("notes");
    findings().forEach(lines::add);
    return json;
  }
}
