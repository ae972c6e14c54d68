package io.residua.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Build;
import io.residua.data.Manifest;
import io.residua.engine.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where a model comes from, as it is written into its file. */
final class Provenance {
  private Provenance() {}

  /**
   * @param command that started the run, empty where a program did
   */
  static ObjectNode of(
      StartingPoint from,
      Manifest manifest,
      Recipe recipe,
      Compute compute,
      Path data,
      String command) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("weights", from.weightsName());
    if (!from.licence().isEmpty()) {
      json.put("weights_licence", from.licence());
    }
    json.put("data", String.valueOf(data.toAbsolutePath().normalize().getFileName()));
    json.put("data_manifest_sha256", manifest.hash());
    json.put("seed", recipe.seed());
    json.put("recipe", recipe.toYaml());
    json.put("compute", compute.describe());
    json.put("processor", processor());
    Build.sign(json, command);
    json.put("java", System.getProperty("java.vm.version", ""));
    json.put(
        "platform", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
    return json;
  }

  /** The processor's name where the system tells it (Linux), else its architecture. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch", ""));
    } catch (IOException | UncheckedIOException e) {
      return System.getProperty("os.arch", "");
    }
  }
}
