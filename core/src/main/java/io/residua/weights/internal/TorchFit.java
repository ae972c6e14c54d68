package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Parameter;
import io.residua.weights.internal.KnownNetworks.Known;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A known network whose backbone a file has exactly, under one prefix; anything may lie beside it.
 *
 * @param prefix what stands before all its names, with its dot, or empty
 * @param backbone the file's name of each of the backbone's parameters, by the network's name
 */
record TorchFit(Architecture architecture, String prefix, Map<String, String> backbone) {
  /** Counters, which belong to no network. */
  private static final Set<String> COUNTERS =
      Set.of("num_batches_tracked", "n_averaged", "total_ops", "total_params");

  /** What is part of a network and not beside it: layers that the known network does not have. */
  private static final Pattern LAYER =
      Pattern.compile("(?:layer|conv|bn|norm|stage|block|stem|downsample)[0-9]*");

  private static final Pattern AVERAGE = Pattern.compile("(?:.*[._])?(?:ema|averaged)(?:[._].*)?");

  /** Values of a tensor beside a network that cannot be a layer's: a mean of three colours, say. */
  private static final int FEW_VALUES = 16;

  private static final int GROUPS_IN_A_LINE = 4;

  /** All networks in a file, at most one under each prefix. */
  static List<TorchFit> in(WeightFile file) {
    List<TorchFit> fits = new ArrayList<>();
    String own = file.metadata().getOrDefault("architecture", "");
    boolean says = Architecture.names().contains(own);
    for (String prefix : TorchNames.prefixes(file)) {
      Map<String, String> names = TorchNames.backbone(file.names(), prefix);
      Map<String, List<Integer>> shapes = new LinkedHashMap<>();
      names.forEach((theirs, ours) -> shapes.put(ours, file.shape(theirs)));
      InputChannels.asColours(shapes);
      KnownNetworks.like(shapes).stream()
          .filter(known -> !says || known.spec().name().equals(own))
          .filter(known -> covers(known, shapes))
          .findFirst()
          .ifPresent(known -> fits.add(of(known.spec(), prefix, file, names)));
    }
    return fits;
  }

  /**
   * The network under a prefix of a file that has it.
   *
   * @throws WeightsException if the file does not have it
   */
  static TorchFit of(Architecture architecture, String prefix, WeightFile file) {
    return of(architecture, prefix, file, TorchNames.backbone(file.names(), prefix));
  }

  private static TorchFit of(
      Architecture architecture, String prefix, WeightFile file, Map<String, String> names) {
    Map<String, String> theirs = new HashMap<>();
    names.forEach((their, our) -> theirs.put(our, their));
    Map<String, String> backbone = new LinkedHashMap<>();
    for (Parameter parameter : KnownNetworks.backbone(architecture).parameters()) {
      String their = theirs.get(parameter.name());
      if (their == null) {
        throw new WeightsException(
            Text.of("%s has no %s%s", file.path(), OneLine.of(prefix), parameter.name()));
      }
      backbone.put(parameter.name(), their);
    }
    return new TorchFit(architecture, prefix, backbone);
  }

  private static boolean covers(Known known, Map<String, List<Integer>> shapes) {
    Coverage coverage = Coverage.of(known.backbone(), shapes);
    return coverage.missing().isEmpty()
        && coverage.misShaped().isEmpty()
        && coverage.unexpected().stream()
            .allMatch(n -> isBeside(n, shapes.getOrDefault(n, List.of())));
  }

  /** Whether a tensor at the backbone's side may be no part of it. */
  private static boolean isBeside(String name, List<Integer> shape) {
    long values = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    return isCounter(name)
        || TorchHead.isHead(name)
        || !LAYER.matcher(name.split("\\.", 2)[0]).matches()
            && (shape.size() < 3 || values <= FEW_VALUES);
  }

  private static boolean isCounter(String name) {
    return COUNTERS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Channels of the pictures that the network takes. */
  int pictureChannels(WeightFile file) {
    String first = backbone.get("conv1.weight");
    return first == null ? 3 : InputChannels.of(file.shape(first));
  }

  /** Whether this is a moving average of a network's weights. */
  boolean isAverage() {
    return AVERAGE.matcher(prefix).matches();
  }

  /**
   * What the file has besides, of which nothing is used, for people: groups of names.
   *
   * @param used the file's names of what is used besides the backbone
   */
  List<String> leftOut(Set<String> names, Set<String> used) {
    Set<String> ours = new HashSet<>(backbone.values());
    Map<String, List<String>> groups = new LinkedHashMap<>();
    names.stream()
        .filter(n -> !ours.contains(n) && !used.contains(n) && !isCounter(n))
        .forEach(n -> groups.computeIfAbsent(group(n), g -> new ArrayList<>()).add(n));
    List<String> all = new ArrayList<>();
    groups.forEach(
        (group, members) ->
            all.add(
                members.size() == 1
                    ? OneLine.of(members.get(0))
                    : Text.of("%s (%s)", OneLine.of(group), Text.count(members.size(), "tensor"))));
    return all.size() <= GROUPS_IN_A_LINE
        ? all
        : List.of(
            String.join(", ", all.subList(0, GROUPS_IN_A_LINE - 1)),
            Text.of("%d more", all.size() - GROUPS_IN_A_LINE + 1));
  }

  /** A name up to where it parts from the prefix. */
  private String group(String name) {
    List<String> inside = Arrays.asList(prefix.split("\\."));
    List<String> parts = Arrays.asList(name.split("\\."));
    int same = 0;
    while (same < inside.size()
        && same < parts.size() - 1
        && inside.get(same).equals(parts.get(same))) {
      same++;
    }
    return parts.stream().limit(same + 1L).collect(Collectors.joining("."));
  }
}
