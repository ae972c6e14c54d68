package io.residua.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.nn.Head;
import io.residua.weights.CatalogueEntry;
import io.residua.weights.Coverage;
import io.residua.weights.ImageNetClass;
import io.residua.weights.LoadedWeights;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Opens models, a user's own and published ones. */
final class Models {
  private Models() {}

  /**
   * A model file, or published weights with their own head by their name in the catalogue.
   *
   * @throws io.residua.ResiduaException with one line, if there is no such model
   */
  static ModelFile open(
      String nameOrFile, WeightSource weights, Progress progress, boolean offline) {
    if (weights.catalogue().find(nameOrFile).isEmpty() && isFile(nameOrFile)) {
      return ModelFile.read(Path.of(nameOrFile));
    }
    return published(weights.load(nameOrFile, progress, offline));
  }

  private static boolean isFile(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false; // loading it says what is wrong
    }
  }

  private static ModelFile published(LoadedWeights loaded) {
    CatalogueEntry entry =
        loaded
            .entry()
            .orElseThrow(() -> new ModelException(loaded.name() + ": not in the catalogue"));
    List<ImageNetClass> classes = ImageNetClass.all();
    ModelSpec spec =
        new ModelSpec(
            entry.architecture(),
            new Head.GapLinear(),
            classes.stream().map(ImageNetClass::name).toList(),
            classes.stream().map(ImageNetClass::wnid).toList(),
            CataloguePreprocessing.of(entry));
    Coverage.of(spec.network(), loaded.weights()).requireExact(loaded.name());
    ObjectNode provenance = JsonNodeFactory.instance.objectNode();
    provenance.put("weights", entry.name()).put("licence", entry.licence());
    return new ModelFile(spec, loaded.weights(), JsonNodeFactory.instance.objectNode(), provenance);
  }
}
