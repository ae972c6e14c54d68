package io.residua.server.internal.v2;

import io.residua.image.Preprocessing;
import io.residua.model.internal.OnlineClassifier;
import io.residua.server.internal.serving.ServedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the protocol needs to know of one version of a model.
 *
 * @param version null where the model has none
 * @param preprocessing how a picture becomes its input
 * @param features how many features it tells of a picture; 0 if it tells none
 */
record ModelFacts(
    String name,
    @Nullable String version,
    Preprocessing preprocessing,
    List<String> classes,
    int features) {

  static ModelFacts of(ServedModel model) {
    OnlineClassifier classifier = model.classifier();
    return new ModelFacts(
        model.name(),
        model.version(),
        model.spec().preprocessing(),
        model.spec().classes(),
        classifier.featuresProblem() == null ? classifier.featureCount() : 0);
  }
}
