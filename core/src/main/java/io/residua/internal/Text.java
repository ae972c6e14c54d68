package io.residua.internal;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text with numbers in it, the same wherever it is read: {@code 23,565.25} under every default
 * locale. All that is written, for people or for programs, is formatted here.
 */
public final class Text {
  private Text() {}

  /**
   * What {@link String#format(Locale, String, Object...)} gives under {@link Locale#ROOT}.
   *
   * @throws java.util.IllegalFormatException if the arguments do not fit the format
   */
  @FormatMethod
  public static String of(@FormatString String format, @Nullable Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** A number with that many digits after the point. */
  public static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** A text filled up with blanks behind it, for a column of a table. */
  public static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** A text filled up with blanks before it. */
  public static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  /**
   * How many there are of a thing, for instance {@code 1 picture}, {@code 0 pictures} or {@code
   * 1,000 classes}.
   *
   * @param thing in the singular; its plural ends with s, or with es after s, x, sh and ch
   */
  public static String count(long n, String thing) {
    boolean hisses = thing.matches(".*(s|x|sh|ch)");
    return of("%,d %s%s", n, thing, n == 1 ? "" : hisses ? "es" : "s");
  }
}
