package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.engine.Precision;
import io.residua.sample.SampleSet;
import io.residua.testkit.Precisions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class PredictCommandTest {
  @TempDir private Path folder;

  private static Path picture(SmallRun small, String of, int number) {
    return small.pictures().resolve("test/%s/synthetic_%04d.jpg".formatted(of, number));
  }

  @Test
  void onePictureIsOneLineWithTheAnswer(SmallRun small) throws IOException {
    TestRun run = new TestRun();
    String picture = picture(small, "freshbanana", 1).toString();
    assertThat(run.execute("predict", small.run().toString(), picture, "--precision=fp32"))
        .isZero();
    JsonNode answer = json(small, picture).at("/predictions/0");
    assertThat(SampleSet.CLASSES).contains(answer.get("class").asText());
    double percent = 100 * answer.get("probability").asDouble();
    assertThat(run.out())
        .hasLineCount(1)
        .startsWith("%s  %s %.1f %%".formatted(picture, answer.get("class").asText(), percent));
  }

  @Test
  void filesAndFoldersKeepTheirOrderAndABadOneDoesNotStopTheRest(SmallRun small)
      throws IOException {
    Path text = folder.resolve("notes.jpg");
    Files.writeString(text, "not a picture");
    Path cut = folder.resolve("cut.jpg");
    byte[] whole = Files.readAllBytes(picture(small, "freshapples", 1));
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 3));
    Path last = picture(small, "freshoranges", 2);
    Path json = folder.resolve("p.json");
    Path csv = folder.resolve("p.csv");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            "predict",
            small.model().toString(),
            last.toString(),
            text.toString(),
            small.pictures().resolve("test/rottenbanana").toString(),
            folder.resolve("absent.jpg").toString(),
            cut.toString(),
            "--top=2",
            "--json=" + json,
            "--csv=" + csv);

    assertThat(exitCode).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("warning: " + text, "warning: " + folder.resolve("absent.jpg"), "warning: " + cut)
        .endsWith("residua: 3 of 7 pictures could not be read\n");
    JsonNode result = new ObjectMapper().readTree(Files.readString(json));
    assertThat(result.get("unreadable").asInt()).isEqualTo(3);
    List<String> paths = result.get("predictions").findValuesAsText("path");
    assertThat(paths)
        .containsExactly(
            last.toString(),
            text.toString(),
            picture(small, "rottenbanana", 1).toString(),
            picture(small, "rottenbanana", 2).toString(),
            picture(small, "rottenbanana", 3).toString(),
            folder.resolve("absent.jpg").toString(),
            cut.toString());
    assertThat(result.at("/predictions/0/top")).hasSize(2);
    assertThat(result.at("/predictions/1/error").asText()).startsWith(text.toString());
    assertThat(result.at("/predictions/1/class").isMissingNode()).isTrue();
    List<String> table = Files.readAllLines(csv);
    assertThat(table.get(0)).isEqualTo("path,class,probability,class_2,probability_2,error,model");
    assertThat(table).hasSize(8);
    assertThat(table.get(2)).startsWith(text + ",,,,,");
  }

  @Test
  void onePictureAndManyGiveTheSameAnswer(SmallRun small) throws IOException {
    String picture = picture(small, "rottenapples", 1).toString();
    JsonNode alone = json(small, picture).at("/predictions/0");
    JsonNode among = json(small, picture(small, "freshapples", 1).toString(), picture);
    assertThat(among.at("/predictions/1/class")).isEqualTo(alone.get("class"));
    assertThat(among.at("/predictions/1/probability").asDouble())
        .isCloseTo(alone.get("probability").asDouble(), within(1e-5)); // sums in another order
  }

  private static JsonNode json(SmallRun small, String... pictures) throws IOException {
    TestRun run = new TestRun();
    String[] arguments = new String[pictures.length + 5];
    arguments[0] = "predict";
    arguments[1] = small.run().toString();
    arguments[2] = "--json=-";
    arguments[3] = "--top=6";
    arguments[4] = "--precision=fp32";
    System.arraycopy(pictures, 0, arguments, 5, pictures.length);
    assertThat(run.execute(arguments)).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void everyDeviceAndPrecisionGivesAnAnswer(SmallRun small) {
    String picture = picture(small, "freshapples", 1).toString();
    List<Precision> precisions = Precisions.ofInference();
    Stream<String> computed = precisions.stream().map(p -> "--precision=" + p.text());
    Stream<String> others = Stream.of("--device=java", "--resize=squash");
    for (String option : Stream.concat(computed, others).toList()) {
      TestRun run = new TestRun();
      assertThat(run.execute("predict", small.run().toString(), picture, option))
          .as(option + run.err())
          .isZero();
    }
    if (!precisions.contains(Precision.BF16)) {
      TestRun run = new TestRun();
      assertThat(run.execute("predict", small.run().toString(), picture, "--precision=bf16"))
          .isNotZero();
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("fp32");
    }
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "predict", small.run().toString(), picture, "--device=java", "--precision=bf16"))
        .isEqualTo(2);
    assertThat(run.err()).isEqualTo("residua: the plain Java executor computes in fp32 only\n");
  }

  @Test
  void aFolderWithoutPicturesIsAnError(SmallRun small) throws IOException {
    Files.writeString(folder.resolve("a.txt"), "text");
    TestRun run = new TestRun();
    assertThat(run.execute("predict", small.run().toString(), folder.toString())).isEqualTo(1);
    assertThat(run.err()).endsWith("residua: " + folder + ": no pictures in it\n");
  }
}
