package io.residua.server.internal.v2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Build;
import io.residua.server.internal.serving.ModelStatus;
import java.util.List;

/** What the protocol tells of the server and its models. */
final class Documents {
  private static final String SERVER = "residua";
  private static final String PLATFORM = "residua_safetensors";
  private static final List<String> EXTENSIONS =
      List.of("binary_tensor_data", "classification", "model_repository", "parameters");

  private Documents() {}

  static ObjectNode server() {
    ObjectNode json = object().put("name", SERVER).put("version", Build.current().version());
    EXTENSIONS.forEach(json.putArray("extensions")::add);
    return json;
  }

  static ObjectNode live() {
    return object().put("live", true);
  }

  static ObjectNode ready(boolean ready) {
    return object().put("ready", ready);
  }

  static ObjectNode ready(String model, boolean ready) {
    return object().put("name", model).put("ready", ready);
  }

  static ObjectNode models(List<String> names) {
    ObjectNode json = object();
    names.forEach(json.putArray("models")::add);
    return json;
  }

  /**
   * A model's inputs and outputs; -1 is a length that a request decides.
   *
   * @param versions that there are; none where the model has none
   */
  static ObjectNode model(ModelFacts model, List<String> versions) {
    ObjectNode json = object().put("name", model.name());
    if (!versions.isEmpty()) {
      versions.forEach(json.putArray("versions")::add);
    }
    json.put("platform", PLATFORM);
    add(json.putArray("inputs"), PictureInputs.NAME, Datatype.BYTES, -1);
    ArrayNode outputs = json.putArray("outputs");
    for (Output output : Output.of(model)) {
      add(outputs, output.label(), output.datatype(), -1, output.width(model));
    }
    return json;
  }

  private static void add(ArrayNode tensors, String name, Datatype type, long... shape) {
    ObjectNode tensor = tensors.addObject().put("name", name).put("datatype", type.name());
    ArrayNode lengths = tensor.putArray("shape");
    for (long length : shape) {
      lengths.add(length);
    }
  }

  static ArrayNode index(List<ModelStatus> models) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (ModelStatus model : models) {
      ObjectNode entry = json.addObject().put("name", model.name());
      if (model.version() != null) {
        entry.put("version", model.version());
      }
      entry.put("state", model.state().name()).put("reason", model.reason());
    }
    return json;
  }

  /** What was done with a model, as KServe tells it. */
  static ObjectNode done(String model, String what) {
    return object().put("name", model).put(what, true);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
