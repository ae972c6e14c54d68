package io.residua;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * How settings are written in one way, so that values can be compared that people write in several:
 * {@code 1e-4}, {@code 1E-4}, {@code .0001} and {@code 0.00010} are one learning rate. A text that
 * a form cannot read stays as it is.
 */
public final class SettingForms {
  /** Words and names, which have one spelling. */
  public static final UnaryOperator<String> TEXT = text -> text;

  /** Whole numbers: {@code +5} and {@code 05} are {@code 5}. */
  public static final UnaryOperator<String> WHOLE =
      of(text -> Long.toString(Long.parseLong(text.strip())));

  /** Numbers. */
  public static final UnaryOperator<String> NUMBER =
      of(text -> number(Double.parseDouble(text.strip())));

  private SettingForms() {}

  /**
   * The form of values that a parser reads.
   *
   * @param parsedText reads a value and writes it in one way; throws IllegalArgumentException for
   *     what is no such value
   */
  public static UnaryOperator<String> of(Function<String, String> parsedText) {
    return text -> {
      try {
        return parsedText.apply(text);
      } catch (IllegalArgumentException e) {
        return text;
      }
    };
  }

  /** Values of one form, separated by commas, in the order given. */
  public static UnaryOperator<String> listOf(UnaryOperator<String> form) {
    return text ->
        Arrays.stream(text.split(",", -1))
            .map(one -> form.apply(one.strip()))
            .collect(Collectors.joining(","));
  }

  /** The shortest form of a number that reads back as the same: 0.1, 1e-4, 30. */
  public static String number(double value) {
    String java = Double.toString(value == 0 ? 0.0 : value).replace(".0E", "e").replace('E', 'e');
    return java.endsWith(".0") ? java.substring(0, java.length() - 2) : java;
  }
}
