package io.residua.page;

import io.residua.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * An axis of a {@link Chart}, whose range follows from what is shown.
 *
 * @param name with its unit, for instance {@code time (s)}
 * @param logarithmic whether equal ratios are equally far apart; values must then be above 0
 */
public record Axis(String name, boolean logarithmic) {
  private static final int MOST_TICKS = 7;

  public static Axis linear(String name) {
    return new Axis(name, false);
  }

  public static Axis logarithmic(String name) {
    return new Axis(name, true);
  }

  /** Whether a value has a place on it. */
  boolean takes(double value) {
    return Double.isFinite(value) && (!logarithmic || value > 0);
  }

  /** This axis for values of a range, from {@code at} to {@code atEnd} in the picture. */
  Scale scale(double least, double most, double at, double atEnd) {
    return logarithmic ? logScale(least, most, at, atEnd) : linearScale(least, most, at, atEnd);
  }

  private static Scale linearScale(double least, double most, double at, double atEnd) {
    double room = most - least > Math.abs(most) * 1e-9 ? 0 : most == 0 ? 1 : Math.abs(most) / 2;
    double low = least - room;
    double high = most + room;
    double step = step(high - low);
    double from = Math.floor(low / step + 1e-9) * step;
    List<Tick> ticks = new ArrayList<>();
    double to = from;
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    for (int i = 0; i == 0 || to < high - step * 1e-6; i++) {
      to = from + (i + 1) * step;
      ticks.add(new Tick(from + i * step, number(from + i * step, digits)));
    }
    ticks.add(new Tick(to, number(to, digits)));
    return new Scale(from, to, at, atEnd, false, ticks);
  }

  private static Scale logScale(double least, double most, double at, double atEnd) {
    double from = Math.pow(10, Math.floor(Math.log10(least) + 1e-9));
    double to = Math.pow(10, Math.ceil(Math.log10(most) - 1e-9));
    to = to > from ? to : from * 10;
    List<Tick> ticks = new ArrayList<>();
    int decades = (int) Math.round(Math.log10(to / from));
    int every = (decades + MOST_TICKS - 1) / MOST_TICKS;
    int[] within = decades <= 2 ? new int[] {1, 2, 5} : new int[] {1};
    for (int d = 0; d <= decades; d += Math.max(1, every)) {
      for (int times : d == decades ? new int[] {1} : within) {
        double value = from * Math.pow(10, d) * times;
        ticks.add(new Tick(value, power(value)));
      }
    }
    return new Scale(from, to, at, atEnd, true, ticks);
  }

  /** 1, 2 or 5 times a power of ten, so that a range has at most so many steps. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / MOST_TICKS)));
    for (int times : new int[] {1, 2, 5}) {
      if (range / (times * power) <= MOST_TICKS) {
        return times * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value, int digits) {
    return digits > 4 ? Text.of("%.1e", value) : Text.decimals(value + 0.0, digits);
  }

  private static String power(double value) {
    if (value >= 0.01 && value < 1e5) {
      String text = Text.of("%.4f", value);
      return text.replaceFirst("\\.?0+$", "");
    }
    return Text.of("%.0e", value).replaceFirst("e([+-])0?", "e$1").replace("+", "");
  }

  /** A number at the axis. */
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
