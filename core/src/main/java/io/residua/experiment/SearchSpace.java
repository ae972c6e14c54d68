package io.residua.experiment;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.train.Recipe;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which values of which settings of a recipe are tried.
 *
 * @param settings for each setting the values it may have
 */
public record SearchSpace(Map<String, Values> settings) {
  private static final MathContext DIGITS = new MathContext(3);
  private static final int LARGEST_GRID = 10_000;
  private static final String RANGE = "..";
  private static final String LOG = ":log";

  /** What every error ends with. */
  private static final String SYNTAX =
      "; SPACE is SETTING=FROM..TO, SETTING=FROM..TO:log or SETTING=A|B, separated by commas, such"
          + " as lr=1e-4..1e-1:log,optimizer=adam|sgd:momentum=0.9";

  /** The values of a setting. */
  public sealed interface Values {
    /** The value at a place from 0 to 1. */
    String at(double place);

    /** Values spread over all, at most so many where they are a range. */
    List<String> spread(int points);
  }

  /** One of several, written {@code adam|sgd:momentum=0.9}. */
  public record Choice(List<String> values) implements Values {
    public Choice {
      values = List.copyOf(values);
    }

    @Override
    public String at(double place) {
      return values.get(Math.min(values.size() - 1, (int) (place * values.size())));
    }

    @Override
    public List<String> spread(int points) {
      return values;
    }
  }

  /**
   * Numbers from one to another, both included, written {@code 0..0.2}, {@code 1e-4..1e-1:log} or
   * {@code 4..32}.
   *
   * @param logarithmic whether equal ratios are equally likely
   * @param whole whether only whole numbers are taken, as where both ends are written as such
   */
  public record Range(double from, double to, boolean logarithmic, boolean whole)
      implements Values {
    public Range {
      if (!(from < to) || !Double.isFinite(to - from) || (logarithmic && from <= 0)) {
        throw new UsageException(
            "a range goes from a lower to a higher number, above 0 if it is logarithmic");
      }
    }

    @Override
    public String at(double place) {
      double value = logarithmic ? from * Math.pow(to / from, place) : from + place * (to - from);
      return whole
          ? Long.toString(Math.round(value))
          : new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
    }

    @Override
    public List<String> spread(int points) {
      return IntStream.range(0, points)
          .mapToObj(i -> at(points == 1 ? 0.5 : (double) i / (points - 1)))
          .distinct()
          .toList();
    }
  }

  public SearchSpace {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Reads {@code lr=1e-4..1e-1:log,optimizer=adam|sgd:momentum=0.9,label_smoothing=0..0.2}; names
   * may also have dashes.
   *
   * @param recipe in which the values are to be tried
   * @throws UsageException with one line, if there is no such setting or a value is not allowed
   */
  public static SearchSpace parse(String text, Recipe recipe) {
    String names =
        String.join(
            "|", Recipe.descriptions().keySet().stream().map(n -> n.replace("_", "[_-]")).toList());
    Pattern start = Pattern.compile("[,;]\\s*(?=(?:" + names + ")\\s*=)");
    Map<String, Values> settings = new LinkedHashMap<>();
    for (String part : start.split(text)) {
      int at = part.indexOf('=');
      if (at < 1) {
        throw new UsageException(
            Text.of("space: '%s' is not SETTING=VALUES%s", part.strip(), SYNTAX));
      }
      String name = part.substring(0, at).strip().replace('-', '_');
      try {
        Values values = values(part.substring(at + 1).strip());
        for (String value : values.spread(2)) {
          recipe.with(name, value);
        }
        if (settings.put(name, values) != null) {
          throw new UsageException("it is given twice");
        }
      } catch (UsageException e) {
        throw new UsageException(
            Text.of("space: '%s': %s%s", part.strip(), e.getMessage(), SYNTAX), e);
      }
    }
    return new SearchSpace(settings);
  }

  private static Values values(String text) {
    boolean logarithmic = text.endsWith(LOG);
    String plain = logarithmic ? text.substring(0, text.length() - LOG.length()) : text;
    int dots = plain.indexOf(RANGE);
    if (dots < 0) {
      return new Choice(Arrays.stream(text.split("\\|", -1)).map(String::strip).toList());
    }
    String from = plain.substring(0, dots).strip();
    String to = plain.substring(dots + RANGE.length()).strip();
    boolean whole = from.matches("-?\\d+") && to.matches("-?\\d+");
    try {
      return new Range(Double.parseDouble(from), Double.parseDouble(to), logarithmic, whole);
    } catch (NumberFormatException e) {
      throw new UsageException("a range has two numbers, such as 1e-4..1e-1", e);
    }
  }

  /**
   * One draw, decided by seed and number alone: more draws do not change those before.
   *
   * @param number from 0
   */
  Map<String, String> draw(long seed, int number) {
    Map<String, String> values = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(seed * 1_000_003L + number);
    settings.forEach((name, of) -> values.put(name, of.at(random.nextDouble())));
    return values;
  }

  /**
   * Every combination.
   *
   * @param points of each range
   * @throws UsageException if there are too many
   */
  List<Map<String, String>> grid(int points) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, Values> setting : settings.entrySet()) {
      List<Map<String, String>> more = new ArrayList<>();
      for (Map<String, String> begun : all) {
        for (String value : setting.getValue().spread(points)) {
          Map<String, String> next = new LinkedHashMap<>(begun);
          next.put(setting.getKey(), value);
          more.add(next);
        }
      }
      if (more.size() > LARGEST_GRID) {
        throw new UsageException(Text.of("the grid has more than %,d points", LARGEST_GRID));
      }
      all = more;
    }
    return all;
  }
}
