package io.residua.model;

import io.residua.Progress;
import io.residua.data.PictureSource;
import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.nn.Network;
import java.util.List;

/**
 * What a model's network sees in pictures before its head decides: the input of the head, for
 * ResNets with a pooling head one number for each of the last layer's channels (2048 for
 * ResNet-50).
 *
 * <pre>{@code
 * PictureFeatures features = new PictureFeatures(classifier.model(), classifier.compute());
 * features.forEach(pictures, (i, values, offset) -> use(i, values, offset), Progress.NONE);
 * }</pre>
 */
public final class PictureFeatures {
  private static final String LAST = "flatten";

  private final ModelSpec spec;
  private final ModelFile model;
  private final Compute compute;
  private final Network body;

  public PictureFeatures(ModelFile model, Compute compute) {
    this.model = model;
    this.spec = model.spec();
    this.compute = compute;
    this.body = spec.network().upTo(LAST);
  }

  /** How many numbers a picture has. */
  public int size() {
    return body.outputShape(spec.picture()).size();
  }

  /** Computes them on all processors; pictures that can't be read are reported and left out. */
  public void forEach(
      List<? extends PictureSource> pictures, BatchRunner.Sink sink, Progress progress) {
    PictureLoader loader = new PictureLoader(pictures, spec.preprocessing(), progress);
    try (BatchRunner runner = new BatchRunner(body, model.weights(), spec.picture(), compute);
        Progress.Task task = progress.start("features", pictures.size(), "images")) {
      runner.runAll(pictures.size(), loader, sink, task);
    }
  }
}
