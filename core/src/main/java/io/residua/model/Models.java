package io.residua.model;

import io.residua.Progress;
import io.residua.weights.SafetensorsFile;
import io.residua.weights.WeightFile;
import io.residua.weights.WeightSource;

/** Opens models, a user's own and published ones. */
final class Models {
  private Models() {}

  /**
   * A model file, published weights by their name in the catalogue, or a weight file of a known
   * network with its head.
   *
   * @throws io.residua.ResiduaException with one line, if there is no such model
   */
  static ModelFile open(String nameOrFile, WeightSource weights, Progress progress) {
    WeightFile file = WeightFile.open(weights.locate(nameOrFile, progress));
    if (!(file instanceof SafetensorsFile own && ModelFile.isModel(own.metadata()))) {
      return PublishedModel.of(weights.load(nameOrFile, file, progress), progress);
    }
    if (weights.prefix().isPresent()) {
      throw new ModelException(
          nameOrFile + ": a model of Residua's has no prefixes; leave --prefix out");
    }
    return ModelFile.read(own);
  }
}
