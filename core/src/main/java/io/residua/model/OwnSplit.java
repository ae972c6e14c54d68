package io.residua.model;

import io.residua.data.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How the pictures were divided that a model was made from: the {@code split.csv} beside it. */
public final class OwnSplit {
  private static final String FILE = "split.csv";
  private static final String HASH = "data_manifest_sha256";

  private OwnSplit() {}

  /**
   * The division of the model's own run; empty where there is none beside it, or that of another.
   *
   * @param file of the model
   * @throws io.residua.data.DataException if it cannot be read
   */
  public static Optional<Manifest> beside(Path file, ModelFile model) {
    Path split = file.resolveSibling(FILE);
    if (!Files.isRegularFile(split)) {
      return Optional.empty();
    }
    Manifest manifest = Manifest.read(split);
    return model.provenance().path(HASH).asText().equals(manifest.hash())
        ? Optional.of(manifest)
        : Optional.empty();
  }
}
