package io.residua.model;

import io.residua.data.internal.ClassNames;
import io.residua.image.Preprocessing;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import java.util.List;
import java.util.Optional;

/**
 * What a classifier is, without its weights.
 *
 * @param architecture name of the backbone, as {@link Architecture#named} knows it
 * @param head what is on it
 * @param classes names of the classes, in the order of the logits; two at least, without {@link
 *     ClassNames#problem}
 * @param classIds an id for each class, such as ImageNet's wnid; empty where there are none
 * @param preprocessing how a picture becomes the network's input
 * @param features for a classic classifier, the layer whose output it answers
 */
public record ModelSpec(
    String architecture,
    Head head,
    List<String> classes,
    List<String> classIds,
    Preprocessing preprocessing,
    Optional<FeatureLayer> features) {
  /** A classifier whose network's outputs are the logits of its classes. */
  public ModelSpec(
      String architecture,
      Head head,
      List<String> classes,
      List<String> classIds,
      Preprocessing preprocessing) {
    this(architecture, head, classes, classIds, preprocessing, Optional.empty());
  }

  public ModelSpec {
    classes = List.copyOf(classes);
    classIds = List.copyOf(classIds);
    if (classes.size() < 2) {
      throw new IllegalArgumentException(
          Text.of(
              "it has %s, so that it would answer every picture alike; a classifier needs two"
                  + " classes",
              classes.isEmpty() ? "no classes" : "only one class"));
    } else if (!classIds.isEmpty() && classIds.size() != classes.size()) {
      throw new IllegalArgumentException(
          Text.of("%d class ids for %d classes", classIds.size(), classes.size()));
    }
    for (List<String> names : List.of(classes, classIds)) {
      String problem = ClassNames.problem(names);
      if (!problem.isEmpty()) {
        throw new IllegalArgumentException(problem);
      }
    }
  }

  /** Shape of the network's input. */
  public Shape picture() {
    return Shape.picture(preprocessing.channels(), preprocessing.sizePx());
  }

  /** The same classifier with pictures prepared in another way. */
  public ModelSpec with(Preprocessing other) {
    return new ModelSpec(architecture, head, classes, classIds, other, features);
  }

  /**
   * The network: backbone and head, or up to the features of a classic classifier.
   *
   * @throws IllegalArgumentException if the architecture is not known or the pictures do not fit it
   */
  public Network network() {
    if (features.isPresent()) {
      return features.get().network(architecture, head, picture());
    }
    return head.on(Architecture.named(architecture).backbone(picture()), picture(), classes.size());
  }
}
