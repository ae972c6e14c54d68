package io.residua.engine.internal;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.engine.internal.Calibration.Method;
import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Measures how large a network's activations get, so that it can compute in int8. It runs the
 * network in fp32 over typical pictures (a hundred or two are enough; no labels are needed, and not
 * those that the network is measured on). A part of the pictures, every fifth up to fifty in all,
 * is kept aside: there int8 is compared with fp32, which tells how much it loses, and which method
 * loses less.
 *
 * <p>What a convolution adds to in place is measured before the sum too: other runtimes keep both
 * summands in 8 bits.
 */
public final class Calibrator {
  private static final int EVERY = 5;
  private static final int MOST_ASIDE = 50;

  private final Executor executor = Executors.with(Precision.INT8);
  private final Network network;
  private final WeightMap weights;
  private final Shape picture;
  private final int threads;

  /**
   * @param picture shape of the pictures
   * @param threads how many compute, at least 1
   * @throws NativesException if oneDNN cannot compute here
   */
  public Calibrator(Network network, WeightMap weights, Shape picture, int threads) {
    executor
        .problem()
        .ifPresent(
            reason -> {
              throw new NativesException(
                  Text.of(
                      "%s cannot compute here, which int8 needs: %s", executor.label(), reason));
            });
    this.network = network;
    this.weights = weights;
    this.picture = picture;
    this.threads = threads;
  }

  /**
   * How close int8 comes to fp32 on pictures that the calibration has not seen.
   *
   * @param pictures how many were compared
   * @param relativeError root mean square of the outputs' differences, divided by that of the
   *     outputs themselves
   * @param sameAnswer how many have their largest output in the same place
   */
  public record Agreement(int pictures, double relativeError, int sameAnswer) {}

  /**
   * A calibration and what was measured.
   *
   * @param calibration by the method asked for, or the one that loses less
   * @param measured for each method tried; empty if there was only one picture
   */
  public record Result(Calibration calibration, Map<Method, Agreement> measured) {}

  /** A picture kept aside, and what fp32 makes of it. */
  private record Reference(float[] input, float[] output) {}

  /**
   * Looks at pictures 0 to {@code count - 1}.
   *
   * @param method empty to take the one that loses less
   * @param source where the pictures come from, one line for people, kept in the calibration
   * @throws ResiduaException if not one picture could be read, or an activation is not finite
   */
  public Result calibrate(
      InputSource pictures, int count, Optional<Method> method, String source, Progress progress) {
    Set<String> names =
        Quantization.values(new FusedGraph(network, weights, Set.of(network.output())));
    names.addAll(FusedGraph.summands(network));
    names.remove(Network.INPUT);
    Set<String> shown = new HashSet<>(names);
    shown.add(network.output());
    Map<String, Magnitudes> magnitudes = new HashMap<>();
    List<Reference> aside = new ArrayList<>();
    int seen = 0;
    try (ActivationProbe probe = executor.probe(network, weights, picture, shown, threads);
        Progress.Task task = progress.start("calibrate", count, "images")) {
      float[] input = new float[picture.size()];
      for (int i = 0; i < count; i++) {
        if (pictures.load(i, input, 0)) {
          probe.run(input);
          if (i % EVERY == EVERY - 1 && aside.size() < MOST_ASIDE) {
            aside.add(new Reference(input.clone(), output(probe)));
          } else {
            add(probe, names, magnitudes);
            seen++;
          }
        }
        task.advance(1);
      }
    }
    if (seen == 0) {
      throw new ResiduaException(
          Text.of("not one of %s to calibrate with could be read", Text.count(count, "picture")));
    }
    return best(magnitudes, seen, method, source, aside);
  }

  private float[] output(ActivationProbe probe) {
    FloatBuffer values = requireNonNull(probe.values().get(network.output()));
    float[] output = new float[values.capacity()];
    values.get(0, output);
    return output;
  }

  private static void add(
      ActivationProbe probe, Set<String> names, Map<String, Magnitudes> magnitudes) {
    for (String name : names) {
      FloatBuffer values = requireNonNull(probe.values().get(name));
      float[] copy = new float[values.capacity()];
      values.get(0, copy);
      try {
        magnitudes.computeIfAbsent(name, n -> new Magnitudes()).add(copy);
      } catch (IllegalArgumentException e) {
        throw new ResiduaException(
            Text.of("cannot calibrate: layer %s gives values that are not finite", name), e);
      }
    }
  }

  private Result best(
      Map<String, Magnitudes> magnitudes,
      int seen,
      Optional<Method> wanted,
      String source,
      List<Reference> aside) {
    Map<Method, Agreement> measured = new EnumMap<>(Method.class);
    Calibration best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Method method : wanted.map(List::of).orElse(List.of(Method.values()))) {
      Map<String, Float> limits = new TreeMap<>();
      magnitudes.forEach((name, m) -> limits.put(name, m.percentile(method.percent)));
      Calibration calibration = new Calibration(limits, method, seen, source);
      double error = 0;
      if (!aside.isEmpty()) {
        Agreement agreement = compare(calibration, aside);
        measured.put(method, agreement);
        error = agreement.relativeError();
      }
      if (best == null || error < least) {
        best = calibration;
        least = error;
      }
    }
    return new Result(requireNonNull(best), measured);
  }

  private Agreement compare(Calibration calibration, List<Reference> aside) {
    double differences = 0;
    double size = 0;
    int same = 0;
    try (InferenceSession session =
        Engine.inference(
            network,
            weights,
            picture,
            1,
            new Compute(executor.device(), Precision.INT8, threads),
            calibration)) {
      float[] output = new float[session.outputSize()];
      for (Reference reference : aside) {
        session.run(reference.input(), 1, output);
        int largest = 0;
        int expected = 0;
        for (int i = 0; i < output.length; i++) {
          double difference = (double) output[i] - reference.output()[i];
          differences += difference * difference;
          size += (double) reference.output()[i] * reference.output()[i];
          largest = output[i] > output[largest] ? i : largest;
          expected = reference.output()[i] > reference.output()[expected] ? i : expected;
        }
        same += largest == expected ? 1 : 0;
      }
    }
    return new Agreement(aside.size(), size == 0 ? 0 : Math.sqrt(differences / size), same);
  }
}
