package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.testkit.Pictures;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server as its clients meet it. */
class ModelServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void aPictureSentByItselfIsAnsweredAsThePredictCommandDoes() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    RgbImage picture = Pictures.noise(60, 40, 7);
    try (ModelServer server = Served.start(config -> config.model(model.toString()));
        Classifier classifier = Classifier.load(model, Served.OPTIONS)) {
      HttpResponse<String> answer = Served.post(server, "/predict", picture.toPng());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
      JsonNode json = JSON.readTree(answer.body());
      assertThat(json.get("model").asText()).isEqualTo("pets");
      Prediction expected = classifier.predict(picture);
      JsonNode first = json.get("predictions").get(0);
      assertThat(first.get("label").asText()).isEqualTo(expected.label());
      assertThat(first.get("probability").asDouble())
          .isCloseTo(expected.probability(), within(1e-4));
      assertThat(Served.post(server, "/predict/pets", picture.toPng()).body())
          .isEqualTo(answer.body());
    }
  }

  @Test
  void itSaysThatItIsReadyAndLetsGoOfItsPortWhenClosed() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    int port;
    try (ModelServer server = Served.start(config -> config.model(model.toString()))) {
      port = server.port();
      assertThat(Served.get(server, "/health/live").statusCode()).isEqualTo(200);
      assertThat(Served.get(server, "/health/ready").body()).isEqualTo("{\"ready\":true}");
    }
    try (ModelServer again = Served.start(config -> config.model(model.toString()).port(port))) {
      assertThat(again.port()).isEqualTo(port);
    }
  }

  @Test
  void whoAsksForTheHeadGetsNoBody() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    try (ModelServer server = Served.start(config -> config.model(model.toString()))) {
      String head = " /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      assertThat(Served.raw(server, "HEAD" + head))
          .startsWith("HTTP/1.1 200")
          .contains("Content-Length: 14")
          .endsWith("\r\n\r\n");
      assertThat(Served.raw(server, "GET" + head)).endsWith("{\"ready\":true}");
    }
  }

  @Test
  void whatIsNoPictureIsToldInOneLine() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    try (ModelServer server = Served.start(config -> config.model(model.toString()))) {
      HttpResponse<String> answer = Served.post(server, "/predict", "no picture".getBytes());
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(JSON.readTree(answer.body()).get("predictions").get(0).get("error").asText())
          .startsWith("picture: ");
      assertThat(Served.post(server, "/predict/pats", new byte[1]).body())
          .contains("did you mean 'pets'?");
      assertThat(Served.get(server, "/nothing").statusCode()).isEqualTo(404);
      HttpResponse<String> wrong = Served.get(server, "/predict");
      assertThat(wrong.statusCode()).isEqualTo(405);
      assertThat(wrong.headers().firstValue("Allow")).contains("POST");
      assertThat(wrong.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
  }
}
