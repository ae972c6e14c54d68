package io.residua.engine.plain;

import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.ActivationProbe;
import io.residua.engine.internal.Executor;
import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.SessionShape;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plain Java: on every platform, and what the others are compared with. */
public final class JavaExecutor implements Executor {
  @Override
  public Device device() {
    return Device.JAVA;
  }

  @Override
  public String label() {
    return "plain Java";
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }

  @Override
  public Set<Precision> precisions() {
    return Set.of(Precision.FP32);
  }

  @Override
  public Precision usual() {
    return Precision.FP32;
  }

  @Override
  public void require(Precision precision, boolean training) {
    if (precision != Precision.FP32) {
      throw new IllegalArgumentException("the plain Java executor computes in fp32 only");
    }
  }

  @Override
  public boolean sideBySide() {
    return false;
  }

  @Override
  public String version() {
    return label();
  }

  @Override
  public InferenceSession inference(Inference what, int batchSize) {
    return new JavaInference(
        what.network(), what.weights(), what.picture(), batchSize, what.compute().threads());
  }

  @Override
  public List<InferenceSession> workers(Inference what, SessionShape shape) {
    return List.of(inference(what, shape.picturesPerCall()));
  }

  @Override
  public TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return new JavaTraining(network, weights, picture, options);
  }

  @Override
  public ActivationProbe probe(
      Network network, WeightMap weights, Shape picture, Set<String> names, int threads) {
    return new JavaProbe(network, weights, picture, names, threads);
  }
}
