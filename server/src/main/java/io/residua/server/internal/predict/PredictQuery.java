package io.residua.server.internal.predict;

import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Wanted;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * What is asked behind the question mark of {@code /predict}.
 *
 * @param top how many classes a picture is given, at most
 */
record PredictQuery(int top, Wanted wanted) {
  private static final int USUAL_TOP = 3;
  private static final long LONGEST_MILLIS = 86_400_000;
  private static final String TIMEOUT_HEADER = "X-Timeout-Ms";
  private static final Set<String> KNOWN =
      new TreeSet<>(Set.of("top", "features", "explain", "timeout_ms"));

  /**
   * @throws RequestException with one line, if it is not understood
   */
  static PredictQuery of(Exchange exchange) {
    Fields query = exchange.query();
    for (String name : query.getNames()) {
      if (!KNOWN.contains(name)) {
        throw new RequestException(
            400,
            Text.of(
                "unknown parameter '%s'; there are %s%s",
                Printable.shortened(name, 64),
                String.join(", ", KNOWN),
                Nearest.meant(name, KNOWN)));
      }
    }
    String timeout = query.getValue("timeout_ms");
    if (timeout == null) {
      timeout = exchange.header(TIMEOUT_HEADER);
    }
    if (timeout != null) {
      exchange.within(1000 * number("timeout_ms", timeout, 1, LONGEST_MILLIS));
    }
    return new PredictQuery(
        (int) number("top", query.getValue("top"), 1, 1_000_000, USUAL_TOP),
        new Wanted(isTrue(query.getValue("features")), isGradCam(query.getValue("explain"))));
  }

  private static long number(
      String name, @Nullable String value, long least, long most, long usual) {
    return value == null ? usual : number(name, value, least, most);
  }

  private static long number(String name, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new RequestException(
        400,
        Text.of(
            "%s=%s: must be a whole number from %d to %d",
            name, Printable.shortened(value, 64), least, most));
  }

  private static boolean isTrue(@Nullable String value) {
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new RequestException(
          400, Text.of("features=%s: must be true or false", Printable.shortened(value, 64)));
    }
    return "true".equals(value);
  }

  private static boolean isGradCam(@Nullable String value) {
    if (value != null && !value.equals("gradcam")) {
      throw new RequestException(
          400, Text.of("explain=%s: must be gradcam", Printable.shortened(value, 64)));
    }
    return value != null;
  }

  /** Refuses what the model does not have. */
  void require(ServedModel model) {
    String featuresProblem = model.classifier().featuresProblem();
    if (wanted.features() && featuresProblem != null) {
      throw new RequestException(422, featuresProblem);
    }
    String explanationProblem = model.explanationProblem();
    if (wanted.explanation() && explanationProblem != null) {
      throw new RequestException(422, explanationProblem);
    }
  }
}
