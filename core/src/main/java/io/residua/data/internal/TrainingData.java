package io.residua.data.internal;

import io.residua.data.ImageDataset;

/**
 * What a training run may look at. There is no test set here on purpose: whatever chooses a model,
 * an epoch or a parameter takes this and so cannot choose by the test set.
 *
 * @param train fitted on
 * @param trainOrigin where it came from, for instance {@code "the set's own train part"}
 * @param validation selected on; not augmented
 * @param validationOrigin for instance {@code "taken from train (20 %, seed 1)"}
 */
public record TrainingData(
    ImageDataset train, String trainOrigin, ImageDataset validation, String validationOrigin) {
  public TrainingData {
    if (!train.classes().equals(validation.classes())) {
      throw new IllegalArgumentException("train and validation have different classes");
    }
  }
}
