package io.residua.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.image.Preprocessing;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.weights.internal.Initialisation;
import java.util.List;

/** Networks of random weights that say what they would if they knew something. */
public final class RandomModel {
  private RandomModel() {}

  public static ModelFile of(
      String architecture, String head, List<String> classes, Preprocessing input, long seed) {
    ModelSpec spec = new ModelSpec(architecture, Head.parse(head), classes, List.of(), input);
    JsonNodeFactory json = JsonNodeFactory.instance;
    return new ModelFile(
        spec,
        new Initialisation(seed, Initialisation.LinearRule.TORCH).weights(spec.network()),
        json.objectNode(),
        json.objectNode());
  }
}
