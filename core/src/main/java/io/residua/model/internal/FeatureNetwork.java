package io.residua.model.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.UsageException;
import io.residua.image.Preprocessing;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.run.internal.Provenance;

/**
 * What computes features of pictures, without its weights.
 *
 * @param architecture name of the backbone
 * @param head the network's own
 * @param layer which values are the features
 * @param preprocessing how a picture becomes the network's input
 * @param weights name or file of the weights, as the user gave it
 * @param licence of the weights, or empty
 * @param weightsSha256 over name, shape and values of every parameter that the features depend on
 */
public record FeatureNetwork(
    String architecture,
    Head head,
    FeatureLayer layer,
    Preprocessing preprocessing,
    String weights,
    String licence,
    String weightsSha256) {

  /**
   * A layer of a model.
   *
   * @param weights what the user calls the model
   * @throws UsageException with one line, if the model has no such layer
   */
  public static FeatureNetwork of(
      ModelFile model, String weights, String layer, Preprocessing preprocessing) {
    ModelSpec spec = model.spec();
    if (spec.features().isPresent()) {
      throw new ModelException(
          weights + ": answers with a classic classifier; give the network that it was fitted on");
    }
    FeatureLayer wanted = new FeatureLayer(layer, spec.classes().size());
    Network network =
        wanted.network(
            spec.architecture(),
            spec.head(),
            Shape.picture(preprocessing.channels(), preprocessing.sizePx()));
    return new FeatureNetwork(
        spec.architecture(),
        spec.head(),
        wanted,
        preprocessing,
        weights,
        new Provenance(model.provenance()).licence(),
        ModelHash.ofTensors(
            network.parameters().stream().map(Parameter::name).toList(), model.weights()));
  }

  public Shape picture() {
    return Shape.picture(preprocessing.channels(), preprocessing.sizePx());
  }

  public Network network() {
    return layer.network(architecture, head, picture());
  }

  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("architecture", architecture);
    json.put("head", head.text());
    json.put("layer", layer.name());
    json.put("outputs", layer.outputs());
    json.set("preprocessing", preprocessing.toJson());
    json.put("weights", weights);
    json.put("weights_licence", licence);
    json.put("weights_sha256", weightsSha256);
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException with one line, if it is anything else
   */
  public static FeatureNetwork parse(JsonNode json) {
    return new FeatureNetwork(
        json.path("architecture").asText(),
        Head.parse(json.path("head").asText()),
        new FeatureLayer(json.path("layer").asText(), json.path("outputs").asInt()),
        Preprocessing.fromJson(json.path("preprocessing")),
        json.path("weights").asText(),
        json.path("weights_licence").asText(),
        json.path("weights_sha256").asText());
  }
}
