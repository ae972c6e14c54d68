package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.internal.Build;
import io.residua.server.internal.http.Route;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document of the routes says what they do; {@code SchemathesisTest} tries it out. */
class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void everyPathAndMethodOfTheDocumentIsThereAndNoOther() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    try (ModelServer server = Served.start(config -> config.model(model.toString()))) {
      JsonNode document = JSON.readTree(Served.get(server, "/openapi.json").body());
      assertThat(document.at("/info/version").asText()).isEqualTo(Build.current().version());
      assertThat(document.at("/components/parameters/model/schema/examples"))
          .hasToString("[\"pets\"]");
      assertThat(document.has("security")).isFalse();
      List<String> documented = new ArrayList<>();
      document
          .get("paths")
          .fields()
          .forEachRemaining(
              path ->
                  path.getValue()
                      .fieldNames()
                      .forEachRemaining(
                          method ->
                              documented.add(
                                  method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
      assertThat(documented)
          .containsExactlyInAnyOrderElementsOf(
              server.routes().stream().map(route -> route.method() + " " + route.path()).toList());
    }
  }

  @Test
  void whereAKeyIsAskedForItIsToldHowButNotOfWhichModels() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    Path keys = Files.writeString(folder.resolve("keys"), "0123456789abcdef\n");
    try (ModelServer server =
        Served.start(config -> config.model(model.toString()).apiKeyFile(keys))) {
      String text = Served.get(server, "/openapi.json").body();
      assertThat(JSON.readTree(text).at("/security/0/key").isArray()).isTrue();
      assertThat(text).contains("X-API-Key").doesNotContain("pets");
      for (Route route : server.routes()) {
        String operation = "/paths/" + route.path().replace("/", "~1") + "/";
        assertThat(
                JSON.readTree(text)
                    .at(operation + route.method().toLowerCase(Locale.ROOT))
                    .has("security"))
            .as(route.path())
            .isEqualTo(route.open());
      }
      HttpResponse<String> refused =
          Served.send(
              Served.request(server, "/v2/models/pets/infer")
                  .POST(BodyPublishers.noBody())
                  .build());
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(JSON.readTree(refused.body()).has("error")).isTrue();
      assertThat(Served.get(server, "/v2/health/ready").statusCode()).isEqualTo(200);
      assertThat(Served.get(server, "/v2").statusCode()).isEqualTo(401);
    }
  }
}
