package io.residua.weights.internal;

import io.residua.internal.Printable;

/** Makes text that came from a file fit for one line of a message. */
public final class OneLine {
  private static final int MOST_CHARS = 100;

  private OneLine() {}

  /** The text made printable and cut to a readable length. */
  static String of(String text) {
    return Printable.shortened(text, MOST_CHARS);
  }

  /** The text in single quotes. */
  public static String quoted(String text) {
    return "'" + of(text) + "'";
  }
}
