package io.residua.data.internal;

import io.residua.data.Feed;
import org.jspecify.annotations.Nullable;

/** A feed after another. */
public final class ChainedFeed<T> implements Feed<T> {
  private final Feed<T> first;
  private final Feed<T> second;
  private boolean firstEnded;

  public ChainedFeed(Feed<T> first, Feed<T> second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public @Nullable T next() {
    if (!firstEnded) {
      T next = first.next();
      if (next != null || Thread.currentThread().isInterrupted()) {
        return next;
      }
      firstEnded = true;
    }
    return second.next();
  }

  @Override
  public boolean ready() {
    return firstEnded && second.ready();
  }

  @Override
  public long expected() {
    return first.expected() == 0 || second.expected() == 0
        ? 0
        : first.expected() + second.expected();
  }
}
