package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.residua.server.ModelServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The manifests in docs/serving.md start what there is and ask it what it answers. */
class ServingDocsTest {
  private static final List<String> PROBES =
      List.of("startupProbe", "readinessProbe", "livenessProbe");

  private static List<JsonNode> containers() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "serving.md"));
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    List<JsonNode> containers = new ArrayList<>();
    for (var block :
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page).results().toList()) {
      try (MappingIterator<JsonNode> manifests =
          yaml.readerFor(JsonNode.class).readValues(block.group(1))) {
        for (JsonNode manifest : manifests.readAll()) {
          manifest.findValues("containers").forEach(list -> list.forEach(containers::add));
        }
      }
    }
    return containers;
  }

  @Test
  void theirCommandLinesAreUnderstood() throws IOException {
    List<JsonNode> containers = containers();
    assertThat(containers).hasSize(2);
    for (JsonNode container : containers) {
      List<String> arguments =
          StreamSupport.stream(container.get("args").spliterator(), false)
              .map(argument -> argument.asText().replace("{{.Name}}", "pets"))
              .toList();
      new TestRun().line.parseArgs(arguments.toArray(String[]::new));
      assertThat(arguments).containsSequence("--host", "0.0.0.0");
      int port = container.at("/ports/0/containerPort").asInt();
      assertThat(arguments).containsSequence("--port", Integer.toString(port));
    }
  }

  @Test
  void theirProbesAskWhatTheServerAnswers() throws IOException {
    JsonNode paths;
    try (InputStream in = ModelServer.class.getResourceAsStream("internal/openapi.json")) {
      paths = new ObjectMapper().readTree(in).get("paths");
    }
    for (JsonNode container : containers()) {
      for (String probe : PROBES) {
        String path = container.at("/" + probe + "/httpGet/path").asText();
        assertThat(paths.path(path).has("get")).as(probe + " " + path).isTrue();
      }
    }
  }

  @Test
  void theImageStartsTheProgramWithTheLaunchersOptionsAndItsHealthCheckIsACommand()
      throws IOException {
    String file = Files.readString(Path.of("..", "release", "Containerfile"));
    String launcher = Files.readString(Path.of("..", "residua"));
    List<String> words =
        Pattern.compile("\"([^\"\n]+)\"[,\\]]")
            .matcher(file)
            .results()
            .map(w -> w.group(1))
            .toList();
    List<String> options =
        words.stream()
            .filter(word -> word.startsWith("@"))
            .map(word -> word.substring(word.lastIndexOf('/') + 1))
            .distinct()
            .toList();
    assertThat(options).contains("java.options");
    for (String name : options) {
      assertThat(Path.of("..", "dist", name)).exists();
      assertThat(launcher).contains("@\"$options/" + name + "\"");
    }
    int jar = words.indexOf("-jar");
    assertThat(words.subList(jar + 1, jar + 3))
        .containsExactly("/opt/residua/app/residua.jar", "health");
    new TestRun().line.parseArgs("health");
  }
}
