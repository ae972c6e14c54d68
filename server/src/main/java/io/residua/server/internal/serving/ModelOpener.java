package io.residua.server.internal.serving;

import io.residua.Progress;
import io.residua.model.Classifier;
import io.residua.model.internal.OnlineClassifier;
import io.residua.weights.WeightSource;

/**
 * Opens models, warms them up and checks them.
 *
 * @param mostPixels a picture that declares more is refused
 */
public record ModelOpener(
    WeightSource weights, Classifier.Options options, long mostPixels, Progress progress) {

  /**
   * A model that is ready to answer.
   *
   * @throws io.residua.ResiduaException with one line, if it can't be opened or answers otherwise
   *     than its check pictures say
   */
  OnlineClassifier open(ModelSource source) {
    OnlineClassifier opened =
        OnlineClassifier.open(source.namesOrFiles(), weights, options, mostPixels, progress);
    try {
      opened.warmUp();
      CheckPictures.of(source).check(opened);
      return opened;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }
}
