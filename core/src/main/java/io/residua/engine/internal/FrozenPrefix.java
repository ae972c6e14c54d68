package io.residua.engine.internal;

import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a network that training leaves as it is: layers whose output depends on nothing
 * trained, on no batch statistics and on no chance. It runs as for inference, without gradients,
 * and its output for a picture never changes.
 */
public final class FrozenPrefix {
  private FrozenPrefix() {}

  /**
   * Names of the nodes in the frozen prefix.
   *
   * @param trainable names of the parameters that are trained
   * @param frozenStatistics names of the batch-norm layers that use their running statistics
   */
  public static Set<String> nodes(
      Network network, Set<String> trainable, Set<String> frozenStatistics) {
    Set<String> trained = new HashSet<>();
    for (Parameter p : network.parameters()) {
      if (trainable.contains(p.name())) {
        trained.add(p.layer());
      }
    }
    Set<String> prefix = new HashSet<>(Set.of(Network.INPUT));
    for (Node node : network.nodes()) {
      boolean varies =
          node.layer()
              .accept(
                  new Visitor<Boolean>(
                      (Conv c) -> false,
                      (BatchNorm b) -> !frozenStatistics.contains(node.name()),
                      (Linear l) -> false,
                      (Relu r) -> false,
                      (MaxPool p) -> false,
                      (AvgPool p) -> false,
                      (GlobalAvgPool g) -> false,
                      (Add a) -> false,
                      (PadShortcut p) -> false,
                      (Flatten f) -> false,
                      (Dropout d) -> true));
      if (!varies && !trained.contains(node.name()) && prefix.containsAll(node.inputs())) {
        prefix.add(node.name());
      }
    }
    prefix.remove(Network.INPUT);
    return prefix;
  }

  /**
   * The node whose output is all that the trained part needs of the frozen prefix, so that it can
   * be computed once for every picture; empty where there is no such single value.
   *
   * @param trainable names of the parameters that are trained
   * @param frozenStatistics names of the batch-norm layers that use their running statistics
   */
  public static Optional<String> output(
      Network network, Set<String> trainable, Set<String> frozenStatistics) {
    Set<String> prefix = nodes(network, trainable, frozenStatistics);
    Set<String> boundary = new HashSet<>();
    for (Node node : network.nodes()) {
      if (!prefix.contains(node.name())) {
        for (String input : node.inputs()) {
          if (prefix.contains(input) || input.equals(Network.INPUT)) {
            boundary.add(input);
          }
        }
      }
    }
    List<String> values = List.copyOf(boundary);
    return values.size() == 1 && !values.get(0).equals(Network.INPUT)
        ? Optional.of(values.get(0))
        : Optional.empty();
  }
}
