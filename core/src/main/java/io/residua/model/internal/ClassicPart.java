package io.residua.model.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.SvcSpec;
import io.residua.internal.Text;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelSpec;
import java.util.Optional;

/** What a model file says of a classic classifier in it. */
public final class ClassicPart {
  /** Key of the metadata that has what is no array. */
  public static final String KEY = "classic";

  private static final String LAYER = "layer";
  private static final String OUTPUTS = "outputs";

  private ClassicPart() {}

  /** Whether a tensor of that name belongs to the classifier, not to the network. */
  public static boolean isTensor(String name) {
    return name.startsWith(KEY + ".");
  }

  public static void describe(FeatureLayer layer, ObjectNode architecture) {
    architecture.put(LAYER, layer.name()).put(OUTPUTS, layer.outputs());
  }

  /** The layer that {@link #describe} wrote; empty for a model without a classic classifier. */
  public static Optional<FeatureLayer> layer(ObjectNode architecture) {
    if (!architecture.has(LAYER)) {
      return Optional.empty();
    }
    JsonNode layer = architecture.get(LAYER);
    JsonNode outputs = architecture.path(OUTPUTS);
    if (!layer.isTextual() || !outputs.isInt() || outputs.intValue() < 1) {
      throw new IllegalArgumentException("its 'architecture' is damaged");
    }
    return Optional.of(new FeatureLayer(layer.asText(), outputs.intValue()));
  }

  /**
   * Checks that the classifier answers what the network gives, with the model's classes.
   *
   * @throws IllegalArgumentException with one line, if it does not
   */
  public static void check(ClassicPipeline pipeline, ModelSpec spec) {
    int width = spec.network().outputShape(spec.picture()).size();
    if (pipeline.model().features() != width) {
      throw new IllegalArgumentException(
          Text.of(
              "its classifier takes %d features, the network gives %d",
              pipeline.model().features(), width));
    }
    for (int label : pipeline.model().classes()) {
      if (label < 0 || label >= spec.classes().size()) {
        throw new IllegalArgumentException(
            Text.of(
                "its classifier has a class %d, the model has %d", label, spec.classes().size()));
      }
    }
    if (pipeline.model().spec() instanceof SvcSpec svc && !svc.probability()) {
      throw new IllegalArgumentException(
          "a support vector machine answers pictures with probabilities; fit it withProbability");
    }
  }
}
