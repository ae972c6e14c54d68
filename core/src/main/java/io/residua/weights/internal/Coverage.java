package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How far weights cover a network: which of its parameters they have, which they lack, and what
 * they have besides. PyTorch's counters {@code num_batches_tracked} are ignored.
 *
 * @param matched names that both have, of the same shape
 * @param missing names that only the network has
 * @param unexpected names that only the weights have
 * @param misShaped names that both have, of different shapes
 */
public record Coverage(
    List<String> matched,
    List<String> missing,
    List<String> unexpected,
    List<MisShaped> misShaped) {
  private static final int NAMES_IN_A_LINE = 3;

  /** A parameter whose shape in the weights is not the network's. */
  public record MisShaped(String name, List<Integer> expected, List<Integer> found) {
    @Override
    public String toString() {
      return Text.of("%s %s instead of %s", OneLine.of(name), found, expected);
    }
  }

  public Coverage {
    matched = List.copyOf(matched);
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    misShaped = List.copyOf(misShaped);
  }

  /** Compares a network with weights. */
  public static Coverage of(Network network, WeightMap weights) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    weights.asMap().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return of(network, shapes);
  }

  /** Compares a network with a weight file by the file's own names; no values are read. */
  public static Coverage of(Network network, WeightFile file) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    file.names().forEach(name -> shapes.put(name, file.shape(name)));
    return of(network, shapes);
  }

  static Coverage of(Network network, Map<String, List<Integer>> shapes) {
    List<String> matched = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<MisShaped> misShaped = new ArrayList<>();
    Set<String> unexpected = new LinkedHashSet<>(shapes.keySet());
    unexpected.removeIf(n -> n.equals("num_batches_tracked") || n.endsWith(".num_batches_tracked"));
    for (Parameter parameter : network.parameters()) {
      String name = parameter.name();
      List<Integer> shape = shapes.get(name);
      unexpected.remove(name);
      if (shape == null) {
        missing.add(name);
      } else if (shape.equals(parameter.shape())) {
        matched.add(name);
      } else {
        misShaped.add(new MisShaped(name, parameter.shape(), shape));
      }
    }
    return new Coverage(matched, missing, List.copyOf(unexpected), misShaped);
  }

  /** Whether the weights are exactly what the network needs. */
  public boolean exact() {
    return missing.isEmpty() && unexpected.isEmpty() && misShaped.isEmpty();
  }

  /**
   * Fails unless the coverage is exact.
   *
   * @param weights what the message calls the weights, such as the file's name
   * @throws WeightsException with one line: counts and the first names
   */
  public void requireExact(String weights) {
    requireExact(weights, name -> false);
  }

  /**
   * Fails unless every name that is missing, unexpected or of another shape is one the caller
   * expects to differ, and something matched at all.
   *
   * @param weights what the message calls the weights, such as the file's name
   * @param mayDiffer whether a parameter of that name may differ, for instance that of a head that
   *     is trained anew
   * @throws WeightsException with one line: counts and the first names
   */
  public void requireExact(String weights, Predicate<String> mayDiffer) {
    Predicate<String> wrong = mayDiffer.negate();
    List<String> lacking = missing.stream().filter(wrong).toList();
    List<String> extra = unexpected.stream().filter(wrong).toList();
    List<MisShaped> bad = misShaped.stream().filter(m -> wrong.test(m.name())).toList();
    if (matched.isEmpty() || !lacking.isEmpty() || !extra.isEmpty() || !bad.isEmpty()) {
      String what =
          Stream.of(
                  Text.of("%,d matched", matched.size()),
                  count("missing", lacking),
                  count("unexpected", extra),
                  count("mis-shaped", bad))
              .filter(s -> !s.isEmpty())
              .reduce((a, b) -> a + ", " + b)
              .orElse("");
      throw new WeightsException(Text.of("%s does not fit the network: %s", weights, what));
    }
  }

  private static String count(String kind, List<?> names) {
    if (names.isEmpty()) {
      return "";
    }
    List<String> first =
        names.stream().limit(NAMES_IN_A_LINE).map(n -> OneLine.of(n.toString())).toList();
    String more = names.size() > first.size() ? ", …" : "";
    return Text.of("%,d %s (%s%s)", names.size(), kind, String.join(", ", first), more);
  }

  /** Those of the weights that match the network, in the network's order. */
  public WeightMap matching(WeightMap weights) {
    Map<String, FloatTensor> kept = new LinkedHashMap<>();
    matched.forEach(name -> kept.put(name, weights.get(name)));
    return new WeightMap(kept);
  }

  /** A text of several lines: the four counts, then every name that does not match. */
  public String report() {
    StringBuilder text = new StringBuilder();
    text.append(
        Text.of(
            "%,d matched, %,d missing, %,d unexpected, %,d mis-shaped%n",
            matched.size(), missing.size(), unexpected.size(), misShaped.size()));
    missing.forEach(n -> text.append(Text.of("missing     %s%n", OneLine.of(n))));
    unexpected.forEach(n -> text.append(Text.of("unexpected  %s%n", OneLine.of(n))));
    misShaped.forEach(m -> text.append(Text.of("mis-shaped  %s%n", m)));
    return text.toString();
  }
}
