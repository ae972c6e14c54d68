package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.server.ModelServer;
import io.residua.server.Served;
import io.residua.testkit.Pictures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol as any client of HTTP meets it. */
class ProtocolRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String INFER = "/v2/models/pets/infer";
  private static final List<RgbImage> PICTURES =
      List.of(Pictures.noise(40, 30, 1), Pictures.noise(32, 48, 2));

  @TempDir private static Path folder;
  private static ModelServer server;
  private static Classifier classifier;

  @BeforeAll
  static void serve() throws IOException {
    Path models = folder.resolve("models");
    for (String version : List.of("1", "3")) {
      Path place = Files.createDirectories(models.resolve("pets").resolve(version));
      Served.write(place.resolve("model.safetensors"), Long.parseLong(version));
    }
    Path plain = Served.write(folder.resolve("plain.safetensors"), 5);
    server =
        Served.start(
            config ->
                config
                    .model(models.toString())
                    .model(plain.toString())
                    .model("both=" + plain + "," + plain));
    classifier =
        Classifier.load(
            models.resolve("pets").resolve("3").resolve("model.safetensors"), Served.OPTIONS);
  }

  @AfterAll
  static void stop() {
    server.close();
    classifier.close();
  }

  private static HttpResponse<byte[]> send(
      String method, String path, byte[] body, String... headers) throws Exception {
    var request = Served.request(server, path).method(method, BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> get(String path) throws Exception {
    return send("GET", path, new byte[0]);
  }

  private static HttpResponse<byte[]> post(String path, JsonNode json) throws Exception {
    return send("POST", path, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return JSON.readTree(response.body());
  }

  private static JsonNode ok(HttpResponse<byte[]> response) throws IOException {
    JsonNode json = json(response);
    assertThat(response.statusCode()).as(json.toString()).isEqualTo(200);
    return json;
  }

  private static void assertRefused(HttpResponse<byte[]> response, int status, String... words)
      throws IOException {
    JsonNode json = json(response);
    assertThat(response.statusCode()).as(json.toString()).isEqualTo(status);
    assertThat(json.size()).isEqualTo(1);
    assertThat(json.get("error").asText())
        .contains(words)
        .doesNotContain("\n", "Exception", "\tat");
  }

  private static ObjectNode request(String datatype, int... shape) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    ObjectNode input = request.putArray("inputs").addObject();
    input.put("name", "image").put("datatype", datatype);
    for (int length : shape) {
      input.withArray("shape").add(length);
    }
    return request;
  }

  private static ObjectNode files(byte[]... files) {
    ObjectNode request = request("BYTES", files.length);
    for (byte[] file : files) {
      ((ObjectNode) request.at("/inputs/0"))
          .withArray("data")
          .add(Base64.getEncoder().encodeToString(file));
    }
    return request;
  }

  private static ObjectNode pictures() {
    return files(PICTURES.get(0).toPng(), PICTURES.get(1).toPng());
  }

  private static JsonNode output(JsonNode response, String name) {
    for (JsonNode output : response.get("outputs")) {
      if (output.get("name").asText().equals(name)) {
        return output.get("data");
      }
    }
    throw new AssertionError(name + " is missing in " + response);
  }

  private static void assertRight(JsonNode response) {
    for (int p = 0; p < PICTURES.size(); p++) {
      Prediction expected = classifier.predict(PICTURES.get(p));
      assertThat(output(response, "label").get(p).asText()).isEqualTo(expected.label());
      assertThat(output(response, "index").get(p).asInt()).isEqualTo(expected.index());
      for (int c = 0; c < Served.CLASSES.size(); c++) {
        assertThat(output(response, "probabilities").get(p * Served.CLASSES.size() + c).asDouble())
            .isCloseTo(expected.probabilities().get(c), within(1e-4));
      }
    }
  }

  /** KServe's client reads the bodies; Triton's reads the status only. */
  @Test
  void healthIsToldByStatusAndBody() throws Exception {
    assertThat(ok(get("/v2/health/live"))).hasToString("{\"live\":true}");
    assertThat(ok(get("/v2/health/ready"))).hasToString("{\"ready\":true}");
    assertThat(ok(get("/v2/models/pets/ready"))).hasToString("{\"name\":\"pets\",\"ready\":true}");
    assertThat(ok(get("/v2/models/pets/versions/1/ready")).get("ready").asBoolean()).isTrue();
    assertThat(send("HEAD", "/v2/health/ready", new byte[0]).statusCode()).isEqualTo(200);
    assertRefused(get("/v2/models/pats/ready"), 404, "did you mean 'pets'?");
    assertRefused(get("/v2/models/pets/versions/2/ready"), 404, "no version '2'");
  }

  @Test
  void metadataAreThoseOfServerAndModels() throws Exception {
    assertThat(ok(get("/v2")).get("extensions").toString()).contains("binary_tensor_data");
    assertThat(ok(get("/v2/models"))).hasToString("{\"models\":[\"both\",\"pets\",\"plain\"]}");
    JsonNode model = ok(get("/v2/models/pets"));
    assertThat(model.get("versions")).hasToString("[\"1\",\"3\"]");
    assertThat(model.at("/outputs/0/shape")).hasToString("[-1,4]");
    assertThat(ok(get("/v2/models/pets/versions/1")).get("name").asText()).isEqualTo("pets");
    assertThat(ok(get("/v2/models/plain")).has("versions")).isFalse();
    assertThat(ok(get("/v2/models/plain")).get("outputs").findValuesAsText("name"))
        .containsExactly("probabilities", "logits", "label", "index", "features");
    assertThat(ok(get("/v2/models/both")).get("outputs").findValuesAsText("name"))
        .containsExactly("probabilities", "logits", "label", "index");
  }

  @Test
  void picturesInBase64AreAnsweredAsPredictDoes() throws Exception {
    JsonNode response = ok(post(INFER, pictures().put("id", "7")));
    assertRight(response);
    assertThat(response.get("id").asText()).isEqualTo("7");
    assertThat(response.get("model_name").asText()).isEqualTo("pets");
    assertThat(response.get("model_version").asText()).isEqualTo("3");
    JsonNode plain = ok(post("/v2/models/plain/infer", pictures()));
    assertThat(plain.has("id") || plain.has("model_version")).isFalse();
  }

  @Test
  void aVersionIsAnsweredByThatVersion() throws Exception {
    JsonNode first = ok(post("/v2/models/pets/versions/1/infer", pictures()));
    assertThat(first.get("model_version").asText()).isEqualTo("1");
    assertThat(output(first, "logits")).isNotEqualTo(output(ok(post(INFER, pictures())), "logits"));
  }

  /** Triton's client names no type and counts the JSON before it was compressed. */
  @Test
  void binaryDataNeedNoContentTypeAndMayBeCompressed() throws Exception {
    byte[] body = binary(PICTURES.get(0).toPng(), PICTURES.get(1).toPng());
    String length = Integer.toString(body.length - lengthOfBlobs());
    assertRight(ok(send("POST", INFER, body, Headers.JSON_LENGTH, length)));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(body);
    }
    assertRight(
        ok(
            send(
                "POST",
                INFER,
                packed.toByteArray(),
                Headers.JSON_LENGTH,
                length,
                "Content-Encoding",
                "gzip")));
    assertRefused(
        send("POST", INFER, body, Headers.JSON_LENGTH, length, "Content-Encoding", "gzip"),
        400,
        "Content-Encoding");
    assertRefused(
        send("POST", INFER, body, Headers.JSON_LENGTH, length, "Content-Encoding", "br"),
        415,
        "gzip and deflate");
  }

  private static int lengthOfBlobs() {
    return PICTURES.stream().mapToInt(p -> Integer.BYTES + p.toPng().length).sum();
  }

  private static byte[] binary(byte[]... files) {
    byte[] json = request("BYTES", files.length).toString().getBytes(StandardCharsets.UTF_8);
    int size = json.length;
    for (byte[] file : files) {
      size += Integer.BYTES + file.length;
    }
    ByteBuffer body = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(json);
    for (byte[] file : files) {
      body.putInt(file.length).put(file);
    }
    return body.array();
  }

  @Test
  void aPictureAloneIsAnsweredByBinaryData() throws Exception {
    HttpResponse<byte[]> response =
        send("POST", INFER, PICTURES.get(0).toPng(), Headers.JSON_LENGTH, "0");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
    int length = (int) response.headers().firstValueAsLong(Headers.JSON_LENGTH).orElseThrow();
    JsonNode json = JSON.readTree(response.body(), 0, length);
    assertThat(json.at("/outputs/0/name").asText()).isEqualTo("probabilities");
    assertThat(json.at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(16);
    ByteBuffer behind =
        ByteBuffer.wrap(response.body()).position(length).slice().order(ByteOrder.LITTLE_ENDIAN);
    for (double expected : classifier.predict(PICTURES.get(0)).probabilities()) {
      assertThat((double) behind.getFloat()).isCloseTo(expected, within(1e-4));
    }
  }

  @Test
  void longAnswersAreCompressedForWhoWantsIt() throws Exception {
    ObjectNode request = files(PICTURES.get(0).toPng());
    ObjectNode features = request.putArray("outputs").addObject().put("name", "features");
    features.putObject("parameters").put("binary_data", false);
    byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
    byte[] wide = repeated(request, 16).toString().getBytes(StandardCharsets.UTF_8);
    assertThat(
            send("POST", INFER, body, "Accept-Encoding", "br")
                .headers()
                .firstValue("Content-Encoding"))
        .isEmpty();
    HttpResponse<byte[]> packed = send("POST", INFER, wide, "Accept-Encoding", "gzip");
    assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(JSON.readTree(in).at("/outputs/0/shape")).hasToString("[16,64]");
    }
  }

  private static ObjectNode repeated(ObjectNode request, int times) {
    ObjectNode copy = request.deepCopy();
    ObjectNode input = (ObjectNode) copy.at("/inputs/0");
    input.putArray("shape").add(times);
    for (int i = 1; i < times; i++) {
      input.withArray("data").add(input.at("/data/0"));
    }
    return copy;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pixelsArePreparedAsThoseOfAFileAre(boolean coloursLast) throws Exception {
    RgbImage picture = PICTURES.get(0);
    int w = picture.width();
    int h = picture.height();
    ObjectNode request = coloursLast ? request("UINT8", 1, h, w, 3) : request("UINT8", 1, 3, h, w);
    ObjectNode input = (ObjectNode) request.at("/inputs/0");
    for (int i = 0; i < 3 * w * h; i++) {
      int at = coloursLast ? i : (i % (w * h)) * 3 + i / (w * h);
      input.withArray("data").add(picture.rgb()[at] & 0xff);
    }
    assertLogits(ok(post(INFER, request)), ok(post(INFER, files(picture.toPng()))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void preparedPixelsAreTakenAsTheNetworkTakesThem(boolean channelsLast) throws Exception {
    RgbImage picture = PICTURES.get(1);
    var preprocessing = classifier.spec().preprocessing();
    int side = preprocessing.sizePx();
    float[] values = new float[preprocessing.inputSize()];
    preprocessing.apply(picture, values, 0);
    ObjectNode request =
        channelsLast ? request("FP32", 1, side, side, 3) : request("FP32", 1, 3, side, side);
    ObjectNode input = (ObjectNode) request.at("/inputs/0");
    int pixels = side * side;
    for (int i = 0; i < values.length; i++) {
      input.withArray("data").add(values[channelsLast ? i : (i % pixels) * 3 + i / pixels]);
    }
    assertLogits(ok(post(INFER, request)), ok(post(INFER, files(picture.toPng()))));
    assertRefused(post("/v2/models/both/infer", request), 400, "ensemble");
  }

  private static void assertLogits(JsonNode response, JsonNode expected) {
    for (int c = 0; c < Served.CLASSES.size(); c++) {
      assertThat(output(response, "logits").get(c).asDouble())
          .isCloseTo(output(expected, "logits").get(c).asDouble(), within(1e-4));
    }
  }

  @Test
  void anEnsembleAnswersLikeAnyModel() throws Exception {
    JsonNode both = ok(post("/v2/models/both/infer", pictures()));
    JsonNode plain = ok(post("/v2/models/plain/infer", pictures()));
    assertThat(output(both, "label")).isEqualTo(output(plain, "label"));
    assertThat(output(both, "probabilities").get(0).asDouble())
        .isCloseTo(output(plain, "probabilities").get(0).asDouble(), within(1e-4));
  }

  @Test
  void aRequestWithAPictureThatCannotBeReadIsRefusedByItsNumber() throws Exception {
    byte[] file = PICTURES.get(0).toPng();
    assertRefused(
        post(INFER, files(file, "no picture".getBytes(StandardCharsets.UTF_8))),
        400,
        "picture 2: ");
    assertRefused(
        post(INFER, files(java.util.Arrays.copyOf(file, file.length / 2), file)),
        400,
        "picture 1: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/v2/models/absent|404|absent",
        "GET|/v2/models/pets/versions/2|404|2",
        "GET|/v2/models/pets/versions/latest|404|latest",
        "GET|/v2/models/pets/nothing|404|path",
        "GET|/v2/nothing|404|path",
        "GET|/v2/models/|404|model",
        "GET|/v2/models/pets/infer|405|POST",
        "POST|/v2/models/pets/ready|405|GET",
        "DELETE|/v2/models/pets|405|GET",
        "POST|/v2/models/absent/infer|404|absent",
        "POST|/v2/models/%2e%2e%2f%2e%2e%2fetc%2fpasswd/infer|404|passwd",
        "POST|/v2/models/%F0%28%8C%28/infer|404|model",
        "POST|/v2/repository/models/absent/load|404|absent",
        "POST|/v2/repository/models/absent/unload|404|absent"
      })
  void whatIsNotThereIsRefusedWithItsStatusInTheProtocolsForm(
      String method, String path, int status, String word) throws Exception {
    byte[] body = method.equals("POST") ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
    HttpResponse<byte[]> response = send(method, path, body);
    if (response.statusCode() == 400) {
      assertRefused(response, 400, ""); // by what every address must be
    } else {
      assertRefused(response, status, word);
    }
    assertThat(response.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/..%00/infer",
        "/v2/models/%2e%2e/%2e%2e/etc/passwd",
        "/v2/models/a;b=c/infer",
        "/v2/models/%0d%0aX:%20y/infer",
        "/v2/models//infer"
      })
  void addressesThatAreTricksAreRefused(String path) throws Exception {
    HttpResponse<byte[]> response = send("POST", path, "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(response.statusCode()).isBetween(400, 499);
    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .doesNotContain("Exception", "root:", "jetty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "+5", "0x10", "99999999999999999999", "1e3", "", "2147483647", "999"})
  void aLengthOfTheJsonThatIsNoneIsRefused(String length) throws Exception {
    assertRefused(send("POST", INFER, new byte[] {'{', '}'}, Headers.JSON_LENGTH, length), 400, "");
  }

  @Test
  void wrongRequestsAreRefusedInWords() throws Exception {
    assertRefused(send("POST", INFER, new byte[0]), 400, "JSON object");
    assertRefused(post(INFER, request("FP32", 1, 3, 8, 8)), 400, "no 'data'");
    ObjectNode other = pictures();
    other.putArray("outputs").addObject().put("name", "lables");
    assertRefused(post(INFER, other), 400, "did you mean 'label'?");
    assertRefused(
        post("/v2/models/both/infer", withOutput("features")), 400, "no output 'features'");
    byte[] deep = ("{\"x\":" + "[".repeat(50_000)).getBytes(StandardCharsets.UTF_8);
    assertRefused(send("POST", INFER, deep), 400, "JSON");
    ObjectNode many = repeated(files(new byte[1]), 65);
    assertRefused(post(INFER, many), 413, "more than 64 pictures");
  }

  private static ObjectNode withOutput(String name) {
    ObjectNode request = pictures();
    request.putArray("outputs").addObject().put("name", name);
    return request;
  }

  @Test
  void anAnswerThatCannotBeThereInTimeIsNotWaitedFor() throws Exception {
    ObjectNode request = pictures();
    request.putObject("parameters").put("timeout", 1);
    assertRefused(post(INFER, request), 504, "time");
    request.putObject("parameters").put("timeout", 30_000_000);
    assertRight(ok(post(INFER, request)));
  }

  @Test
  void modelsAreListedLoadedAndUnloaded() throws Exception {
    HttpResponse<byte[]> index = send("POST", "/v2/repository/index", new byte[0]);
    assertThat(ok(index))
        .hasToString(
            ("[{'name':'both','state':'READY','reason':''},"
                    + "{'name':'pets','version':'1','state':'READY','reason':''},"
                    + "{'name':'pets','version':'3','state':'READY','reason':''},"
                    + "{'name':'plain','state':'READY','reason':''}]")
                .replace('\'', '"'));
    ObjectNode empty = JsonNodeFactory.instance.objectNode();
    assertThat(ok(post("/v2/repository/models/plain/unload", empty)))
        .hasToString("{\"name\":\"plain\",\"unload\":true}");
    HttpResponse<byte[]> notReady = get("/v2/models/plain/ready");
    assertThat(notReady.statusCode()).isEqualTo(503);
    assertThat(json(notReady)).hasToString("{\"name\":\"plain\",\"ready\":false}");
    HttpResponse<byte[]> refused = post("/v2/models/plain/infer", pictures());
    assertRefused(refused, 503, "plain");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    ObjectNode ready = JsonNodeFactory.instance.objectNode().put("ready", true);
    assertThat(ok(post("/v2/repository/index", ready)).findValuesAsText("name"))
        .containsExactly("both", "pets", "pets");
    assertThat(ok(post("/v2/repository/models/plain/load", empty)))
        .hasToString("{\"name\":\"plain\",\"load\":true}");
    ok(post("/v2/models/plain/infer", pictures()));
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putObject("parameters").put("config", "{}");
    assertRefused(post("/v2/repository/models/plain/load", config), 400, "config");
  }
}
