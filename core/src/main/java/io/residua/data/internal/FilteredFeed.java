package io.residua.data.internal;

import io.residua.data.Feed;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Some of a feed. It is ready only once it holds one, for the feed's next may not be wanted. */
public final class FilteredFeed<T> implements Feed<T> {
  private final Feed<T> all;
  private final Predicate<? super T> wanted;
  private final long expected;
  private @Nullable T held;

  public FilteredFeed(Feed<T> all, Predicate<? super T> wanted, long expected) {
    this.all = all;
    this.wanted = wanted;
    this.expected = expected;
  }

  @Override
  public @Nullable T next() {
    T next = held;
    held = null;
    while (next == null) {
      T candidate = all.next();
      if (candidate == null) {
        return null;
      }
      next = wanted.test(candidate) ? candidate : null;
    }
    return next;
  }

  @Override
  public boolean ready() {
    while (held == null && all.ready()) {
      T candidate = all.next();
      if (candidate == null) {
        return true;
      }
      held = wanted.test(candidate) ? candidate : null;
    }
    return held != null;
  }

  @Override
  public long expected() {
    return expected;
  }
}
