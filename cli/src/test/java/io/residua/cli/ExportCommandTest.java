package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.model.ModelFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SmallRun.Resolver.class)
class ExportCommandTest {
  @TempDir private Path folder;
  @TempDir private Path home;

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
    int code =
        run.execute(
            "verify",
            small.run().toString(),
            file.toString(),
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

  /** A verification in a process without ONNX Runtime on its class path. */
  private Processes.Ended verifyElsewhere(
      SmallRun small, Path file, String searchPath, String... more)
      throws IOException, InterruptedException {
    String separator = File.pathSeparator;
    List<String> command =
        new ArrayList<>(
            // Both variables keep ONNX Runtime from sending data by themselves.
            List.of(
                "env",
                "--unset=CI",
                "--unset=ORT_DISABLE_TELEMETRY",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Arrays.stream(Processes.classPath().split(separator))
                    .filter(entry -> !entry.contains("onnxruntime"))
                    .collect(Collectors.joining(separator)),
                Main.class.getName(),
                "verify",
                small.run().toString(),
                file.toString(),
                small.pictures().toString()));
    command.addAll(List.of(more));
    return Processes.run(
        folder,
        Map.of("RESIDUA_HOME", folder.toString(), "HOME", home.toString(), "PATH", searchPath),
        command);
  }

  private static Path onnxRuntime() {
    return Arrays.stream(Processes.classPath().split(File.pathSeparator))
        .filter(entry -> entry.contains("onnxruntime"))
        .map(Path::of)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatRunsAnOnnxFileIsFetchedOnceWithMaven(SmallRun small)
      throws IOException, InterruptedException {
    assumeThat(File.separatorChar).as("the stand-in for mvn is a shell script").isEqualTo('/');
    Path file = export(small, "m.onnx");
    Path programs = Files.createDirectory(folder.resolve("programs"));
    Path mvn = programs.resolve("mvn");
    Files.writeString(
        mvn,
        "#!/bin/sh\nfor a; do case $a in -DoutputDirectory=*) to=${a#*=};; esac; done\ncp '%s' \"$to\"\n"
            .formatted(onnxRuntime()));
    assertThat(mvn.toFile().setExecutable(true)).isTrue();
    String searchPath = programs + File.pathSeparator + "/usr/bin" + File.pathSeparator + "/bin";

    Processes.Ended offline = verifyElsewhere(small, file, searchPath, "--offline");
    assertThat(offline.exitCode()).isEqualTo(1);
    Path lib = folder.resolve("lib");
    assertThat(offline.err())
        .hasLineCount(1)
        .contains(
            "it is not in %s and must not be fetched, offline; to go on without it, put"
                .formatted(lib));

    Processes.Ended fetched = verifyElsewhere(small, file, searchPath);
    assertThat(fetched.exitCode()).as(fetched.err()).isZero();
    assertThat(fetched.err())
        .contains("fetching com.microsoft.onnxruntime:onnxruntime:", " with mvn");
    assertThat(fetched.out()).contains("same answer for 18 of 18 pictures");
    assertThat(lib.resolve(onnxRuntime().getFileName())).hasSameBinaryContentAs(onnxRuntime());

    Processes.Ended again = verifyElsewhere(small, file, "/nowhere", "--offline");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("fetching");
    assertThat(home).as("where ONNX Runtime keeps what it will send").isEmptyDirectory();
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
        .contains(
            "| made by | residua train ", "| Residua | ", "| commit of Residua | ", "| seed | ")
        .containsPattern("made on \\| 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ")
        .contains("| freshapples | 3 | ")
        .contains("none: trained from random weights")
        .contains(model.provenance().get("data_manifest_sha256").asText())
        .contains("    epochs: 2")
        .contains("## Use and limits", "The class with the lowest recall is ");
  }
}
