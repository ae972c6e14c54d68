package io.residua;

import io.residua.internal.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One setting of a recipe: its name, its default, what it is for, and how its values are read from
 * text and written. People write one value in several ways ({@code 1e-4}, {@code 0.00010}); what
 * {@link #canonical} makes of them is equal.
 *
 * @param <T> its values
 */
public final class Setting<T> {
  private final String name;
  private final String defaultText;
  private final String description;
  private final @Nullable String wanted;
  private final Function<String, T> reader;
  private final Function<T, String> writer;
  private final String earlierText;

  private Setting(
      String name,
      String defaultText,
      String description,
      @Nullable String wanted,
      Function<String, T> reader,
      Function<T, String> writer,
      String earlierText) {
    this.name = name;
    this.defaultText = defaultText;
    this.description = description;
    this.wanted = wanted;
    this.reader = reader;
    this.writer = writer;
    this.earlierText = earlierText;
  }

  /**
   * A setting of values that read and write themselves.
   *
   * @param reader throws UsageException with one line that says what is wrong
   */
  public static <T> Setting<T> of(
      String name,
      String defaultText,
      Function<String, T> reader,
      Function<T, String> writer,
      String description) {
    return new Setting<>(name, defaultText, description, null, reader, writer, defaultText);
  }

  /** A setting of any text. */
  public static Setting<String> text(String name, String defaultText, String description) {
    return of(name, defaultText, text -> text, text -> text, description);
  }

  /** A setting of some words, the first of which is the default. */
  public static Setting<String> choice(String name, String description, String... words) {
    return wanting(
        name,
        words[0],
        words.length > 2 ? "one of " + String.join(", ", words) : String.join(" or ", words),
        text -> Arrays.asList(words).contains(text) ? text : null,
        text -> text,
        description);
  }

  /**
   * A setting of whole numbers.
   *
   * @param most of them; {@link Integer#MAX_VALUE} for no bound
   */
  public static Setting<Integer> whole(
      String name, String defaultText, int least, int most, String description) {
    String range =
        most == Integer.MAX_VALUE ? Text.of("%d", least) : Text.of("%d to %d", least, most);
    return wanting(
        name,
        defaultText,
        "a whole number from " + range,
        text -> {
          int value = Integer.parseInt(text);
          return value >= least && value <= most ? value : null;
        },
        value -> Integer.toString(value),
        description);
  }

  /**
   * A setting of numbers.
   *
   * @param least of them; {@link Double#MIN_VALUE} for any above 0, {@code -Double.MAX_VALUE} for
   *     any at all
   */
  public static Setting<Double> number(
      String name, String defaultText, double least, double most, String description) {
    String range = Text.of("a number from %s to %s", least, most);
    if (least == Double.MIN_VALUE) {
      range = "a number above 0";
    } else if (least == -Double.MAX_VALUE) {
      range = "a finite number";
    }
    return wanting(
        name,
        defaultText,
        range,
        text -> {
          double value = Double.parseDouble(text);
          return value >= least && value <= most ? value : null;
        },
        Setting::number,
        description);
  }

  /** The seed of what its description says. */
  public static Setting<Long> seed(String description) {
    return wanting("seed", "1", "a whole number", Long::valueOf, String::valueOf, description);
  }

  /**
   * A setting of values that one phrase describes.
   *
   * @param wanted what a value is, for messages: "a whole number"
   * @param reader gives null, or throws any IllegalArgumentException, for what is no value
   */
  public static <T> Setting<T> wanting(
      String name,
      String defaultText,
      String wanted,
      Function<String, @Nullable T> reader,
      Function<T, String> writer,
      String description) {
    return new Setting<>(
        name,
        defaultText,
        description,
        wanted,
        text -> {
          @Nullable T value = reader.apply(text);
          if (value == null) {
            throw new IllegalArgumentException();
          }
          return value;
        },
        writer,
        defaultText);
  }

  /** The same setting, which may also be a word that stands for no value. */
  public Setting<Optional<T>> or(String word) {
    return new Setting<>(
        name,
        defaultText,
        description,
        wanted == null ? null : Text.of("%s, or %s", wanted, word),
        text -> text.equals(word) ? Optional.empty() : Optional.of(reader.apply(text)),
        value -> value.map(writer).orElse(word),
        earlierText);
  }

  /** The same setting with several values, separated by commas. */
  public Setting<List<T>> several() {
    return new Setting<>(
        name,
        defaultText,
        description,
        null,
        text -> Arrays.stream(text.split(",", -1)).map(one -> read(one.strip())).toList(),
        values -> values.stream().map(writer).collect(Collectors.joining(",")),
        earlierText);
  }

  /** The same setting with another default. */
  public Setting<T> byDefault(String value) {
    return new Setting<>(name, value, description, wanted, reader, writer, value);
  }

  /** The same setting, another value of which was the default of earlier versions. */
  public Setting<T> earlier(String value) {
    return new Setting<>(name, defaultText, description, wanted, reader, writer, value);
  }

  public String name() {
    return name;
  }

  String defaultText() {
    return defaultText;
  }

  /** The default of earlier versions. */
  String earlierText() {
    return earlierText;
  }

  String description() {
    return description;
  }

  /**
   * The value that a text stands for.
   *
   * @throws UsageException with one line, if it stands for none
   */
  T read(String text) {
    try {
      return reader.apply(text);
    } catch (UsageException | IllegalArgumentException e) {
      throw wanted == null ? e : bad(text, wanted);
    }
  }

  /** What is said of a text that is not as wanted. */
  public UsageException bad(String text, String wanted) {
    return new UsageException(Text.of("%s is '%s', not %s", name, text, wanted));
  }

  /** The one way in which a value is written; a text that stands for none stays as it is. */
  String canonical(String text) {
    try {
      return writer.apply(reader.apply(text));
    } catch (UsageException | IllegalArgumentException e) {
      return text;
    }
  }

  /** The shortest form of a number that reads back as the same: 0.1, 1e-4, 30. */
  public static String number(double value) {
    String java = Double.toString(value == 0 ? 0.0 : value).replace(".0E", "e").replace('E', 'e');
    return java.endsWith(".0") ? java.substring(0, java.length() - 2) : java;
  }
}
