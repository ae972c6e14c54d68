package io.residua.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Build;
import io.residua.Text;
import io.residua.classic.ClassicPipeline;
import io.residua.classic.ClassicRecipe;
import io.residua.classic.Svc;
import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.eval.Evaluation;
import io.residua.eval.TemperatureScaling;
import java.util.Arrays;

/** What a run of a classic classifier came to, as JSON. */
final class ClassicMetrics {
  private ClassicMetrics() {}

  static ObjectNode of(ClassicRun run, ClassicPipeline pipeline, DividedFeatures parts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(
        "selected_on",
        Text.of("%d folds of the train part", run.recipe().get(ClassicRecipe.FOLDS)));
    json.put("scaler", run.recipe().get("scaler"));
    json.put("features", pipeline.model().features());
    if (pipeline.model() instanceof Svc svc) {
      json.put("support_vectors", Arrays.stream(svc.supportPerClass()).sum());
    }
    part(json, "train", run.train(), parts.origin(Part.TRAIN));
    run.validation().ifPresent(e -> part(json, "val", e, parts.origin(Part.VALIDATION)));
    run.test().ifPresent(e -> part(json, "test", e, parts.origin(Part.TEST)));
    run.testWithTrainingScaler()
        .ifPresent(e -> part(json, "test_with_training_scaler", e, parts.origin(Part.TEST)));
    run.validation()
        .flatMap(validation -> TemperatureScaling.toJson(validation, run.test()))
        .ifPresent(scaling -> json.set("temperature_scaling", scaling));
    json.set("grid_search", run.grid().toJson());
    return json;
  }

  private static void part(ObjectNode json, String name, Evaluation evaluation, String origin) {
    ObjectNode part = evaluation.toJson();
    part.put("origin", origin);
    json.set(name, part);
  }

  /** Where the model comes from. */
  static ObjectNode provenance(
      ClassicRecipe recipe, Features features, Manifest manifest, String command) {
    ObjectNode json = features.provenance().deepCopy();
    json.put("weights", features.network().weights());
    if (!features.network().licence().isEmpty()) {
      json.put("weights_licence", features.network().licence());
    }
    json.put("weights_sha256", features.network().weightsSha256());
    json.put("data_manifest_sha256", manifest.hash());
    json.put("seed", recipe.get(ClassicRecipe.SEED));
    json.put("recipe", recipe.toYaml());
    Build.sign(json, command);
    return json;
  }

  static String text(ObjectNode json) {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("metrics that can't be written", e);
    }
  }
}
