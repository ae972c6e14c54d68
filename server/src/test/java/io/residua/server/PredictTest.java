package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.testkit.Pictures;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /predict} in all forms that pictures come in. */
class PredictTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BOUNDARY = "a-boundary";

  @TempDir private static Path folder;

  private static ModelServer server;
  private static Classifier classifier;

  @BeforeAll
  static void start() {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    Path other = Served.write(folder.resolve("other.safetensors"), 2);
    server =
        Served.start(
            config ->
                config.model(model.toString()).model("both=" + model + "," + other).maxPictures(3));
    classifier = Classifier.load(model, Served.OPTIONS);
  }

  @AfterAll
  static void stop() {
    server.close();
    classifier.close();
  }

  private static RgbImage picture(int number) {
    return Pictures.noise(50, 40 + number, number);
  }

  private static HttpResponse<String> send(String path, String type, byte[] body) throws Exception {
    return Served.send(
        Served.request(server, path)
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private static byte[] form(List<byte[]> files) throws Exception {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    for (int i = 0; i < files.size(); i++) {
      form.writeBytes(
          ("--"
                  + BOUNDARY
                  + "\r\nContent-Disposition: form-data; name=\"f\"; filename=\""
                  + i
                  + ".png\"\r\nContent-Type: image/png\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      form.writeBytes(files.get(i));
      form.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    form.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return form.toByteArray();
  }

  private static void isAnswered(JsonNode entry, int number) {
    Prediction expected = classifier.predict(picture(number));
    assertThat(entry.get("label").asText()).isEqualTo(expected.label());
    assertThat(entry.get("probability").asDouble()).isCloseTo(expected.probability(), within(1e-4));
  }

  @Test
  void aFormHasSeveralPicturesAndOneThatCannotBeReadSpoilsNoOther() throws Exception {
    byte[] form = form(List.of(picture(0).toPng(), new byte[] {1, 2}, picture(2).toPng()));
    HttpResponse<String> answer =
        send("/predict/pets", "multipart/form-data; boundary=" + BOUNDARY, form);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode json = JSON.readTree(answer.body());
    assertThat(json.get("n").asInt()).isEqualTo(3);
    assertThat(json.get("unreadable").asInt()).isEqualTo(1);
    isAnswered(json.get("predictions").get(0), 0);
    assertThat(json.get("predictions").get(1).get("error").asText()).startsWith("1.png: ");
    isAnswered(json.get("predictions").get(2), 2);
    assertThat(json.get("predictions").get(2).get("name").asText()).isEqualTo("2.png");
  }

  @Test
  void jsonHasPicturesInBase64() throws Exception {
    String first = Base64.getEncoder().encodeToString(picture(0).toPng());
    String body =
        "{\"pictures\": [\"%s\", {\"name\": \"b.png\", \"data\": \"data:image/png;base64,%s\"}, \"?\"]}"
            .formatted(first, Base64.getEncoder().encodeToString(picture(1).toPng()));
    HttpResponse<String> answer =
        send("/predict/pets", "application/json", body.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode predictions = JSON.readTree(answer.body()).get("predictions");
    isAnswered(predictions.get(0), 0);
    isAnswered(predictions.get(1), 1);
    assertThat(predictions.get(1).get("name").asText()).isEqualTo("b.png");
    assertThat(predictions.get(2).get("error").asText()).contains("no base64");
  }

  @Test
  void theMostLikelyClassesAndTheFeaturesAreGivenWhereAsked() throws Exception {
    JsonNode entry =
        JSON.readTree(
                send("/predict/pets?top=2&features=true", "image/png", picture(0).toPng()).body())
            .get("predictions")
            .get(0);
    List<Prediction.Ranked> expected = classifier.predict(picture(0)).top(2);
    assertThat(entry.get("top")).hasSize(2);
    assertThat(entry.get("top").get(1).get("label").asText()).isEqualTo(expected.get(1).label());
    assertThat(entry.get("top").get(1).get("probability").asDouble())
        .isCloseTo(expected.get(1).probability(), within(1e-4));
    assertThat(entry.get("features")).hasSize(64);
  }

  @Test
  void anExplanationIsAPictureAndOfSeveralBase64InJson() throws Exception {
    HttpResponse<byte[]> png =
        HttpClient.newHttpClient()
            .send(
                Served.request(server, "/predict/pets?explain=gradcam")
                    .POST(BodyPublishers.ofByteArray(picture(0).toPng()))
                    .build(),
                BodyHandlers.ofByteArray());
    assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
    RgbImage overlay = new ImageDecoder().decode(png.body(), "overlay");
    assertThat(overlay.width()).isEqualTo(32);

    byte[] form = form(List.of(picture(0).toPng(), picture(1).toPng()));
    JsonNode several =
        JSON.readTree(
            send("/predict/pets?explain=gradcam", "multipart/form-data; boundary=" + BOUNDARY, form)
                .body());
    assertThat(
            Base64.getDecoder()
                .decode(several.get("predictions").get(0).get("explanation_png").asText()))
        .isEqualTo(png.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /predict                          | image/png | 404 | several models are served; ask one of them: /predict/both, /predict/pets
          /predict/pets?tpo=2               | image/png | 400 | did you mean 'top'?
          /predict/pets?top=0               | image/png | 400 | top=0: must be a whole number from 1
          /predict/pets?explain=x           | image/png | 400 | explain=x: must be gradcam
          /predict/pets?features=1          | image/png | 400 | features=1: must be true or false
          /predict/pets?top=%zz             | image/png | 400 |
          /predict/pets/versions/7          | image/png | 404 | pets has no version '7'
          /predict/both?features=true       | image/png | 422 | an ensemble has no features
          /predict/both?explain=gradcam     | image/png | 422 | an ensemble's answers cannot be explained
          /predict/pets                     | text/plain | 415 | bodies of type 'text/plain' are not read
          /predict/pets                     | application/json | 400 | the body is no JSON
          /predict/pets                     | multipart/form-data | 400 | has no boundary
          /predict/pets                     | multipart/form-data; boundary=x | 400 | not framed
          /predict/..%2fpets                | image/png | 4 |
          /predict/pets%00                  | image/png | 4 |
          """)
  void whatIsWrongWithARequestIsSaid(String path, String type, int status, String said)
      throws Exception {
    String request =
        "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: 5\r\n\r\nhello"
            .formatted(path, type);
    String answer = Served.raw(server, request);
    assertThat(answer).startsWith("HTTP/1.1 " + status).contains(said == null ? "" : said);
    assertThat(answer).contains("application/problem+json").doesNotContain("\tat ", "Exception");
  }

  @Test
  void morePicturesThanAllowedAreRefusedInEveryForm() throws Exception {
    List<byte[]> four = Collections.nCopies(4, picture(0).toPng());
    HttpResponse<String> form =
        send("/predict/pets", "multipart/form-data; boundary=" + BOUNDARY, form(four));
    assertThat(form.statusCode()).as(form.body()).isEqualTo(413);
    assertThat(form.body()).contains("more than 3 pictures");
    HttpResponse<String> json =
        send(
            "/predict/pets",
            "application/json",
            "{\"pictures\":[\"\",\"\",\"\",\"\"]}".getBytes(StandardCharsets.UTF_8));
    assertThat(json.statusCode()).isEqualTo(413);
  }

  @Test
  void anEnsembleAnswersByTheMeanOfItsModels() throws Exception {
    JsonNode json = JSON.readTree(send("/predict/both", "image/png", picture(0).toPng()).body());
    try (Classifier other = Classifier.load(folder.resolve("other.safetensors"), Served.OPTIONS)) {
      Prediction expected =
          Prediction.average(List.of(classifier.predict(picture(0)), other.predict(picture(0))));
      assertThat(json.get("predictions").get(0).get("probability").asDouble())
          .isCloseTo(expected.probability(), within(1e-4));
    }
  }
}
