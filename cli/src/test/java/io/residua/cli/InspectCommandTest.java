package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class InspectCommandTest {
  @TempDir private Path folder;

  /** Two classes; one picture under both labels, one file that is none. */
  private Path troubled(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    for (String name : List.of("freshapples", "freshbanana")) {
      Files.createDirectories(data.resolve(name));
      for (int i = 1; i <= 6; i++) {
        String picture = "synthetic_%04d.jpg".formatted(i);
        Files.copy(
            small.pictures().resolve("train").resolve(name).resolve(picture),
            data.resolve(name).resolve(picture));
      }
    }
    Files.copy(data.resolve("freshapples/synthetic_0001.jpg"), data.resolve("freshbanana/x.jpg"));
    Files.writeString(data.resolve("freshbanana/y.jpg"), "no picture");
    return data;
  }

  @Test
  void findingsAreTextJsonAPageAndAListThatTrainingHonours(SmallRun small) throws IOException {
    Path data = troubled(small);
    Path json = folder.resolve("i.json");
    Path html = folder.resolve("i.html");
    Path list = folder.resolve("q.csv");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            "inspect", data.toString(), "--json=" + json, "--html=" + html, "--quarantine=" + list);

    assertThat(exitCode).as(run.err()).isZero();
    assertThat(run.out())
        .contains("14 pictures in 2 classes")
        .contains("the same picture under two labels: 1")
        .contains("  freshapples/synthetic_0001.jpg = freshbanana/x.jpg: equal pixels")
        .contains("unreadable pictures: 1");
    JsonNode found = new ObjectMapper().readTree(json.toFile());
    assertThat(found.at("/finding_counts/label_conflict").asInt()).isEqualTo(1);
    assertThat(html).content().contains("freshbanana/x.jpg").endsWith("</html>\n");
    assertThat(run.err())
        .contains("next: residua train %s --exclude %s --out run".formatted(data, list));

    Path out = folder.resolve("run");
    TestRun train = new TestRun();
    assertThat(train.execute(SmallRun.trainArguments(data, out, "--exclude=" + list)))
        .as(train.err())
        .isZero();
    assertThat(train.err()).contains("3 pictures left out as listed in " + list);
    assertThat(out.resolve("split.csv")).content().doesNotContain("x.jpg", "y.jpg");
    assertThat(out.resolve("excluded.csv"))
        .content()
        .contains("freshbanana/x.jpg", "freshbanana/y.jpg", "freshapples/synthetic_0001.jpg");
  }

  @Test
  void labelsAreComparedByTheFeaturesOfAnyModel(SmallRun small) {
    TestRun run = new TestRun();
    String data = small.pictures().resolve("train").toString();
    assertThat(run.execute("inspect", data, "--quick", "--model=" + small.run()))
        .as(run.err())
        .isZero();
    assertThat(run.out()).contains("36 pictures in 6 classes");
    assertThat(run.err()).contains(small.run() + ": resnet18");
    TestRun again = new TestRun();
    assertThat(again.execute("inspect", data, "--quick", "--model=" + small.run())).isZero();
    assertThat(again.err()).contains("36 of 36 pictures computed before");
    assertThat(again.out()).isEqualTo(run.out());
    TestRun anew = new TestRun();
    assertThat(anew.execute("inspect", data, "--quick", "--no-cache", "--model=" + small.run()))
        .isZero();
    assertThat(anew.err()).doesNotContain("computed before");
    assertThat(anew.out()).isEqualTo(run.out());
  }

  @Test
  void picturesWithoutLabelsCanBeInspected(SmallRun small) {
    TestRun run = new TestRun();
    Path data = small.pictures().resolve("test/freshapples");
    assertThat(run.execute("inspect", data.toString())).as(run.err()).isZero();
    assertThat(run.out()).contains("3 pictures in 1 class\n", "unlabelled");
  }

  @Test
  void unreadablePicturesEndTrainingOnlyAboveTheShareAllowed(SmallRun small) throws IOException {
    Path data = troubled(small);
    Path bad = data.resolve("freshbanana/y.jpg");
    TestRun strict = new TestRun();
    Path out = folder.resolve("run");
    assertThat(strict.execute(SmallRun.trainArguments(data, out))).isEqualTo(1);
    assertThat(strict.err().lines().reduce((a, b) -> b).orElse(""))
        .startsWith(
            "residua: %s: 1 of 14 pictures (7.1 %%) cannot be read, more than the 1 %% that may be; first: %s"
                .formatted(data, bad))
        .endsWith(" (option: --max-bad)");
    assertThat(out).doesNotExist();

    TestRun lenient = new TestRun();
    assertThat(lenient.execute(SmallRun.trainArguments(data, out, "--max-bad=10%")))
        .as(lenient.err())
        .isZero();
    assertThat(lenient.err())
        .contains("warning: " + bad + ": not a picture")
        .contains("warning: the same picture under two labels: 1");
    assertThat(out.resolve("excluded.csv")).content().contains("freshbanana/y.jpg");
  }

  @Test
  void aModelMeasuredOnItsTrainingPicturesSaysSo(SmallRun small) throws IOException {
    Path copies = folder.resolve("copies");
    for (String name : List.of("freshapples", "freshbanana")) {
      Files.createDirectories(copies.resolve(name));
      Files.copy(
          small.pictures().resolve("train").resolve(name).resolve("synthetic_0002.jpg"),
          copies.resolve(name).resolve("other-name.jpg"));
      Files.copy(
          small.pictures().resolve("test").resolve(name).resolve("synthetic_0001.jpg"),
          copies.resolve(name).resolve("new.jpg"));
    }
    Path json = folder.resolve("m.json");
    TestRun run = new TestRun();
    assertThat(run.execute("evaluate", small.run().toString(), copies.toString(), "--json=" + json))
        .isZero();
    assertThat(run.err())
        .contains("warning: the model was trained or selected on 2 of these 4 pictures");
    assertThat(new ObjectMapper().readTree(json.toFile()).get("trained_on").asInt()).isEqualTo(2);

    TestRun honest = new TestRun();
    assertThat(honest.execute("evaluate", small.run().toString(), small.pictures().toString()))
        .isZero();
    assertThat(honest.err()).doesNotContain("warning");
  }
}
