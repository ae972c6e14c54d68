package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every key of every command's JSON is explained in docs/json.md. */
@ExtendWith(SmallRun.Resolver.class)
class JsonKeysTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "json.md");

  @TempDir private Path folder;

  @Test
  void everyKeyIsDocumented(SmallRun small) throws IOException {
    String run = small.run().toString();
    String test = small.pictures().resolve("test").toString();
    Set<String> keys = new TreeSet<>();
    collect(json("evaluate", run, small.pictures().toString()), keys);
    collect(json("predict", run, test), keys);
    collect(json("model", "show", "resnet9"), keys);
    collect(json("weights", "list"), keys);
    JsonNode shown = json("weights", "show", small.model().toString());
    ((ObjectNode) shown.get("metadata")).removeAll();
    collect(shown, keys);
    collect(
        new ObjectMapper().readTree(Files.readString(small.run().resolve("metrics.json"))), keys);

    Path onnx = folder.resolve("model.onnx");
    assertThat(new TestRun().execute("export", run, onnx.toString())).isZero();
    collect(json("verify", run, onnx.toString(), test), keys);
    collect(json(small, "lr-find", "--steps=10"), keys);
    collect(json(small, "sweep", "--layers=layer4.1.conv2"), keys);
    collect(json(small, "tune", "--space=lr=0.001..0.01", "--trials=1"), keys);
    collect(json(small, "compare", "--models=a=%s,b=%s".formatted(run, run)), keys);

    Path svm = folder.resolve("svm");
    collect(
        json(
            "svm",
            small.pictures().toString(),
            "--out=" + svm,
            "--weights=" + run,
            "--classifier=svc,logistic,knn",
            "--scaler=per-split-tutorial",
            "--c=1",
            "--k=1",
            "--no-cache"),
        keys);

    assertThat(keys).contains("accuracy_ci95", "top", "not_finite", "data_manifest_sha256");
    String document = Files.readString(DOCUMENT);
    assertThat(keys).allSatisfy(key -> assertThat(document).contains("`" + key + "`"));
  }

  /** The JSON of a command that trains. */
  private JsonNode json(SmallRun small, String command, String... more) throws IOException {
    String[] all = SmallRun.trainArguments(small.pictures(), folder.resolve(command), more);
    all[0] = command;
    return json(all);
  }

  private static JsonNode json(String... arguments) throws IOException {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json=-";
    TestRun run = new TestRun();
    assertThat(run.execute(all)).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static void collect(JsonNode node, Set<String> keys) {
    node.properties().forEach(property -> keys.add(property.getKey()));
    node.forEach(child -> collect(child, keys));
  }
}
