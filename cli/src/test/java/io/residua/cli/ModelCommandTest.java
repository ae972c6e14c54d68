package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(SmallRun.Resolver.class)
class ModelCommandTest {
  @Test
  void aNetworkIsShownLayerByLayer() {
    TestRun run = new TestRun();
    assertThat(run.execute("model", "show", "resnet50")).isZero();
    assertThat(run.out())
        .containsPattern("layer1.0.conv2 +conv 3×3 +64×56×56 +36,864 +36,864 +115,605,504")
        .containsPattern("total +25,557,032 +25,557,032 +4,089,184,256")
        .contains("resnet50 + gap-linear, 1,000 classes, pictures 3×224×224")
        .contains("25,610,152 values (as Keras counts)");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theTableOfTheFruitTutorialIsThere() {
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "model", "show", "resnet50-v1", "--head=flatten-dropout:0.5", "--classes=6"))
        .isZero();
    assertThat(run.out())
        .contains("24,189,830 values", "trained: 24,136,710; not trained: 53,120")
        .containsPattern("fc.1 +linear +6 +602,118");
  }

  @Test
  void whatIsFrozenIsNotTrained() throws IOException {
    TestRun run = new TestRun();
    assertThat(
            run.execute("model", "show", "resnet9", "--classes=6", "--freeze=backbone", "--json=-"))
        .isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("image_size").asInt()).isEqualTo(150);
    assertThat(json.get("learned_parameters").asLong()).isEqualTo(1_645_094);
    assertThat(json.get("trainable_parameters").asLong()).isEqualTo(256 * 6 + 6);
    assertThat(json.at("/layers/0/shape").toString()).isEqualTo("[32,150,150]");
    assertThat(run.err()).containsPattern("conv1 +conv 3×3 +32×150×150 +864 +frozen +19,440,000");
  }

  @Test
  void aRunIsShownAsItIs(SmallRun small) {
    TestRun run = new TestRun();
    assertThat(run.execute("model", "show", small.run().toString())).isZero();
    assertThat(run.out())
        .contains("resnet18 + gap-linear, 6 classes, pictures 3×32×32")
        .containsPattern("conv1 +conv 7×7 /2 +64×16×16 +9,408 +frozen")
        .containsPattern("fc +linear +6 +3,078 +3,078")
        .contains("trained in its run: 3,078; not trained: ");
    TestRun unfrozen = new TestRun();
    assertThat(
            unfrozen.execute("model", "show", small.run().toString(), "--freeze=none", "--json=-"))
        .isZero();
    assertThat(unfrozen.out()).contains("\"trainable_parameters\" : 11179590");
    TestRun wrong = new TestRun();
    assertThat(wrong.execute("model", "show", small.run().toString(), "--classes=3")).isEqualTo(2);
    assertThat(wrong.err()).hasLineCount(1).contains("has its own head, gap-linear, and 6 classes");
  }

  @Test
  void whatAFileDoesNotSayIsNotClaimed(SmallRun small, @TempDir Path folder) {
    ModelFile model = ModelFile.read(small.run());
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    Path file = folder.resolve("m.safetensors");
    new ModelFile(model.spec(), model.weights(), nothing, nothing).write(file);
    TestRun run = new TestRun();
    assertThat(run.execute("model", "show", file.toString(), "--json=-")).isZero();
    assertThat(run.err())
        .contains("the file does not say what was trained")
        .doesNotContain("frozen");
    assertThat(run.out()).contains("\"trainable_parameters\" : null");
  }

  @ParameterizedTest
  @CsvSource({
    "resnet51, --classes=2, is no file and no network; there are resnet18",
    "resnet50, --classes=0, --classes 0: must be from 1 to",
    "resnet50, --image-size=5000, --image-size 5000: must be from 1 to 4096",
    "resnet9, --image-size=4, use larger pictures",
    "resnet50, --freeze=layer7, freeze: 'layer7' matches no layer",
    "resnet50, --head=x, unknown head 'x'",
  })
  void wrongUsageIsOneLine(String name, String option, String line) {
    TestRun run = new TestRun();
    assertThat(run.execute("model", "show", name, option)).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).contains(line);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aFileThatIsNoModelIsNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.safetensors"), "nothing");
    TestRun run = new TestRun();
    assertThat(run.execute("model", "show", file.toString())).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains(file.toString());
  }
}
