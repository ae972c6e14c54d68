package io.residua.server.internal.serving;

import io.residua.model.internal.OnlineClassifier.Prepared;
import org.jspecify.annotations.Nullable;

/** One picture of a request, and when it reached each stage. Handed from thread to thread. */
final class Item {
  private final Inference inference;
  private final int index;
  private volatile Picture picture;
  private @Nullable Prepared prepared;
  private long queueNanos;
  private long decodeNanos;
  private long computeNanos;
  private long since = System.nanoTime();

  Item(Inference inference, int index, Picture picture) {
    this.inference = inference;
    this.index = index;
    this.picture = picture;
  }

  Inference inference() {
    return inference;
  }

  int index() {
    return index;
  }

  Picture picture() {
    return picture;
  }

  /** Lets go of the picture, which nobody waits for. */
  void drop() {
    picture = Picture.DROPPED;
  }

  Prepared prepared() {
    if (prepared == null) {
      throw new IllegalStateException("computed before it was prepared");
    }
    return prepared;
  }

  void prepared(Prepared inputs) {
    prepared = inputs;
  }

  /** When it came to where it waits now, or began what is done with it. */
  long since() {
    return since;
  }

  long queueNanos() {
    return queueNanos;
  }

  long decodeNanos() {
    return decodeNanos;
  }

  long computeNanos() {
    return computeNanos;
  }

  void waited() {
    queueNanos += step();
  }

  void decoded() {
    decodeNanos += step();
  }

  void computed() {
    computeNanos += step();
  }

  private long step() {
    long now = System.nanoTime();
    long took = now - since;
    since = now;
    return took;
  }
}
