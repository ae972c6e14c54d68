package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SmallRun.Resolver.class)
class ExportCommandTest {
  @TempDir private Path folder;

  private final TestRun run = new TestRun();

  private Path export(SmallRun small, String name, String... more) {
    Path file = folder.resolve(name);
    String[] arguments = new String[3 + more.length];
    arguments[0] = "export";
    arguments[1] = small.run().toString();
    arguments[2] = file.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    TestRun export = new TestRun();
    assertThat(export.execute(arguments)).as(export.err()).isZero();
    assertThat(export.out()).startsWith("wrote " + file + ": ");
    assertThat(export.err()).contains("next: residua verify " + small.run() + " " + file);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "a.onnx, --precision=fp32",
    "b.onnx, --with-preprocessing",
    "c.ONNX, --precision=fp16",
    "d.bin, --format=onnx",
    "e.safetensors, --force",
    "f.weights, --format=safetensors",
  })
  void whatIsExportedAnswersAsTheModel(String name, String option, SmallRun small)
      throws IOException {
    Path file = export(small, name, option);
    Path exported = file;
    if (name.endsWith(".bin")) {
      exported = Files.move(file, folder.resolve("d.onnx"));
    }
    int code =
        run.execute(
            "verify",
            small.run().toString(),
            exported.toString(),
            small.pictures().toString(),
            "--json=-");
    assertThat(code).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("n").asInt()).isEqualTo(SmallRun.TEST_PICTURES);
    assertThat(json.get("equal_predictions").asInt()).isEqualTo(SmallRun.TEST_PICTURES);
    assertThat(json.get("model_right")).isEqualTo(json.get("exported_right"));
    assertThat(json.get("passed").asBoolean()).isTrue();
    assertThat(run.err()).contains("same answer for 18 of 18 pictures (100.0 %)");
  }

  @Test
  void aToleranceThatIsExceededIsAFailure(SmallRun small) {
    Path file = export(small, "half.onnx", "--precision=fp16");
    int code =
        run.execute(
            "verify",
            small.run().toString(),
            file.toString(),
            small.pictures().toString(),
            "--tolerance=0");
    assertThat(code).isEqualTo(1);
    assertThat(run.out()).contains("largest difference of a logit: ");
    assertThat(run.err()).contains(file + ": a probability differs by ", "tolerance of 0.0");
  }

  @Test
  void anExistingFileIsReplacedOnlyByForce(SmallRun small) throws IOException {
    Path file = Files.writeString(folder.resolve("m.onnx"), "mine");
    assertThat(run.execute("export", small.run().toString(), file.toString())).isEqualTo(2);
    assertThat(run.err()).contains(file + ": it exists; --force replaces it");
    assertThat(file).hasContent("mine");
    export(small, "m.onnx", "--force");
    assertThat(Files.size(file)).isGreaterThan(1 << 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          export RUN OUT/m.pt                                  | OUT/m.pt: ends with neither .onnx nor .safetensors: say --format
          export RUN OUT/m --format=tflite                     | --format 'tflite': must be one of onnx, safetensors
          export RUN OUT/m.safetensors --precision fp16        | --precision and --with-preprocessing are for ONNX files
          export RUN OUT/m.onnx --precision bf16               | --precision 'bf16': must be one of fp32, fp16, int8
          export RUN OUT/none/m.onnx                           | FILE OUT/none/m.onnx: the folder OUT/none does not exist
          export RUN                                           | missing required parameter: 'FILE'
          verify RUN OUT/m.onnx OUT --tolerance 2              | --tolerance 2.0: must be from 0 to 1
          """)
  void wrongUsageIsOneLine(String arguments, String line, SmallRun small) {
    String filled =
        arguments.replace("RUN", small.run().toString()).replace("OUT", folder.toString()).strip();
    assertThat(run.execute(filled.split(" +"))).isEqualTo(2);
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("residua: " + line.replace("OUT", folder.toString()));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void int8NeedsACalibration(SmallRun small) {
    Path file = folder.resolve("m.onnx");
    assertThat(run.execute("export", small.run().toString(), file.toString(), "--precision=int8"))
        .isEqualTo(1);
    assertThat(run.err())
        .endsWith(
            "residua: the model has no calibration, which int8 needs: run 'residua calibrate'"
                + " first\n");
    assertThat(file).doesNotExist();
  }

  @Test
  void whatIsNoExportOfTheModelIsRefused(SmallRun small) throws IOException {
    String pictures = small.pictures().toString();
    Path garbage = Files.writeString(folder.resolve("bad.onnx"), "no model");
    assertThat(run.execute("verify", small.run().toString(), garbage.toString(), pictures))
        .isEqualTo(1);
    assertThat(run.err()).contains(garbage + ": ONNX Runtime: ").hasLineCount(1);
    TestRun other = new TestRun();
    String missing = folder.resolve("missing.onnx").toString();
    assertThat(other.execute("verify", small.run().toString(), missing, pictures)).isEqualTo(1);
    assertThat(other.err()).contains(missing + ": ").hasLineCount(1);
  }

  /** Without ONNX Runtime on the class path the message says what to put where. */
  @Test
  void withoutOnnxRuntimeItSaysWhichFileToPutWhere(SmallRun small)
      throws IOException, InterruptedException {
    Path file = export(small, "m.onnx");
    String classPath =
        String.join(
            java.io.File.pathSeparator,
            java.util.Arrays.stream(Processes.classPath().split(java.io.File.pathSeparator))
                .filter(entry -> !entry.contains("onnxruntime"))
                .toList());
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            Main.class.getName(),
            "verify",
            small.run().toString(),
            file.toString(),
            small.pictures().toString());
    Processes.Ended ended =
        Processes.run(folder, Map.of("RESIDUA_HOME", folder.toString()), command);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .contains(
            "running an ONNX file needs ONNX Runtime, which is no part of residua: put"
                + " onnxruntime-VERSION.jar, of com.microsoft.onnxruntime:onnxruntime from Maven's"
                + " repository, in "
                + folder.resolve("lib"));

    Path jar =
        java.util.Arrays.stream(Processes.classPath().split(java.io.File.pathSeparator))
            .filter(entry -> entry.contains("onnxruntime"))
            .map(Path::of)
            .findFirst()
            .orElseThrow();
    Files.createDirectory(folder.resolve("lib"));
    Path link = Files.createSymbolicLink(folder.resolve("lib").resolve(jar.getFileName()), jar);
    Processes.Ended again =
        Processes.run(folder, Map.of("RESIDUA_HOME", folder.toString()), command);
    Files.delete(link);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).contains("same answer for 18 of 18 pictures");
  }

  @Test
  void theCardSaysWhatTheFileKnows(SmallRun small) {
    assertThat(run.execute("card", small.run().toString())).isZero();
    ModelFile model = ModelFile.read(small.model());
    assertThat(run.out())
        .startsWith("# ")
        .contains("| network | resnet18, head gap-linear, ")
        .contains("| test: the set's own test part | 18 | ")
        .contains("| val: ", "95 % interval", "What was kept was chosen on val")
        .contains("| freshapples | 3 | ")
        .contains("none: trained from random weights")
        .contains(model.provenance().get("data_manifest_sha256").asText())
        .contains("    epochs: 2")
        .contains("## Use and limits", "The class it misses most often is ");
  }
}
