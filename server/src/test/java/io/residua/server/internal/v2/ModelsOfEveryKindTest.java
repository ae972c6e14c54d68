package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.export.TestModels;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.server.ModelServer;
import io.residua.server.Served;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of other inputs, and what is no single network. */
class ModelsOfEveryKindTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RgbImage PICTURE = Pictures.noise(40, 36, 4);

  @TempDir private Path folder;

  private Path model(String preset) {
    Path file = folder.resolve("pets.safetensors");
    Preprocessing input = Preprocessing.preset(preset).withSize(32);
    RandomModel.of("resnet20-cifar-b", "gap-linear", Served.CLASSES, input, 6).write(file);
    return file;
  }

  private static HttpResponse<String> infer(ModelServer server, ObjectNode input) throws Exception {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.putArray("inputs").add(input.put("name", "image"));
    byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
    return Served.post(server, "/v2/models/pets/infer", body);
  }

  private static ObjectNode input(String datatype, int... shape) {
    ObjectNode input = JsonNodeFactory.instance.objectNode().put("datatype", datatype);
    for (int length : shape) {
      input.withArray("shape").add(length);
    }
    return input;
  }

  private static ObjectNode file(RgbImage picture) {
    ObjectNode input = input("BYTES", 1);
    input.putArray("data").add(Base64.getEncoder().encodeToString(picture.toPng()));
    return input;
  }

  private static ObjectNode pixels(RgbImage picture) {
    byte[] alpha = picture.alpha();
    int channels = alpha == null ? 3 : 4;
    ObjectNode input = input("UINT8", 1, picture.height(), picture.width(), channels);
    for (int p = 0; p < picture.width() * picture.height(); p++) {
      for (int c = 0; c < 3; c++) {
        input.withArray("data").add(picture.rgb()[3 * p + c] & 0xff);
      }
      if (alpha != null) {
        input.withArray("data").add(alpha[p] & 0xff);
      }
    }
    return input;
  }

  private static void assertIs(HttpResponse<String> response, Prediction expected)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    for (JsonNode output : JSON.readTree(response.body()).get("outputs")) {
      JsonNode data = output.get("data");
      switch (output.get("name").asText()) {
        case "probabilities" -> assertAre(data, 1, expected);
        case "logits" -> assertAre(raised(data), sum(raised(data)), expected);
        case "label" -> assertThat(data.get(0).asText()).isEqualTo(expected.label());
        default -> assertThat(data.get(0).asInt()).isEqualTo(expected.index());
      }
    }
  }

  private static void assertAre(JsonNode values, double whole, Prediction expected) {
    for (int c = 0; c < expected.classes().size(); c++) {
      assertThat(values.get(c).asDouble() / whole)
          .isCloseTo(expected.probabilities().get(c), within(1e-4));
    }
  }

  private static ArrayNode raised(JsonNode logits) {
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    logits.forEach(logit -> values.add(Math.exp(logit.asDouble())));
    return values;
  }

  private static double sum(JsonNode values) {
    double sum = 0;
    for (JsonNode value : values) {
      sum += value.asDouble();
    }
    return sum;
  }

  @Test
  void aNetworkOfGreyPicturesTakesColoursAndItsOwnChannel() throws Exception {
    Path model = model("grey");
    try (ModelServer server = Served.start(config -> config.model(model.toString()));
        Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      Prediction expected = classifier.predict(PICTURE);
      assertIs(infer(server, file(PICTURE)), expected);
      assertIs(infer(server, pixels(PICTURE)), expected);
      float[] values = new float[32 * 32];
      classifier.spec().preprocessing().apply(PICTURE, values, 0);
      ObjectNode prepared = input("FP32", 1, 1, 32, 32);
      for (float value : values) {
        prepared.withArray("data").add(value);
      }
      assertIs(infer(server, prepared), expected);
    }
  }

  @Test
  void aNetworkOfOpacityTakesItAsAFourthChannel() throws Exception {
    Path model = model("rgba");
    byte[] alpha = new byte[PICTURE.width() * PICTURE.height()];
    new Random(8).nextBytes(alpha);
    RgbImage translucent = new RgbImage(PICTURE.width(), PICTURE.height(), PICTURE.rgb(), alpha);
    try (ModelServer server = Served.start(config -> config.model(model.toString()));
        Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      assertIs(infer(server, pixels(translucent)), classifier.predict(translucent));
      assertIs(infer(server, pixels(PICTURE)), classifier.predict(PICTURE));
    }
  }

  @Test
  void severalViewsOfAPictureServeLikeOneButArePreparedHere() throws Exception {
    Path model = model("torchvision");
    Classifier.Options flipped = Served.OPTIONS.with(TestTimeAugmentation.FLIP);
    try (ModelServer server =
            Served.start(config -> config.model(model.toString()).options(flipped));
        Classifier classifier = Classifier.load(model, flipped)) {
      assertIs(infer(server, file(PICTURE)), classifier.predict(PICTURE));
      ObjectNode prepared = input("FP32", 1, 3, 32, 32);
      for (int i = 0; i < 3 * 32 * 32; i++) {
        prepared.withArray("data").add(0);
      }
      HttpResponse<String> refused = infer(server, prepared);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("views").contains("send pictures");
    }
  }

  @Test
  void aSupportVectorMachineAnswersByItsVotesAndTellsItsFeatures() throws Exception {
    Path model = folder.resolve("pets.safetensors");
    TestModels.classic(folder.resolve("svc"), "svc").write(model);
    try (ModelServer server = Served.start(config -> config.model(model.toString()));
        Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      assertIs(infer(server, file(PICTURE)), classifier.predict(PICTURE));
      String metadata = Served.get(server, "/v2/models/pets").body();
      assertThat(JSON.readTree(metadata).at("/outputs/4").toString())
          .isEqualTo("{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[-1,512]}");
    }
  }
}
