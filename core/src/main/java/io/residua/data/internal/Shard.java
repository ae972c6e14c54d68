package io.residua.data.internal;

import io.residua.UsageException;
import io.residua.data.Feed;
import io.residua.internal.Text;

/**
 * Every n-th of a list, for work that several processes or machines share: of the same list each
 * has other things, and together they have all.
 *
 * @param number which part, from 1
 * @param of how many parts there are
 */
public record Shard(int number, int of) {
  /** All of a list. */
  public static final Shard WHOLE = new Shard(1, 1);

  public Shard {
    if (of < 1 || number < 1 || number > of) {
      throw new IllegalArgumentException(Text.of("part %d of %d", number, of));
    }
  }

  /**
   * Reads {@code i/n}.
   *
   * @throws UsageException saying what it should be
   */
  public static Shard parse(String text) {
    if (text.matches("[0-9]{1,6}/[0-9]{1,6}")) {
      int slash = text.indexOf('/');
      int number = Integer.parseInt(text.substring(0, slash));
      int of = Integer.parseInt(text.substring(slash + 1));
      if (number >= 1 && number <= of) {
        return new Shard(number, of);
      }
    }
    throw new UsageException(
        Text.of("'%s': must be a part and how many there are, such as 1/4 or 4/4", text));
  }

  /** Whether it has the thing at a place in the list, counted from 0. */
  public boolean has(long place) {
    return place % of == number - 1;
  }

  /** How many of so many things it has. */
  public long sizeOf(long all) {
    return (all + of - number) / of;
  }

  /** Its part of a feed. */
  public <T> Feed<T> of(Feed<T> all) {
    if (of == 1) {
      return all;
    }
    long[] place = new long[1];
    return all.where(thing -> has(place[0]++), sizeOf(all.expected()));
  }
}
