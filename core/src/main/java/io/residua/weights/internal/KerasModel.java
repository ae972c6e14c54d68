package io.residua.weights.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration of a Keras model tells: where its residual backbone begins and ends, what
 * is done to pixels before it and what comes after it.
 *
 * @param backbone the backbone's layers by name, from its first convolution to the sum and ReLU
 *     that it ends with
 * @param pixels what is before it, in order of computation, for {@link KerasPixels}
 * @param head what is after it
 * @param models names of the models within the model
 */
record KerasModel(
    Map<String, KerasLayer> backbone,
    List<KerasLayer> pixels,
    KerasHead head,
    List<String> models) {

  /** Empty where there is no residual network in it. */
  static Optional<KerasModel> of(KerasGraph graph) {
    Map<KerasLayer, List<KerasLayer>> users = new IdentityHashMap<>();
    for (KerasLayer layer : graph.layers()) {
      for (KerasLayer input : layer.inputs()) {
        users.computeIfAbsent(input, k -> new ArrayList<>()).add(layer);
      }
    }
    @Nullable KerasLayer end = null;
    for (int i = graph.layers().size() - 1; i >= 0 && end == null; i--) {
      KerasLayer layer = graph.layers().get(i);
      end = layer.is("Conv2D") ? sumAfter(layer, users) : null;
    }
    if (end == null) {
      return Optional.empty();
    }
    Set<KerasLayer> before = ancestors(end);
    @Nullable KerasLayer first = null;
    Map<String, KerasLayer> backbone = new LinkedHashMap<>();
    for (KerasLayer layer : graph.layers()) {
      first = first == null && layer.is("Conv2D") && before.contains(layer) ? layer : first;
    }
    if (first == null) {
      return Optional.empty();
    }
    KerasLayer start = first.inputs().isEmpty() ? first : first.inputs().get(0);
    start = start.is("ZeroPadding2D") && !start.inputs().isEmpty() ? start.inputs().get(0) : start;
    Set<KerasLayer> pixels = ancestors(start);
    List<KerasLayer> path = graph.layers().stream().filter(pixels::contains).toList();
    for (KerasLayer layer : graph.layers()) {
      if (before.contains(layer) && !pixels.contains(layer)) {
        backbone.putIfAbsent(layer.name(), layer);
      }
    }
    return Optional.of(
        new KerasModel(
            Collections.unmodifiableMap(backbone),
            path,
            KerasHead.of(end, graph.outputs()),
            graph.models()));
  }

  /** The residual sum that a convolution's outputs go into, with the ReLU after it; or null. */
  private static @Nullable KerasLayer sumAfter(
      KerasLayer conv, Map<KerasLayer, List<KerasLayer>> users) {
    KerasLayer layer = conv;
    while (!layer.is("Add") || layer.inputs().size() < 2) {
      List<KerasLayer> next = users.getOrDefault(layer, List.of());
      if (next.size() != 1) {
        return null;
      }
      layer = next.get(0);
    }
    List<KerasLayer> next = users.getOrDefault(layer, List.of());
    return next.size() == 1 && next.get(0).isRelu() ? next.get(0) : layer;
  }

  /** A layer and all that it is computed of. */
  private static Set<KerasLayer> ancestors(KerasLayer layer) {
    Set<KerasLayer> found = Collections.newSetFromMap(new IdentityHashMap<>());
    List<KerasLayer> open = new ArrayList<>(List.of(layer));
    while (!open.isEmpty()) {
      KerasLayer next = open.remove(open.size() - 1);
      if (found.add(next)) {
        open.addAll(next.inputs());
      }
    }
    return found;
  }
}
