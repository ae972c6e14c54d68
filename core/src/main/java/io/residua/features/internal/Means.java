package io.residua.features.internal;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * With what networks are run on pictures.
 *
 * @param weights where networks come from
 * @param features where what they make of pictures is kept for other runs; empty to keep none
 */
public record Means(
    WeightSource weights, Compute compute, Progress progress, Optional<Path> features) {
  /** All processors in silence, with the user's caches of weights and features. */
  public static Means usual() {
    WeightSource source = WeightSource.ofEnvironment();
    return new Means(
        source, Compute.auto(), Progress.NONE, Optional.of(NetworkFeatures.beside(source)));
  }

  /** The same, but computing as given. */
  public Means on(Compute other) {
    return new Means(weights, other, progress, features);
  }

  /** The same, but reporting to the given progress. */
  public Means reportingTo(Progress other) {
    return new Means(weights, compute, other, features);
  }

  /** The same, but with other sources of weights, and features kept beside them. */
  public Means with(WeightSource other) {
    return new Means(other, compute, progress, Optional.of(NetworkFeatures.beside(other)));
  }

  /** The same, but with features kept in another folder; empty to keep none. */
  public Means keepingIn(Optional<Path> folder) {
    return new Means(weights, compute, progress, folder);
  }
}
