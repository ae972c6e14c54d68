package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.image.Preprocessing.Preset;
import io.residua.model.Prediction;
import io.residua.server.internal.serving.Outcome;
import io.residua.server.internal.v2.InferRequest.Parameters;
import io.residua.server.internal.v2.InferRequest.RequestedOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferResponseTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> CLASSES = List.of("cat", "dog", "süß: bird");
  private static final ModelFacts MODEL = model(2);
  private static final List<Outcome> ANSWERS =
      List.of(answer(new float[] {1, 3, 2}), answer(new float[] {0.5f, -1, 0}));

  private static ModelFacts model(int features) {
    return new ModelFacts("m", "2", Preset.TORCHVISION.preprocessing(), CLASSES, features);
  }

  private static Outcome answer(float[] logits) {
    return new Outcome(
        Prediction.ofLogits(logits, 0, CLASSES),
        null,
        logits,
        new float[] {logits[0], 7},
        new byte[0]);
  }

  private static InferResponse.Body body(Parameters parameters, RequestedOutput... outputs) {
    InferRequest request = new InferRequest("id 7", List.of(), List.of(outputs), parameters);
    return OutputPlan.of(request, MODEL).response(ANSWERS).body();
  }

  private static JsonNode json(InferResponse.Body body) throws IOException {
    return JSON.readTree(body.bytes(), 0, body.jsonLength().orElse(body.bytes().length));
  }

  private static JsonNode json(Parameters parameters, RequestedOutput... outputs)
      throws IOException {
    InferResponse.Body body = body(parameters, outputs);
    assertThat(body.jsonLength()).isEmpty();
    return json(body);
  }

  private static Parameters parameters(int top, boolean binary, int classes) {
    return new Parameters(top, 0, binary, classes);
  }

  private static JsonNode output(JsonNode response, String name) {
    for (JsonNode output : response.get("outputs")) {
      if (output.get("name").asText().equals(name)) {
        return output;
      }
    }
    throw new AssertionError(name + " is missing in " + response);
  }

  @Test
  void allOutputsButFeaturesAreToldUnlessSomeAreAskedFor() throws IOException {
    JsonNode response = json(parameters(1, false, 0));
    assertThat(response.get("id").asText()).isEqualTo("id 7");
    assertThat(response.get("model_name").asText()).isEqualTo("m");
    assertThat(response.get("model_version").asText()).isEqualTo("2");
    assertThat(response.get("outputs").findValuesAsText("name"))
        .containsExactly("probabilities", "logits", "label", "index");
    assertThat(output(response, "logits").toString())
        .isEqualTo(
            "{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[2,3],"
                + "\"data\":[1.0,3.0,2.0,0.5,-1.0,0.0]}");
    assertThat(output(response, "label").toString())
        .isEqualTo(
            "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[2,1],"
                + "\"data\":[\"dog\",\"cat\"]}");
    assertThat(output(response, "index").toString())
        .isEqualTo("{\"name\":\"index\",\"datatype\":\"INT64\",\"shape\":[2,1],\"data\":[1,0]}");
    JsonNode probabilities = output(response, "probabilities").get("data");
    for (int i = 0; i < 6; i++) {
      assertThat(probabilities.get(i).asDouble())
          .isCloseTo(ANSWERS.get(i / 3).prediction().probabilities().get(i % 3), within(1e-7));
    }
  }

  @Test
  void outputsComeInTheOrderAskedAndFeaturesWhereAskedFor() throws IOException {
    JsonNode response =
        json(
            parameters(2, false, 0),
            new RequestedOutput("label", null, null),
            new RequestedOutput("features", null, null));
    assertThat(response.get("outputs").findValuesAsText("name"))
        .containsExactly("label", "features");
    assertThat(output(response, "label").get("data").toString())
        .isEqualTo("[\"dog\",\"süß: bird\",\"cat\",\"süß: bird\"]");
    assertThat(output(response, "label").get("shape").toString()).isEqualTo("[2,2]");
    assertThat(output(response, "features").get("data").toString()).isEqualTo("[1.0,7.0,0.5,7.0]");
  }

  @Test
  void noMoreClassesAreToldThanThereAre() throws IOException {
    JsonNode response = json(parameters(1000, false, 1000));
    assertThat(output(response, "index").get("shape").toString()).isEqualTo("[2,3]");
    assertThat(output(response, "probabilities").get("shape").toString()).isEqualTo("[2,3]");
  }

  @Test
  void scoresMayBeToldAsTheBestClasses() throws IOException {
    JsonNode logits =
        output(json(parameters(1, false, 1), new RequestedOutput("logits", null, 2)), "logits");
    assertThat(logits.get("datatype").asText()).isEqualTo("BYTES");
    assertThat(logits.get("shape").toString()).isEqualTo("[2,2]");
    assertThat(logits.get("data").toString())
        .isEqualTo(
            "[\"3.000000:1:dog\",\"2.000000:2:süß: bird\",\"0.500000:0:cat\","
                + "\"0.000000:2:süß: bird\"]");
    JsonNode probabilities = output(json(parameters(1, false, 1)), "probabilities");
    assertThat(probabilities.get("data").get(0).asText()).startsWith("0.665").endsWith(":1:dog");
  }

  @Test
  void binaryOutputsStandBehindTheJsonInItsOrder() throws IOException {
    InferResponse.Body body =
        body(
            parameters(1, true, 0),
            new RequestedOutput("label", null, null),
            new RequestedOutput("index", false, null),
            new RequestedOutput("logits", true, null),
            new RequestedOutput("features", true, null));
    JsonNode json = json(body);
    assertThat(output(json, "index").get("data").toString()).isEqualTo("[1,0]");
    assertThat(output(json, "label").has("data")).isFalse();
    assertThat(output(json, "label").at("/parameters/binary_data_size").asInt()).isEqualTo(14);
    assertThat(output(json, "logits").at("/parameters/binary_data_size").asInt()).isEqualTo(24);
    ByteBuffer behind =
        ByteBuffer.wrap(body.bytes())
            .position(body.jsonLength().getAsInt())
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(behind.remaining()).isEqualTo(14 + 24 + 16);
    assertThat(text(behind)).isEqualTo("dog");
    assertThat(text(behind)).isEqualTo("cat");
    for (float expected : new float[] {1, 3, 2, 0.5f, -1, 0, 1, 7, 0.5f, 7}) {
      assertThat(behind.getFloat()).isEqualTo(expected);
    }
  }

  private static String text(ByteBuffer from) {
    byte[] bytes = new byte[from.getInt()];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void outputsThatAModelHasNotAreRefusedBeforeAnythingIsComputed() {
    assertThatThrownBy(
            () -> body(parameters(1, false, 0), new RequestedOutput("labels", null, null)))
        .hasMessage(
            "model 'm' has no output 'labels', but probabilities, logits, label, index, features;"
                + " did you mean 'label'?");
    RequestedOutput logits = new RequestedOutput("logits", null, null);
    RequestedOutput features = new RequestedOutput("features", null, null);
    InferRequest request =
        new InferRequest(null, List.of(), List.of(features), parameters(1, false, 0));
    assertThatThrownBy(() -> OutputPlan.of(request, model(0)))
        .hasMessageEndingWith("no output 'features', but probabilities, logits, label, index");
    assertThatThrownBy(() -> body(parameters(1, false, 0), logits, logits))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> body(parameters(1, false, 0), new RequestedOutput("label", null, 3)))
        .hasMessageContaining("classification is of probabilities or logits");
  }

  @Test
  void onlyWhatIsAskedForHasToBeComputed() {
    RequestedOutput label = new RequestedOutput("label", null, null);
    RequestedOutput features = new RequestedOutput("features", null, null);
    OutputPlan few =
        OutputPlan.of(
            new InferRequest(null, List.of(), List.of(label), parameters(1, false, 0)), MODEL);
    assertThat(few.needsFeatures()).isFalse();
    OutputPlan some =
        OutputPlan.of(
            new InferRequest(null, List.of(), List.of(features), parameters(1, false, 0)), MODEL);
    assertThat(some.needsFeatures()).isTrue();
  }

  @Test
  void metadataListWhatAModelTakesAndTells() {
    assertThat(Documents.model(ModelInfo.of(MODEL, List.of("1", "2"))).toString())
        .isEqualTo(
            ("{'name':'m','versions':['1','2'],'platform':'residua_safetensors','inputs':["
                    + "{'name':'image','datatype':'BYTES','shape':[-1]}],'outputs':["
                    + "{'name':'probabilities','datatype':'FP32','shape':[-1,3]},"
                    + "{'name':'logits','datatype':'FP32','shape':[-1,3]},"
                    + "{'name':'label','datatype':'BYTES','shape':[-1,-1]},"
                    + "{'name':'index','datatype':'INT64','shape':[-1,-1]},"
                    + "{'name':'features','datatype':'FP32','shape':[-1,2]}]}")
                .replace('\'', '"'));
    assertThat(Documents.server().findValuesAsText("name")).containsExactly("residua");
    assertThat(Documents.server().get("extensions").toString())
        .contains("binary_tensor_data", "classification", "model_repository");
  }
}
