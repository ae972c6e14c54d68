package io.residua.cli;

import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.internal.NeighbourLabels;
import io.residua.engine.Compute;
import io.residua.features.internal.NetworkFeatures;
import io.residua.model.ModelFile;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Labels that similar pictures contradict, by a network's features. */
final class LabelDoubts {
  private final String model;
  private final WeightSource weights;
  private final Optional<Path> kept;
  private final ComputeOptions options;

  /**
   * @param model as the user typed it
   * @param weights where it comes from
   * @param features where features are kept; empty to keep none
   */
  LabelDoubts(String model, WeightSource weights, ComputeOptions options, Optional<Path> features) {
    this.model = model;
    this.weights = weights;
    this.options = options;
    this.kept = features;
  }

  List<Finding> of(ImageDataset data, Console console) {
    if (data.classes().size() < 2) {
      console.progress().warn("--features needs labels of two classes or more and is left out");
      return List.of();
    }
    Compute compute = Computing.of(options, "auto", console);
    ModelFile opened = ModelFile.open(model, weights, console.progress());
    console.note(Models.describe(model, opened.spec(), compute));
    try (NetworkFeatures features = NetworkFeatures.of(opened, compute, kept)) {
      NeighbourLabels neighbours =
          new NeighbourLabels(data.samples(), data.classes(), features.size());
      features.forEach(
          data.samples().stream().map(Sample::source).toList(),
          neighbours::put,
          "features",
          console.progress());
      return neighbours.findings(console.progress());
    }
  }
}
