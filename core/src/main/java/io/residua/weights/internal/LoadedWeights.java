package io.residua.weights.internal;

import io.residua.image.Preprocessing;
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
 * @param head what is on the network's backbone
 */
public record LoadedWeights(
    String name,
    Path file,
    WeightMap weights,
    Map<String, String> metadata,
    Optional<CatalogueEntry> entry,
    Optional<Recognition> recognition,
    FileHead head) {

  /** The same with other tensors. */
  LoadedWeights with(WeightMap other) {
    return new LoadedWeights(name, file, other, metadata, entry, recognition, head);
  }

  /** The known network they belong to: the catalogue's, or the one that was recognised. */
  public Optional<String> architecture() {
    return entry
        .map(CatalogueEntry::architecture)
        .or(() -> recognition.map(Recognition::architecture));
  }

  /**
   * What the file says is done to the last layer's outputs, such as {@code softmax} or {@code
   * sigmoid}; empty where it does not say, which is usual.
   */
  public Optional<String> activation() {
    return Optional.ofNullable(metadata.get(LastActivation.KEY));
  }

  /** Names of the classes that the file or a configuration beside it gives; else none. */
  public Labels labels() {
    return config()
        .map(ModelConfig::labels)
        .filter(labels -> !labels.names().isEmpty())
        .orElseGet(() -> OnnxLearned.labels(metadata));
  }

  /**
   * How pictures are prepared for them, as the catalogue or a configuration beside the file says,
   * or as is usual for the network.
   */
  public Optional<Preprocessing> preprocessing() {
    return entry
        .map(CatalogueEntry::preprocessing)
        .or(() -> recognition.map(Recognition::preprocessing));
  }

  /** What a configuration beside the file says of it, if one does. */
  public Optional<ModelConfig> config() {
    return recognition.flatMap(Recognition::config);
  }
}
