package io.residua.server.internal.v2;

import io.residua.server.internal.serving.ModelStatus;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A model's inputs and outputs, as the protocol tells of them.
 *
 * @param versions that there are; none where the model has none
 */
public record ModelInfo(
    String name, List<String> versions, List<Tensor> inputs, List<Tensor> outputs) {
  /** What the protocol calls a model of ours. */
  public static final String PLATFORM = "residua_safetensors";

  /**
   * An input or an output.
   *
   * @param shape -1 is a length that a request decides
   */
  public record Tensor(String name, String datatype, List<Long> shape) {}

  /** Of one of the models that are served. */
  public static ModelInfo of(ServedModel served, Models models) {
    ModelFacts model = ModelFacts.of(served);
    List<String> versions =
        models.index().stream()
            .filter(status -> status.name().equals(model.name()))
            .map(ModelStatus::version)
            .filter(Objects::nonNull)
            .toList();
    return of(model, versions);
  }

  static ModelInfo of(ModelFacts model, List<String> versions) {
    List<Tensor> outputs = new ArrayList<>();
    for (Output output : Output.of(model)) {
      outputs.add(
          new Tensor(output.label(), output.datatype().name(), List.of(-1L, output.width(model))));
    }
    return new ModelInfo(
        model.name(),
        versions,
        List.of(new Tensor(PictureInputs.NAME, Datatype.BYTES.name(), List.of(-1L))),
        List.copyOf(outputs));
  }
}
