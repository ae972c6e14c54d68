package io.residua.weights.internal;

import io.residua.nn.Head;
import java.util.Optional;

/**
 * What is on the backbone of a weight file's network.
 *
 * @param head the same here, whose weights come under its layers' names; empty where there is none
 *     that can be computed
 * @param problem why it cannot be computed, as the end of a sentence; empty where it can, and where
 *     the file has no head
 */
public record FileHead(Optional<Head> head, String problem) {
  /** There is no head. */
  public static final FileHead NONE = new FileHead(Optional.empty(), "");

  /** A head that can be computed. */
  public static FileHead of(Head head) {
    return new FileHead(Optional.of(head), "");
  }

  /** A head that cannot be computed. */
  public static FileHead notComputed(String problem) {
    return new FileHead(Optional.empty(), problem);
  }

  /** The one that networks are published with, if its weights are there. */
  public static FileHead published(WeightMap weights) {
    Head published = Head.gapLinear();
    FloatTensor last = weights.asMap().get(published.lastLayer() + ".weight");
    return last == null || last.shape().size() != 2 ? NONE : of(published);
  }
}
