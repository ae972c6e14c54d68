package io.residua.train.internal;

import io.residua.internal.Nearest;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A pattern on layers' names, {@code *} standing for anything: it matches a layer whose whole name
 * it fits, or that lies below one: {@code layer1} and {@code layer1.*} match {@code
 * layer1.0.conv1}. Time to match is at most the pattern's length times the name's, whatever the
 * pattern.
 *
 * @param text as it was written
 * @param parts what stands between the stars; one where there is none
 */
public record LayerPattern(String text, List<String> parts) {
  private static final String BACKBONE = "backbone";

  /** Longer than any name, and short enough to be compared with all. */
  private static final int LONGEST_NAME = 60;

  /** The pattern, or {@code backbone}, which matches all but the head. */
  static LayerPattern of(String text) {
    return new LayerPattern(
        text.strip(), Arrays.asList(text.strip().replaceAll("\\*+", "*").split("\\*", -1)));
  }

  /** The patterns that stand in a text, separated by commas. */
  public static List<LayerPattern> listOf(String text) {
    return Arrays.stream(text.split(",", -1)).map(LayerPattern::of).toList();
  }

  public boolean matches(String layer) {
    if (text.equals(BACKBONE)) {
      return !Head.holds(layer);
    }
    String first = parts.get(0);
    if (!layer.startsWith(first)) {
      return false;
    } else if (parts.size() == 1) {
      return endsAt(layer, first.length());
    }
    int at = first.length(); // each part as early as can be leaves most to those that follow
    for (String part : parts.subList(1, parts.size() - 1)) {
      int found = layer.indexOf(part, at);
      if (found < 0) {
        return false;
      }
      at = found + part.length();
    }
    String last = parts.get(parts.size() - 1);
    for (int end = at + last.length(); end <= layer.length(); end++) {
      if (endsAt(layer, end) && layer.startsWith(last, end - last.length())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name, or that of a module it lies in, ends there. */
  private static boolean endsAt(String layer, int end) {
    return end == layer.length() || layer.charAt(end) == '.';
  }

  /**
   * What was probably meant, as a pattern that matches a layer of the network; empty if unclear.
   */
  public Optional<String> meant(Network network) {
    if (text.length() > LONGEST_NAME) {
      return Optional.empty();
    }
    Set<String> modules = new LinkedHashSet<>(List.of(BACKBONE));
    Set<String> segments = new LinkedHashSet<>();
    for (Parameter parameter : network.parameters()) {
      String layer = parameter.layer();
      segments.addAll(Arrays.asList(layer.split("\\.", -1)));
      for (int end = 1; end <= layer.length(); end++) {
        if (endsAt(layer, end)) {
          modules.add(layer.substring(0, end));
        }
      }
    }
    return parts.size() == 1
        ? Nearest.to(text, modules)
        : Optional.of(
                Arrays.stream(text.split("\\.", -1))
                    .map(s -> s.contains("*") ? s : Nearest.to(s, segments).orElse(s))
                    .collect(Collectors.joining(".")))
            .filter(
                pattern ->
                    network.parameters().stream().anyMatch(p -> of(pattern).matches(p.layer())));
  }

  /** The names of a network's outermost layers and groups of layers, for messages. */
  public static String outline(Network network) {
    return network.parameters().stream()
        .map(p -> p.layer().split("\\.", 2)[0])
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** The text, cut where it is longer than any name. */
  public String shown() {
    return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
  }
}
