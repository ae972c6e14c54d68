package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.internal.Build;
import io.residua.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands say to type next is typed, with the files at hand in place of words in capitals,
 * and works; and what they write says what was typed.
 */
@ExtendWith(SmallRun.Resolver.class)
class NextStepsTest {
  @TempDir private Path folder;

  private SmallRun small = new SmallRun(Path.of(""), Path.of(""), Path.of(""));
  private int made;

  @BeforeEach
  void with(SmallRun run) {
    small = run;
  }

  /** Types a command, then what it says to type next; gives the latter. */
  private String followed(String... arguments) {
    TestRun run = new TestRun();
    assertThat(run.execute(arguments)).as(run.err()).isZero();
    List<String> said =
        run.err().lines().filter(line -> line.startsWith("next: residua ")).toList();
    assertThat(said).as(run.err()).hasSize(1);
    String typed = said.get(0).substring("next: residua ".length());
    List<String> words = new ArrayList<>(List.of(typed.split(" ", -1)));
    for (int i = 0; i < words.size(); i++) {
      boolean out = i > 0 && words.get(i - 1).equals("--out");
      words.set(i, out ? out("next").toString() : atHand(words.get(i)));
    }
    TestRun next = new TestRun();
    assertThat(next.execute(words.toArray(String[]::new))).as(typed + "\n" + next.err()).isZero();
    return typed;
  }

  private String atHand(String word) {
    return switch (word) {
      case "DATA" -> small.pictures().toString();
      case "PICTURE" -> small.pictures().resolve("test/freshbanana/synthetic_0001.jpg").toString();
      default -> word;
    };
  }

  private Path out(String name) {
    made++;
    return folder.resolve(name + made);
  }

  private String data() {
    return small.pictures().toString();
  }

  private String[] training(String command, String... more) {
    String[] all = SmallRun.trainArguments(small.pictures(), out(command), more);
    all[0] = command;
    return all;
  }

  @Test
  void wordsAreQuotedForTheShellAtHand() {
    assertThat(Console.quoted("my run's", false)).isEqualTo("'my run'\\''s'");
    assertThat(Console.quoted("C:\\my pictures", true)).isEqualTo("\"C:\\my pictures\"");
    assertThat(Console.quoted("pictures\\test", true)).isEqualTo("pictures\\test");
  }

  @Test
  void ofTrainingWithATestPart() {
    assertThat(followed(training("train", "--epochs=1"))).startsWith("evaluate ");
  }

  @Test
  void ofTrainingWithoutATestPartIsANewPictureNotATrainingPicture() {
    Path train = small.pictures().resolve("train");
    String[] arguments = SmallRun.trainArguments(train, out("train"), "--epochs=1");
    assertThat(followed(arguments)).startsWith("predict ").endsWith(" PICTURE");
  }

  @Test
  void ofExportInEveryFormat() {
    String run = small.run().toString();
    for (String file : List.of("a.onnx", "b.safetensors")) {
      followed("export", run, folder.resolve(file).toString());
    }
    followed("export", run, folder.resolve("c.bin").toString(), "--format=onnx");
    followed("export", run, folder.resolve("d.bin").toString(), "--format=safetensors");
  }

  @Test
  void ofLearningRatesIsTheTrainingThatWasTested() {
    assertThat(followed(training("lr-find", "--steps=12")))
        .contains("--model resnet18 --freeze backbone --image-size 32 --precision fp32 --epochs 2")
        .containsOnlyOnce("--lr ");
  }

  @Test
  void ofExperiments() {
    followed(training("sweep", "--layers=layer4.1.conv2", "--epochs=1"));
    followed(training("tune", "--space=lr=0.001..0.01", "--trials=1", "--epochs=1"));
  }

  @Test
  void ofFeaturesAndClassicClassifiers() {
    String run = small.run().toString();
    Path features = folder.resolve("features.safetensors");
    assertThat(followed("features", run, data(), "--out=" + features, "--no-cache", "--threads=2"))
        .startsWith("svm ");
    assertThat(
            followed(
                "svm", data(), "--out=" + out("svm"), "--weights=" + run, "--c=1", "--no-cache"))
        .startsWith("evaluate ");
  }

  @Test
  void ofDataSets() {
    Path list = folder.resolve("list.csv");
    followed("inspect", data(), "--quick", "--quarantine=" + list);
    followed("data", "convert", data(), "--to=csv", "--out=" + out("converted"));
    followed("sample", out("sample").toString(), "--train=5", "--test=2");
  }

  @Test
  void ofReportsAndCalibration() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("run"));
    for (String file : List.of("metrics.json", "split.csv", "history.csv", "recipe.yaml")) {
      Files.copy(small.run().resolve(file), copy.resolve(file));
    }
    Files.copy(small.model(), copy.resolve("model.safetensors"));
    followed("report", copy.toString());
    followed("calibrate", copy.toString(), data(), "--out=" + folder.resolve("c.safetensors"));
  }

  @Test
  void whatARunWritesSaysWhenAndByWhatItWasMade() throws IOException {
    JsonNode provenance =
        new ObjectMapper()
            .readTree(Files.readString(small.run().resolve("metrics.json")))
            .get("provenance");
    Instant date = Instant.parse(provenance.get("date").asText());
    assertThat(date).isBefore(Instant.now());
    assertThat(provenance.get("command").asText())
        .startsWith("residua train " + data() + " --out " + small.run() + " --weights=none");
    assertThat(provenance.get("residua").asText()).isEqualTo(Build.current().version());
    assertThat(provenance.get("commit").asText()).isEqualTo(Build.current().commit());
    assertThat(provenance.get("seed").asLong())
        .isEqualTo(ModelFile.read(small.run()).provenance().get("seed").asLong());
    assertThat(ModelFile.read(small.run()).provenance()).isEqualTo(provenance);
    assertThat(Files.readString(small.run().resolve("report.html")))
        .contains(provenance.get("date").asText(), "<dt>command</dt><dd>residua train ")
        .contains("<dt>seed</dt><dd>" + provenance.get("seed").asText() + "</dd>");
    TestRun evaluated = new TestRun();
    assertThat(evaluated.execute("evaluate", small.run().toString(), data(), "--json=-")).isZero();
    JsonNode json = new ObjectMapper().readTree(evaluated.out());
    assertThat(json.get("command").asText()).startsWith("residua evaluate ").endsWith(" --json=-");
    assertThat(json.get("commit").asText()).isEqualTo(Build.current().commit());
    assertThat(Instant.parse(json.get("date").asText())).isBefore(Instant.now());
  }
}
