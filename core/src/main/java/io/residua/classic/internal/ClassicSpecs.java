package io.residua.classic.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.UsageException;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import java.util.HashMap;
import java.util.Map;

/** Reads back what {@link ClassicSpec#toJson} wrote. */
final class ClassicSpecs {
  private ClassicSpecs() {}

  static ClassicSpec of(ClassicTensors.Reader reader, ObjectNode json) {
    try {
      String kind = reader.text(json, "classifier");
      return switch (kind) {
        case "svc" -> svc(reader, json);
        case "logistic-regression" ->
            new LogisticSpec(
                reader.number(json, "C"),
                reader.number(json, "tolerance"),
                reader.count(json, "max_iterations"));
        case "nearest-neighbours" -> new NeighboursSpec(reader.count(json, "k"));
        default -> throw new ClassicException(Text.of("there is no classifier called '%s'", kind));
      };
    } catch (UsageException | IllegalArgumentException e) {
      throw new ClassicException("the stored classifier's settings: " + e.getMessage());
    }
  }

  private static SvcSpec svc(ClassicTensors.Reader reader, ObjectNode json) {
    Kernel kernel =
        new Kernel(
            ConstantNames.read(Kernel.Type.class, "kernel", reader.text(json, "kernel")),
            Gamma.parse(reader.text(json, "gamma")),
            reader.count(json, "degree"),
            reader.number(json, "coef0"));
    return new SvcSpec(
        kernel,
        reader.number(json, "C"),
        weights(json.path("class_weight")),
        reader.number(json, "tolerance"),
        json.path("probability").asBoolean());
  }

  private static ClassWeights weights(JsonNode node) {
    if (!node.isObject()) {
      return ClassWeights.BALANCED;
    }
    Map<Integer, Double> weights = new HashMap<>();
    node.fields()
        .forEachRemaining(
            e -> weights.put(Integer.valueOf(e.getKey()), e.getValue().doubleValue()));
    return ClassWeights.of(weights);
  }
}
