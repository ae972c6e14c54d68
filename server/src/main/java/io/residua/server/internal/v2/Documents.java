package io.residua.server.internal.v2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Build;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.serving.ModelStatus;
import java.util.List;

/** What the protocol tells of the server and its models. */
public final class Documents {
  public static final String SERVER = "residua";
  public static final List<String> EXTENSIONS =
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

  static ObjectNode model(ModelInfo model) {
    ObjectNode json = object().put("name", model.name());
    if (!model.versions().isEmpty()) {
      model.versions().forEach(json.putArray("versions")::add);
    }
    json.put("platform", ModelInfo.PLATFORM);
    add(json.putArray("inputs"), model.inputs());
    add(json.putArray("outputs"), model.outputs());
    return json;
  }

  private static void add(ArrayNode json, List<ModelInfo.Tensor> tensors) {
    for (ModelInfo.Tensor tensor : tensors) {
      ObjectNode one = json.addObject();
      one.put("name", tensor.name()).put("datatype", tensor.datatype());
      tensor.shape().forEach(one.putArray("shape")::add);
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

  /**
   * Triton takes configurations and files of models as parameters of what loads them.
   *
   * @throws RequestException if this is one
   */
  public static void requireNoFile(String parameter) {
    if (parameter.equals("config") || parameter.startsWith("file:")) {
      throw Messages.badRequest(
          "models are loaded from where the server was told they lie; parameter '"
              + Messages.quoted(parameter)
              + "' is not taken");
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
