package io.residua.server.internal.v2;

import io.residua.internal.Printable;
import io.residua.server.internal.RequestException;
import java.util.Arrays;

/** How what clients sent is shown in messages to them and in the log. */
final class Messages {
  private static final int MOST_CHARS = 60;
  private static final int BAD_REQUEST = 400;

  private Messages() {}

  /** A request that is wrong, and how. */
  static RequestException badRequest(String line) {
    return new RequestException(BAD_REQUEST, line);
  }

  /** Text of any kind and length. */
  static String quoted(String text) {
    return Printable.shortened(text, MOST_CHARS);
  }

  /** A shape, for instance {@code [1,3,224,224]}. */
  static String shape(long[] shape) {
    return Arrays.toString(shape).replace(" ", "");
  }
}
