package io.residua.model;

import io.residua.UsageException;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of a network's values are taken as features of a picture. A feature map is averaged over
 * its positions, so that a layer of C channels gives C features.
 *
 * @param name {@code avgpool} (the pooled last feature map), {@code fc} (what the head puts out), a
 *     stage such as {@code layer3}, or the name of any layer
 * @param outputs how many values the network's own head puts out
 */
public record FeatureLayer(String name, int outputs) {
  private static final String POOLED = "avgpool";

  /**
   * The network that ends with the features.
   *
   * @param architecture name of the backbone, as {@link Architecture#named} knows it
   * @param head the network's own
   * @param picture shape of the pictures
   * @throws UsageException with one line, if there is no such layer
   */
  public Network network(String architecture, Head head, Shape picture) {
    Network backbone = Architecture.named(architecture).backbone(picture);
    Network part = upTo(head.on(backbone, picture, outputs), backbone.output());
    Shape shape = part.outputShape(picture);
    if (shape.height() == 1 && shape.width() == 1) {
      return part;
    }
    List<Node> nodes = new ArrayList<>(part.nodes());
    nodes.add(new Node(part.output() + "." + POOLED, new GlobalAvgPool(), List.of(part.output())));
    return new Network(part.name(), nodes);
  }

  private static List<String> known(Network network) {
    List<String> known = new ArrayList<>(List.of(POOLED, Head.NAME));
    known.addAll(network.stages());
    network.nodes().forEach(node -> known.add(node.name()));
    return known;
  }

  private Network upTo(Network whole, String lastMap) {
    if (name.equals(Head.NAME)) {
      return whole;
    } else if (whole.nodes().stream().anyMatch(node -> node.name().equals(name))) {
      return whole.upTo(name);
    } else if (name.equals(POOLED)) {
      return whole.upTo(lastMap);
    }
    String last =
        whole
            .lastOf(name)
            .orElseThrow(
                () ->
                    new UsageException(
                        Text.of(
                            "%s has no layer '%s'; there are avgpool, fc, layer1 to layer4, and"
                                + " %s%s",
                            whole.name(),
                            name,
                            "single ones such as layer3.0.conv1",
                            Nearest.meant(name, known(whole)))));
    return whole.upTo(last);
  }
}
