package io.residua.train.internal;

import io.residua.Progress;
import io.residua.engine.Compute;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How and where a run computes.
 *
 * @param folder where files go that are needed meanwhile
 * @param features where what frozen layers make of pictures is kept for other runs; empty to keep
 *     none
 */
public record RunContext(Compute compute, Progress progress, Path folder, Optional<Path> features) {

  /** The same for a network that no other run has. */
  RunContext keepingNothing() {
    return new RunContext(compute, progress, folder, Optional.empty());
  }

  /** The same in another folder. */
  RunContext in(Path other) {
    return new RunContext(compute, progress, other, features);
  }
}
