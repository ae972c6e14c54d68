package io.residua.model;

import io.residua.image.Preprocessing;
import io.residua.nn.Head;
import io.residua.nn.Network;
import io.residua.nn.ResNetSpec;
import io.residua.nn.Shape;
import java.util.List;

/**
 * What a classifier is, without its weights.
 *
 * @param architecture name of the backbone, as {@link ResNetSpec#named} knows it
 * @param head what is on it
 * @param classes names of the classes, in the order of the logits
 * @param classIds an id for each class, such as ImageNet's wnid; empty where there are none
 * @param preprocessing how a picture becomes the network's input
 */
public record ModelSpec(
    String architecture,
    Head head,
    List<String> classes,
    List<String> classIds,
    Preprocessing preprocessing) {
  public ModelSpec {
    classes = List.copyOf(classes);
    classIds = List.copyOf(classIds);
    if (!classIds.isEmpty() && classIds.size() != classes.size()) {
      throw new IllegalArgumentException(
          "%d class ids for %d classes".formatted(classIds.size(), classes.size()));
    }
  }

  /** Shape of the network's input. */
  public Shape picture() {
    return Shape.rgb(preprocessing.sizePx());
  }

  /**
   * The network, backbone and head.
   *
   * @throws IllegalArgumentException if the architecture is not known or the pictures do not fit it
   */
  public Network network() {
    return head.on(ResNetSpec.named(architecture).backbone(), picture(), classes.size());
  }
}
