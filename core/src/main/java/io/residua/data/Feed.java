package io.residua.data;

import io.residua.data.internal.ChainedFeed;
import io.residua.data.internal.FilteredFeed;
import java.util.Collection;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Things that come one after the other, perhaps slowly and perhaps millions of them. Whoever takes
 * them calls it from one thread at a time.
 */
public interface Feed<T> {
  /**
   * The next one, waited for if need be.
   *
   * @return null at the end, or if the thread is interrupted, which then stays so
   */
  @Nullable T next();

  /** Whether {@link #next} would answer at once. */
  default boolean ready() {
    return true;
  }

  /** How many there are in all, for progress; 0 if that is not known. */
  default long expected() {
    return 0;
  }

  /** Those of an iterator, which is asked only when the next one is wanted. */
  static <T> Feed<T> of(Iterator<? extends T> things) {
    return of(things, 0);
  }

  /** Those of a collection. */
  static <T> Feed<T> of(Collection<? extends T> things) {
    return of(things.iterator(), things.size());
  }

  /**
   * Those of an iterator.
   *
   * @param expected how many there are, 0 if that is not known
   */
  static <T> Feed<T> of(Iterator<? extends T> things, long expected) {
    return new Feed<>() {
      @Override
      public @Nullable T next() {
        return things.hasNext() ? things.next() : null;
      }

      @Override
      public long expected() {
        return expected;
      }
    };
  }

  /** These, then those. */
  default Feed<T> then(Feed<T> those) {
    return new ChainedFeed<>(this, those);
  }

  /**
   * Some of these.
   *
   * @param wanted asked once for each, in order
   * @param expected how many there will be, 0 if that is not known
   */
  default Feed<T> where(Predicate<? super T> wanted, long expected) {
    return new FilteredFeed<>(this, wanted, expected);
  }
}
