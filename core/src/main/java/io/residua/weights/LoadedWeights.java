package io.residua.weights;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Weights and what is known of them.
 *
 * @param name what the user asked for: a catalogue name or a file
 * @param file where they lie; they are memory-mapped
 * @param weights under the names of the network that was recognised, or the file's own
 * @param metadata of the file
 * @param entry what the catalogue says, if they come from it
 * @param recognition which known network they are of, if they do not come from the catalogue
 */
public record LoadedWeights(
    String name,
    Path file,
    WeightMap weights,
    Map<String, String> metadata,
    Optional<CatalogueEntry> entry,
    Optional<Recognition> recognition) {

  /** The known network they belong to: the catalogue's, or the one that was recognised. */
  public Optional<String> architecture() {
    return entry
        .map(CatalogueEntry::architecture)
        .or(() -> recognition.map(Recognition::architecture));
  }

  /** How pictures are prepared for them, as the catalogue says or as is usual for the network. */
  public Optional<CatalogueEntry.Preparation> preparation() {
    return entry
        .map(CatalogueEntry::preprocessing)
        .or(() -> recognition.map(Recognition::preparation));
  }
}
