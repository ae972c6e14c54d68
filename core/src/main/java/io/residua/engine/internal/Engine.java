package io.residua.engine.internal;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions: a {@link Network} with its {@link WeightMap} made ready to compute on a {@link
 * Device}.
 *
 * <pre>{@code
 * Network network = Architecture.named("resnet50").network(1000);
 * try (InferenceSession session =
 *     Engine.inference(network, weights, Shape.rgb(224), 1, Compute.auto())) {
 *   float[] logits = new float[session.outputSize()];
 *   session.run(picture, 1, logits);
 * }
 * }</pre>
 */
public final class Engine {
  private Engine() {}

  /**
   * A session that computes the network's output. With a batch size of 1 all threads compute the
   * one picture together, in twice as many shares while other processes take their processors; a
   * larger batch is shared out over the threads.
   *
   * @param picture shape of the pictures
   * @param batchSize the most pictures a call takes
   * @throws io.residua.weights.internal.WeightsException if a parameter of the network is missing
   * @throws NativesException if oneDNN cannot compute here in that precision
   * @throws IllegalArgumentException if the pictures do not fit the network, or int8 is asked for
   */
  public static InferenceSession inference(
      Network network, WeightMap weights, Shape picture, int batchSize, Compute compute) {
    return inference(network, weights, picture, batchSize, compute, null);
  }

  /**
   * A session that computes the network's output, also in int8.
   *
   * @param picture shape of the pictures
   * @param batchSize the most pictures a call takes
   * @param calibration of this network with these weights; needed for int8, else not used
   * @throws io.residua.weights.internal.WeightsException if a parameter of the network is missing
   * @throws NativesException if oneDNN cannot compute here in that precision
   * @throws IllegalArgumentException if the pictures do not fit the network, or int8 is asked for
   *     without calibration
   */
  public static InferenceSession inference(
      Network network,
      WeightMap weights,
      Shape picture,
      int batchSize,
      Compute compute,
      @Nullable Calibration calibration) {
    return compute
        .device()
        .executor()
        .inference(new Inference(network, weights, picture, compute, calibration), batchSize);
  }

  /**
   * A session that trains the network.
   *
   * @param picture shape of the pictures
   * @throws io.residua.weights.internal.WeightsException if a parameter of the network is missing
   * @throws NativesException if oneDNN cannot train here in that precision
   * @throws IllegalArgumentException if the pictures or the options do not fit the network
   */
  public static TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options, Device device) {
    return device.executor().training(network, weights, picture, options);
  }
}
