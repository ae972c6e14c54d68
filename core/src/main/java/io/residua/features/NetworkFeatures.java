package io.residua.features;

import io.residua.Progress;
import io.residua.data.PictureSource;
import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.model.PictureLoader;
import io.residua.nn.Network;
import java.util.List;

/**
 * What a model's network sees in pictures before it decides: its last feature map, averaged over
 * positions (2048 numbers for ResNet-50), or for a classic classifier the features that it answers.
 * An int8 model's are computed in fp32.
 *
 * <pre>{@code
 * try (NetworkFeatures features = new NetworkFeatures(classifier.model(), classifier.compute())) {
 *   features.forEach(
 *       pictures, (i, values, offset) -> use(i, values, offset), Progress.NONE, "features");
 * }
 * }</pre>
 */
public final class NetworkFeatures implements AutoCloseable {
  private final ModelSpec spec;
  private final BatchRunner runner;

  public NetworkFeatures(ModelFile model, Compute compute) {
    spec = model.spec();
    Network network =
        spec.features().isPresent()
            ? spec.network()
            : new FeatureLayer("avgpool", spec.classes().size())
                .network(spec.architecture(), spec.head(), spec.picture());
    Compute floating =
        compute.precision() == Precision.INT8 ? compute.with(Precision.FP32) : compute;
    runner = new BatchRunner(network, model.weights(), spec.picture(), floating);
  }

  /** How many numbers a picture has. */
  public int size() {
    return runner.outputSize();
  }

  /**
   * Computes them on all processors; pictures that can't be read are reported and left out.
   *
   * @param what it is called while it is under way
   */
  public void forEach(
      List<? extends PictureSource> pictures,
      BatchRunner.Sink sink,
      Progress progress,
      String what) {
    PictureLoader loader = new PictureLoader(pictures, spec.preprocessing(), progress);
    try (Progress.Task task = progress.start(what, pictures.size(), "images")) {
      runner.runAll(pictures.size(), loader, sink, task);
    }
  }

  @Override
  public void close() {
    runner.close();
  }
}
