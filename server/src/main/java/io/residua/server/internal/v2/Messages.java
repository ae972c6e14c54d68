package io.residua.server.internal.v2;

import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.util.Arrays;

/** How what clients sent is shown in messages to them and in the log. */
public final class Messages {
  private static final int MOST_CHARS = 60;
  private static final int BAD_REQUEST = 400;

  private Messages() {}

  /** A request that is wrong, and how. */
  public static RequestException badRequest(String line) {
    return new RequestException(BAD_REQUEST, line);
  }

  /** Text of any kind and length. */
  public static String quoted(String text) {
    return Printable.shortened(text, MOST_CHARS);
  }

  /**
   * A number that is none, or out of its range.
   *
   * @param what is named by the message
   * @param most {@link Long#MAX_VALUE} for no upper end
   */
  public static RequestException notWhole(String what, long least, long most) {
    return badRequest(
        Text.of(
            "%s must be a whole number, %d%s",
            what, least, most == Long.MAX_VALUE ? " or more" : " to " + most));
  }

  /** A shape, for instance {@code [1,3,224,224]}. */
  static String shape(long[] shape) {
    return Arrays.toString(shape).replace(" ", "");
  }
}
