package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.sample.SampleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class EvaluateCommandTest {
  @TempDir private Path folder;

  @Test
  void theTestPartIsMeasuredAndTheNumbersAreThoseOfTheRun(SmallRun small) throws IOException {
    Path json = folder.resolve("e.json");
    Path csv = folder.resolve("e.csv");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            "evaluate",
            small.run().toString(),
            small.pictures().toString(),
            "--precision=fp32",
            "--json=" + json,
            "--csv=" + csv);

    assertThat(exitCode).as(run.err()).isZero();
    assertThat(run.out())
        .contains("the set's own test part: 18 of 18 pictures", "95 % interval", "confusion")
        .contains("precision  recall", "log loss");
    ObjectMapper mapper = new ObjectMapper();
    JsonNode result = mapper.readTree(Files.readString(json));
    JsonNode metrics = mapper.readTree(Files.readString(small.run().resolve("metrics.json")));
    assertThat(result.get("n").asInt()).isEqualTo(SmallRun.TEST_PICTURES);
    assertThat(result.get("accuracy")).isEqualTo(metrics.at("/test/accuracy"));
    assertThat(result.get("accuracy_ci95")).isEqualTo(metrics.at("/test/accuracy_ci95"));
    assertThat(result.get("origin").asText()).isEqualTo("the set's own test part");
    assertThat(result.get("unreadable")).isEmpty();
    List<String> table = Files.readAllLines(csv);
    assertThat(table).hasSize(1 + SmallRun.TEST_PICTURES);
    long right = table.stream().filter(row -> row.contains(",true,,")).count();
    assertThat(right / 18.0).isEqualTo(result.get("accuracy").asDouble());
  }

  @Test
  void anUnreadablePictureIsLeftOutAndSaid(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    for (String name : SampleSet.CLASSES) {
      Path source = small.pictures().resolve("test").resolve(name).resolve("synthetic_0001.jpg");
      Files.createDirectories(data.resolve(name));
      Files.copy(source, data.resolve(name).resolve("a.jpg"));
    }
    Path cut = data.resolve("freshbanana/b.jpg");
    byte[] whole = Files.readAllBytes(data.resolve("freshbanana/a.jpg"));
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Path csv = folder.resolve("e.csv");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            "evaluate", small.run().toString(), data.toString(), "--json=-", "--csv=" + csv);

    assertThat(exitCode).isEqualTo(1);
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.get("n").asInt()).isEqualTo(6);
    assertThat(result.at("/unreadable/0/path").asText()).isEqualTo("freshbanana/b.jpg");
    assertThat(result.at("/unreadable/0/error").asText()).startsWith(cut.toString());
    assertThat(run.err())
        .contains("all pictures: 6 of 7 pictures")
        .endsWith("residua: 1 of 7 pictures could not be read and are not in these numbers\n");
    assertThat(Files.readAllLines(csv).get(3)).startsWith("freshbanana/b.jpg,freshbanana,,,,,");
  }

  @Test
  void classesThatTheModelDoesNotKnowAreNamed(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    Path picture = small.pictures().resolve("test/freshapples/synthetic_0001.jpg");
    for (String name : List.of("freshapples", "pears")) {
      Files.createDirectories(data.resolve(name));
      Files.copy(picture, data.resolve(name).resolve("a.jpg"));
    }
    TestRun run = new TestRun();
    assertThat(run.execute("evaluate", small.run().toString(), data.toString())).isEqualTo(1);
    assertThat(run.err())
        .contains("1 of the data set's 2 classes not among the model's 6: 'pears'");
  }
}
