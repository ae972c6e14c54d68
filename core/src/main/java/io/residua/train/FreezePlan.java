package io.residua.train;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import io.residua.train.internal.LayerPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which parameters are trained. Layers are frozen by patterns on their names; a frozen layer's
 * batch norm keeps its running statistics and normalises by them, so that nothing of it moves.
 *
 * @param trainable names of the parameters that are trained
 * @param frozenStatistics names of the batch-norm layers that use their running statistics
 * @param rows what is trained, for people
 */
public record FreezePlan(Set<String> trainable, Set<String> frozenStatistics, List<Row> rows) {
  /**
   * A line of the table: one layer, or a group of layers that are treated alike.
   *
   * @param layer name of the layer or group, for instance {@code layer4}
   * @param parameters values in it, running statistics included
   * @param trained values that are trained
   * @param batchNorm {@code batch} (statistics of each batch), {@code frozen} (running statistics),
   *     or empty where there is none
   */
  public record Row(String layer, long parameters, long trained, String batchNorm) {}

  private static final String NONE = "none";
  private static final String ALL_BUT = "all-but:";

  public FreezePlan {
    trainable = Set.copyOf(trainable);
    frozenStatistics = Set.copyOf(frozenStatistics);
    rows = List.copyOf(rows);
  }

  /**
   * Reads a plan for a network: {@code none}, {@code backbone} (all but the head {@code fc}),
   * patterns separated by commas, {@code *} standing for anything, or {@code all-but:PATTERNS}. A
   * pattern freezes the layers whose whole name it matches and all layers below them: {@code
   * layer1} and {@code layer1.*} both freeze {@code layer1.0.conv1}.
   *
   * @throws UsageException with one line, if a pattern matches no layer, or nothing is left to
   *     train
   */
  public static FreezePlan of(Network network, String text) {
    return of(network, text, Set.of());
  }

  /** Patterns on layers' names, whose order does not matter, in one spelling. */
  static String canonical(String text) {
    String prefix = text.startsWith(ALL_BUT) ? ALL_BUT : "";
    return prefix
        + Arrays.stream(text.substring(prefix.length()).split(",", -1))
            .map(String::strip)
            .distinct()
            .sorted()
            .collect(Collectors.joining(","));
  }

  /** What a recipe trains: of several phases, that in which most is. */
  public static FreezePlan of(Network network, Recipe recipe) {
    return recipe.phases().stream()
        .map(phase -> phase.freezePlan(network))
        .max(Comparator.comparingLong(FreezePlan::trained))
        .orElseThrow();
  }

  /**
   * What was trained to make a model, as the recipe in its file says; nothing of the network where
   * a classifier was fitted to its features.
   *
   * @return empty if the file does not say, for instance of published weights
   */
  public static Optional<FreezePlan> of(ModelFile model) {
    if (model.classic().isPresent()) {
      return Optional.of(new FreezePlan(Set.of(), Set.of(), List.of()));
    }
    String recipe = new Provenance(model.provenance()).get(Fact.RECIPE);
    try {
      return recipe.isBlank()
          ? Optional.empty()
          : Optional.of(of(model.spec().network(), Recipe.parse(recipe)));
    } catch (UsageException e) {
      return Optional.empty(); // a recipe of another version, whose settings this one does not know
    }
  }

  /**
   * @param also layers that are frozen in any case
   */
  public static FreezePlan of(Network network, String text, Set<String> also) {
    Set<String> layers = layersOf(network).keySet();
    Set<String> frozen = new HashSet<>(also);
    if (text.startsWith(ALL_BUT)) {
      Set<String> others = new HashSet<>(layers);
      others.removeAll(matching(network, "freeze", text.substring(ALL_BUT.length())));
      frozen.addAll(others);
    } else if (!text.equals(NONE)) {
      frozen.addAll(matching(network, "freeze", text));
    }
    if (frozen.containsAll(layers)) {
      throw new UsageException(
          Text.of("freeze: '%s' freezes every layer; nothing is left to train", text));
    }
    Set<String> trainable = new HashSet<>();
    for (Parameter p : network.parameters()) {
      if (p.kind().learned() && !frozen.contains(p.layer())) {
        trainable.add(p.name());
      }
    }
    Set<String> statistics = network.batchNorms().keySet();
    statistics.retainAll(frozen);
    return new FreezePlan(trainable, statistics, rows(network, frozen));
  }

  /** This plan, but with every batch norm normalising by its running statistics. */
  public FreezePlan withFrozenStatistics(Network network) {
    List<Row> changed =
        rows.stream()
            .map(
                r ->
                    r.batchNorm().isEmpty()
                        ? r
                        : new Row(r.layer(), r.parameters(), r.trained(), "frozen"))
            .toList();
    return new FreezePlan(trainable, network.batchNorms().keySet(), changed);
  }

  /** Whether more than the head is trained. */
  public boolean trainsBelowHead(Network network) {
    return network.parameters().stream()
        .anyMatch(p -> trainable.contains(p.name()) && !Head.holds(p.layer()));
  }

  /** Whether some batch norm normalises by the statistics of each batch. */
  public boolean takesBatchStatistics(Network network) {
    return !frozenStatistics.containsAll(network.batchNorms().keySet());
  }

  /**
   * The layers with parameters that patterns match.
   *
   * @param setting where the patterns come from, for messages
   * @throws UsageException with one line, if a pattern matches no layer at all
   */
  public static Set<String> matching(Network network, String setting, String patterns) {
    Set<String> layers = layersOf(network).keySet();
    Set<String> found = new HashSet<>();
    for (LayerPattern pattern : LayerPattern.listOf(patterns)) {
      List<String> matched = layers.stream().filter(pattern::matches).toList();
      if (matched.isEmpty() && !holdsNoWeights(network, pattern)) {
        throw new UsageException(
            Text.of(
                "%s: '%s' matches no layer of %s%s",
                setting,
                pattern.shown(),
                network.name(),
                pattern
                    .meant(network)
                    .map(layer -> "; did you mean '" + layer + "'?")
                    .orElse(
                        Text.of(
                            ", which has %s ('residua model show' lists all)",
                            LayerPattern.outline(network)))));
      }
      found.addAll(matched);
    }
    return found;
  }

  /** Patterns among those given that match layers, but none with weights. */
  public static List<String> withoutWeights(Network network, String patterns) {
    return LayerPattern.listOf(patterns).stream()
        .filter(pattern -> holdsNoWeights(network, pattern))
        .map(LayerPattern::text)
        .toList();
  }

  private static boolean holdsNoWeights(Network network, LayerPattern pattern) {
    boolean known =
        pattern.matches(Network.INPUT)
            || network.nodes().stream().anyMatch(n -> pattern.matches(n.name()));
    return known && layersOf(network).keySet().stream().noneMatch(pattern::matches);
  }

  /** Groups of layers that are treated alike: whole stages, or blocks, or single layers. */
  private static List<Row> rows(Network network, Set<String> frozen) {
    List<Row> rows = new ArrayList<>();
    rows("", network, frozen, layersOf(network), rows);
    return rows;
  }

  private static Map<String, List<Parameter>> layersOf(Network network) {
    Map<String, List<Parameter>> layers = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      layers.computeIfAbsent(p.layer(), k -> new ArrayList<>()).add(p);
    }
    return layers;
  }

  private static void rows(
      String prefix,
      Network network,
      Set<String> frozen,
      Map<String, List<Parameter>> layers,
      List<Row> rows) {
    Map<String, Map<String, List<Parameter>>> groups = new LinkedHashMap<>();
    layers.forEach(
        (layer, parameters) -> {
          int dot = layer.indexOf('.', prefix.length());
          String group = dot < 0 ? layer : layer.substring(0, dot);
          groups.computeIfAbsent(group, k -> new LinkedHashMap<>()).put(layer, parameters);
        });
    groups.forEach(
        (group, members) -> {
          long frozenMembers = members.keySet().stream().filter(frozen::contains).count();
          boolean alike = frozenMembers == 0 || frozenMembers == members.size();
          if (!alike && members.size() > 1) {
            rows(group + ".", network, frozen, members, rows);
          } else {
            rows.add(row(group, network, frozenMembers > 0, members));
          }
        });
  }

  private static Row row(
      String group, Network network, boolean isFrozen, Map<String, List<Parameter>> members) {
    long all = 0;
    long learned = 0;
    boolean norm = !Collections.disjoint(network.batchNorms().keySet(), members.keySet());
    for (List<Parameter> parameters : members.values()) {
      for (Parameter p : parameters) {
        all += p.size();
        learned += p.kind().learned() ? p.size() : 0;
      }
    }
    String mode = !norm ? "" : isFrozen ? "frozen" : "batch";
    return new Row(group, all, isFrozen ? 0 : learned, mode);
  }

  /** Values in all parameters, running statistics included. */
  public long parameters() {
    return rows.stream().mapToLong(Row::parameters).sum();
  }

  /** Values that are trained. */
  public long trained() {
    return rows.stream().mapToLong(Row::trained).sum();
  }

  /** The table as text, a line a row, with the totals last. */
  public String toText() {
    int width = Math.max(8, rows.stream().mapToInt(r -> r.layer().length()).max().orElse(0));
    StringBuilder text = new StringBuilder();
    text.append(line(width, "layer", "parameters", "trainable", "batch norm")).append('\n');
    for (Row r : rows) {
      String trained = r.trained() == 0 ? "frozen" : Text.of("%,d", r.trained());
      text.append(line(width, r.layer(), Text.of("%,d", r.parameters()), trained, r.batchNorm()))
          .append('\n');
    }
    text.append(line(width, "total", Text.of("%,d", parameters()), Text.of("%,d", trained()), ""));
    return text.toString();
  }

  private static String line(
      int width, String layer, String parameters, String trained, String batchNorm) {
    return Text.of("%s  %12s  %12s  %s", Text.left(layer, width), parameters, trained, batchNorm)
        .stripTrailing();
  }
}
