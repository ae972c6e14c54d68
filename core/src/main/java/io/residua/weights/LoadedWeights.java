package io.residua.weights;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Weights and what is known of them.
 *
 * @param name what the user asked for: a catalogue name or a file
 * @param file where they lie; they are memory-mapped
 * @param metadata of the file
 * @param entry what the catalogue says, if they come from it
 */
public record LoadedWeights(
    String name,
    Path file,
    WeightMap weights,
    Map<String, String> metadata,
    Optional<CatalogueEntry> entry) {}
