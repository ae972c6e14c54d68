package io.residua.server.internal.v2;

import io.residua.internal.Printable;
import java.util.Arrays;

/** How what clients sent is shown in messages to them and in the log. */
final class Messages {
  private static final int MOST_CHARS = 60;

  private Messages() {}

  /** Text of any kind and length. */
  static String quoted(String text) {
    return Printable.shortened(text, MOST_CHARS);
  }

  /** A shape, for instance {@code [1,3,224,224]}. */
  static String shape(long[] shape) {
    return Arrays.toString(shape).replace(" ", "");
  }
}
