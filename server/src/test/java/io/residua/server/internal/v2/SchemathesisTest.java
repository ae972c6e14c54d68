package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.server.ModelServer;
import io.residua.server.Served;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are made from the document of the routes, right and wrong ones. */
class SchemathesisTest {
  @TempDir private Path folder;

  @Test
  void schemathesisFindsNothing() throws Exception {
    Path program = PythonClients.program("schemathesis");
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    try (ModelServer server = Served.start(config -> config.model(model.toString()))) {
      String said =
          PythonClients.run(
              folder,
              program,
              "--config-file=" + PythonClients.script("schemathesis.toml"),
              "run",
              server.address() + "/openapi.json");
      assertThat(said).contains("No issues found");
    }
  }
}
