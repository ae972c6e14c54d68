package io.residua.page;

import io.residua.Setting;
import io.residua.internal.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * An axis of a {@link Chart}, whose range follows from what is shown.
 *
 * @param name with its unit, for instance {@code time (s)}; empty where numbers along it mean
 *     nothing, and then it has none
 * @param shown values that are in the range whatever else is
 * @param rows names at 0, 1, 2 and so on, of an axis of names
 */
public record Axis(String name, Kind kind, List<Double> shown, List<String> rows) {
  private static final int LONGEST_ROW = 18;

  /** How values lie on it. */
  enum Kind {
    LINEAR,
    WHOLE,
    LOGARITHMIC,
    NAMES
  }

  public static Axis linear(String name) {
    return new Axis(name, Kind.LINEAR, List.of(), List.of());
  }

  /** Of whole numbers, such as epochs. */
  public static Axis whole(String name) {
    return new Axis(name, Kind.WHOLE, List.of(), List.of());
  }

  /** Equal ratios are equally far apart; values must be above 0. */
  public static Axis logarithmic(String name) {
    return new Axis(name, Kind.LOGARITHMIC, List.of(), List.of());
  }

  /** Names from the top to the bottom, the first at 0. */
  public static Axis names(List<String> rows) {
    return new Axis("", Kind.NAMES, List.of(), List.copyOf(rows));
  }

  /** This axis, but with these values in its range. */
  public Axis showing(Double... values) {
    return new Axis(name, kind, List.of(values), rows);
  }

  /** Whether a value has a place on it. */
  boolean takes(double value) {
    return Double.isFinite(value) && (kind != Kind.LOGARITHMIC || value > 0);
  }

  /**
   * This axis for values.
   *
   * @param at where it begins in the picture
   * @param steps how many it has at most between its numbers
   */
  Scale scale(DoubleStream values, double at, double atEnd, int steps) {
    double[] taken =
        DoubleStream.concat(values, shown.stream().mapToDouble(v -> v))
            .filter(this::takes)
            .sorted()
            .toArray();
    boolean none = taken.length == 0;
    double least = none ? kind == Kind.LINEAR ? 0 : 1 : taken[0];
    double most = none ? least : taken[taken.length - 1];
    return switch (kind) {
      case LINEAR -> linear(least, most, at, atEnd, steps);
      case WHOLE -> whole(least, most, at, atEnd, steps);
      case LOGARITHMIC -> logarithmic(least, most, at, atEnd, steps);
      case NAMES -> rows(at, atEnd);
    };
  }

  private Scale linear(double least, double most, double at, double atEnd, int steps) {
    double room = most - least > Math.abs(most) * 1e-9 ? 0 : most == 0 ? 1 : Math.abs(most) / 2;
    double low = least - (most == 0 ? 0 : room);
    double high = most + room;
    double step = step(high - low, steps);
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (long i = (long) Math.floor(low / step + 1e-9); ; i++) {
      ticks.add(new Tick(i * step, name.isEmpty() ? "" : number(i * step, digits)));
      if (ticks.size() > 1 && i * step > high - step * 1e-6) {
        return new Scale(ticks.get(0).value, i * step, at, atEnd, false, ticks);
      }
    }
  }

  private static Scale whole(double least, double most, double at, double atEnd, int steps) {
    double to = Math.max(most, least + 1);
    double step = Math.max(1, step(to - least, steps));
    List<Tick> ticks = new ArrayList<>();
    for (double value = Math.ceil(least / step) * step; value <= to; value += step) {
      ticks.add(new Tick(value, number(value, 0)));
    }
    return new Scale(least, to, at, atEnd, false, ticks);
  }

  private static Scale logarithmic(double least, double most, double at, double atEnd, int steps) {
    double from = Math.pow(10, Math.floor(Math.log10(least) + 1e-9));
    double to = Math.max(Math.pow(10, Math.ceil(Math.log10(most) - 1e-9)), from * 10);
    List<Tick> ticks = new ArrayList<>();
    int decades = (int) Math.round(Math.log10(to / from));
    int every = Math.max(1, (decades + steps - 1) / steps);
    int[] within = decades <= 2 ? new int[] {1, 2, 5} : new int[] {1};
    for (int d = 0; d <= decades; d += every) {
      for (int times : d == decades ? new int[] {1} : within) {
        double value = from * Math.pow(10, d) * times;
        ticks.add(new Tick(value, power(value)));
      }
    }
    return new Scale(from, to, at, atEnd, true, ticks);
  }

  private Scale rows(double at, double atEnd) {
    List<Tick> ticks = new ArrayList<>();
    rows.forEach(row -> ticks.add(new Tick(ticks.size(), Svg.cut(row, LONGEST_ROW))));
    return new Scale(rows.size() - 0.5, -0.5, at, atEnd, false, ticks);
  }

  /** 1, 2 or 5 times a power of ten, so that a range has at most so many steps. */
  private static double step(double range, int steps) {
    double power = Math.pow(10, Math.floor(Math.log10(range / steps)));
    return Arrays.stream(new double[] {power, 2 * power, 5 * power})
        .filter(step -> range / step <= steps * (1 + 1e-9))
        .findFirst()
        .orElse(10 * power);
  }

  private static String number(double value, int digits) {
    return digits <= 4
        ? Text.decimals(value + 0.0, digits)
        : Setting.number(
            BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue());
  }

  private static String power(double value) {
    return value >= 0.01 && value < 1e5
        ? Text.of("%.4f", value).replaceFirst("\\.?0+$", "")
        : Text.of("%.0e", value).replaceFirst("e([+-])0?", "e$1").replace("+", "");
  }

  /** A number or a name at the axis. */
  record Tick(double value, String text) {}

  /** Where values lie in the picture. */
  record Scale(
      double from, double to, double start, double end, boolean logarithmic, List<Tick> ticks) {
    double at(double value) {
      double share =
          logarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
      return start + share * (end - start);
    }
  }
}
