package io.residua.engine.internal;

import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that computes networks. Each is a package of its own, which nothing else knows but the
 * list in {@link Executors}; all pass the same tests, each compared with plain Java.
 */
public interface Executor {
  /** The device that it is. */
  Device device();

  /** Its name for people, for instance {@code oneDNN}. */
  String label();

  /** Why it cannot compute on this machine, in words; empty where it can. May load libraries. */
  Optional<String> problem();

  /**
   * Loads what every session needs, where it can compute here; a caller may do so ahead of time.
   */
  default void prepare() {}

  /** The types that it has code for, whatever the machine. */
  Set<Precision> precisions();

  /** The type that suits this machine, of those that need no calibration. */
  Precision usual();

  /**
   * Makes sure that it computes here in the given type.
   *
   * @param training whether gradients are computed too
   * @throws NativesException with one line that says why it does not and what would
   */
  void require(Precision precision, boolean training);

  /**
   * Whether many threads are put to use by a session on each, side by side; else one session uses
   * all threads.
   */
  boolean sideBySide();

  /** What a measurement of its speed depends on, in one line: processor and version. */
  String version();

  /**
   * A session on all threads.
   *
   * @param batchSize the most pictures a call takes
   * @return one that is {@link Sharing}, where sessions work side by side and this is of single
   *     pictures on several threads
   * @throws io.residua.weights.internal.WeightsException if a parameter of the network is missing
   * @throws NativesException if it cannot compute here in that precision
   * @throws IllegalArgumentException if the pictures do not fit the network
   */
  InferenceSession inference(Inference what, int batchSize);

  /**
   * Sessions that share their weights, for use by as many threads: of that shape where sessions
   * work side by side, else one. They are closed last to first.
   */
  List<InferenceSession> workers(Inference what, SessionShape shape);

  /**
   * A session that trains.
   *
   * @throws io.residua.weights.internal.WeightsException if a parameter of the network is missing
   * @throws NativesException if it cannot train here in that precision
   * @throws IllegalArgumentException if the pictures or the options do not fit the network
   */
  TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options);

  /**
   * A look at values within a network, in fp32.
   *
   * @param names nodes whose outputs are shown, or {@link Network#INPUT}
   */
  ActivationProbe probe(
      Network network, WeightMap weights, Shape picture, Set<String> names, int threads);

  /** A session whose weights others may use. */
  interface Sharing extends InferenceSession {
    /**
     * Another session, on one thread, with this one's weights; to be closed before this one.
     *
     * @param batchSize the most pictures a call takes
     */
    InferenceSession another(int batchSize);
  }
}
