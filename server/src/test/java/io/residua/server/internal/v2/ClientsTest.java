package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.server.ModelServer;
import io.residua.server.Served;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call that the standard clients have for the protocol, with their answers compared. */
class ClientsTest {
  @TempDir private Path folder;

  @Test
  void tritonclientAndKserveGetTheAnswersThatPredictGives() throws Exception {
    Path python = PythonClients.program("python");
    Path expected = ExpectedAnswers.write(folder);
    try (ModelServer server =
        Served.start(config -> config.model(folder.resolve("models").toString()))) {
      String said =
          PythonClients.run(
              folder,
              python,
              PythonClients.script("clients.py"),
              "127.0.0.1:" + server.port(),
              expected.toString());
      assertThat(said).containsPattern("[0-9]{3} checks passed");
    }
  }
}
