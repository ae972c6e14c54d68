package io.residua.server.internal.serving;

import io.residua.explain.GradCam;
import io.residua.image.RgbImage;
import io.residua.model.ModelSpec;
import io.residua.model.internal.OnlineClassifier;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One version of a model, open. Whoever answers by it holds it; it closes when nobody does. */
public final class ServedModel {
  private final String name;
  private final @Nullable String version;
  private final OnlineClassifier classifier;
  private final Runnable closing;
  private final Object hashing = new Object();
  private @Nullable String sha256;
  private @Nullable GradCam explainer;
  private int holders = 1;

  /**
   * @param version null where the model has none
   * @param closing is run when nobody holds this any more, before it closes
   */
  ServedModel(
      String name,
      @Nullable String version,
      OnlineClassifier classifier,
      Consumer<ServedModel> closing) {
    this.name = name;
    this.version = version;
    this.classifier = classifier;
    this.closing = () -> closing.accept(this);
  }

  public String name() {
    return name;
  }

  /** Null where the model has none. */
  public @Nullable String version() {
    return version;
  }

  public OnlineClassifier classifier() {
    return classifier;
  }

  public ModelSpec spec() {
    return classifier.spec();
  }

  /** Of all that its answers depend on; takes a while when it is asked first. */
  public String sha256() {
    synchronized (hashing) {
      if (sha256 == null) {
        sha256 = classifier.classifier().sha256();
      }
      return sha256;
    }
  }

  /** Why its answers cannot be explained, one line; null where they can. */
  public @Nullable String explanationProblem() {
    if (classifier.classifier().models().size() > 1) {
      return "an ensemble's answers cannot be explained; ask one of its models";
    }
    return classifier.classifier().model().classic().isPresent()
        ? "Grad-CAM needs the logits of a network; this model's answers are a classic classifier's"
        : null;
  }

  /** Where in a picture it saw a class, as a PNG. */
  byte[] explain(RgbImage picture, int classIndex) {
    return explainer().explain(picture, OptionalInt.of(classIndex)).overlay().toPng();
  }

  private synchronized GradCam explainer() {
    if (explainer == null) {
      explainer =
          GradCam.of(
              classifier.classifier().model(),
              GradCam.lastStage(spec()),
              classifier.classifier().compute());
    }
    return explainer;
  }

  /** Holds it once more; false if it is closed. */
  synchronized boolean hold() {
    if (holders == 0) {
      return false;
    }
    holders++;
    return true;
  }

  /** Lets go; the last one closes it. */
  public void release() {
    synchronized (this) {
      holders--;
      if (holders > 0) {
        return;
      }
    }
    closing.run();
    classifier.close();
    synchronized (this) {
      if (explainer != null) {
        explainer.close();
      }
    }
  }
}
