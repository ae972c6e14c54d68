package io.residua.weights.internal;

import io.residua.internal.OptionalLibrary;
import java.util.Optional;

/** Why a weight file can't be used, without the file's name. */
final class BadWeights extends Exception {
  private static final long serialVersionUID = 1L;

  BadWeights(String reason) {
    super(reason);
  }

  /**
   * Asks for a library before it is used.
   *
   * @throws BadWeights if it is not there
   */
  static void require(OptionalLibrary library) throws BadWeights {
    Optional<String> missing = library.missing();
    if (missing.isPresent()) {
      throw new BadWeights(missing.get());
    }
  }
}
