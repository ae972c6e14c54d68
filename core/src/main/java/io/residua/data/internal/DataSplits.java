package io.residua.data.internal;

import io.residua.data.ImageDataset;
import io.residua.data.Part;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A set divided for a run.
 *
 * @param training train and validation
 * @param test the pictures for the final measurement, if there are any
 */
public record DataSplits(TrainingData training, Optional<TestSet> test) {

  public List<String> classes() {
    return training.train().classes();
  }

  /** The datasets by part, for whoever lists or reports them. */
  public Map<Part, ImageDataset> byPart() {
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    parts.put(Part.TRAIN, training.train());
    parts.put(Part.VALIDATION, training.validation());
    test.ifPresent(t -> parts.put(Part.TEST, t.data()));
    return parts;
  }
}
