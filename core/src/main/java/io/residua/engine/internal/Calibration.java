package io.residua.engine.internal;

import io.residua.UsageException;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import java.util.Map;
import java.util.Optional;

/**
 * What int8 needs to know of a network's activations: how large each of them gets, measured on
 * typical pictures by a {@link Calibrator}. A value of magnitude up to its limit is represented in
 * 8 bits, a larger one becomes the limit (Jacob et al. 2017, arXiv:1712.05877, with symmetric
 * ranges).
 *
 * @param limits the largest magnitude represented, by the name of the node whose output it is;
 *     finite and not negative
 * @param method how the limits follow from the activations
 * @param pictures how many pictures were looked at, at least 1
 * @param source where they came from, one line for people
 */
public record Calibration(Map<String, Float> limits, Method method, int pictures, String source) {

  /** How a limit follows from the magnitudes that were seen. */
  public enum Method {
    /** The largest. */
    MIN_MAX(100),
    /** What 99.999 % do not exceed: rare large values are cut off, the others get finer steps. */
    PERCENTILE(99.999);

    final double percent;

    Method(double percent) {
      this.percent = percent;
    }

    /** The name on the command line and in files: {@code min-max} or {@code percentile}. */
    public String text() {
      return ConstantNames.of(this);
    }

    /**
     * Reads {@code auto}, {@code min-max} or {@code percentile}; empty for auto.
     *
     * @throws UsageException with one line that says what is allowed
     */
    public static Optional<Method> parse(String text) {
      return text.equals("auto")
          ? Optional.empty()
          : Optional.of(ConstantNames.read(Method.class, "calibration method", text));
    }
  }

  public Calibration {
    limits = Map.copyOf(limits);
    limits.forEach(
        (name, limit) -> {
          if (!Float.isFinite(limit) || limit < 0) {
            throw new IllegalArgumentException(
                Text.of("the limit of '%s' is %s, not a finite number of 0 or more", name, limit));
          }
        });
    if (pictures < 1) {
      throw new IllegalArgumentException("a calibration needs a picture");
    }
  }
}
