package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.server.ModelServer;
import io.residua.server.Served;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come and go because somebody asks for it, where nobody looks at the files. */
class RepositoryTest {
  @TempDir private Path models;

  private Path write(String model, int version) throws IOException {
    Path place = Files.createDirectories(models.resolve(model).resolve("" + version));
    return Served.write(place.resolve("model.safetensors"), version);
  }

  private ModelServer start() {
    return Served.start(config -> config.model(models.toString()).watchSeconds(0));
  }

  private static HttpResponse<String> post(ModelServer server, String path)
      throws IOException, InterruptedException {
    return Served.post(server, "/v2/repository/" + path, new byte[0]);
  }

  @Test
  void aModelThatHasComeToTheFolderIsServedOnceItIsLoaded() throws Exception {
    write("pets", 1);
    try (ModelServer server = start()) {
      write("birds", 1);
      assertThat(Served.get(server, "/v2/models/birds/ready").statusCode()).isEqualTo(404);
      assertThat(post(server, "models/birds/load").statusCode()).isEqualTo(200);
      assertThat(Served.get(server, "/v2/models/birds/ready").statusCode()).isEqualTo(200);
      assertThat(Served.get(server, "/v2/models").body()).contains("\"birds\",\"pets\"");
    }
  }

  @Test
  void theLargestVersionAnswersWheneverItCame() throws Exception {
    write("pets", 10);
    try (ModelServer server = start()) {
      write("pets", 9);
      assertThat(post(server, "models/pets/load").statusCode()).isEqualTo(200);
      assertThat(Served.get(server, "/v2/models/pets").body())
          .contains("\"versions\":[\"9\",\"10\"]");
      byte[] picture = Pictures.noise(32, 32, 1).toPng();
      assertThat(Served.post(server, "/predict/pets", picture).body())
          .contains("\"version\":\"10\"");
    }
  }

  @Test
  void aFileThatDoesNotLoadIsRefusedWithItsReasonAndTheOneBeforeGoesOn() throws Exception {
    Path file = write("pets", 1);
    try (ModelServer server = start()) {
      Files.writeString(file, "no model");
      HttpResponse<String> refused = post(server, "models/pets/load");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("model.safetensors");
      assertThat(Served.get(server, "/v2/models/pets/ready").statusCode()).isEqualTo(200);
      assertThat(post(server, "index").body()).contains("\"READY\"").contains("model.safetensors");
    }
  }
}
