package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.classic.ClassicRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

@ExtendWith(SmallRun.Resolver.class)
class SvmCommandTest {
  @TempDir private Path folder;

  @Test
  void fromPicturesToFeaturesToAModelThatAnswersPictures(SmallRun small) throws IOException {
    Path features = folder.resolve("f.safetensors");
    TestRun first = new TestRun();
    assertThat(
            first.execute(
                "features",
                small.run().toString(),
                small.pictures().toString(),
                "--out=" + features,
                "--precision=fp32",
                "--no-cache"))
        .as(first.err())
        .isZero();
    assertThat(first.err())
        .contains("wrote " + features + ": 54 pictures, 512 features each, 6 classes");

    Path out = folder.resolve("svm");
    Path json = folder.resolve("svm.json");
    TestRun svm = new TestRun();
    assertThat(
            svm.execute(
                "svm",
                features.toString(),
                "--out=" + out,
                "--c=0.1,1",
                "--folds=3",
                "--precision=fp32",
                "--no-cache",
                "--json=" + json))
        .as(svm.err())
        .isZero();
    assertThat(svm.out())
        .contains("rank    mean     std           classifier  kernel")
        .contains("chosen      svc {kernel=")
        .containsPattern("test        accuracy 0\\.\\d{4}  \\(95 % interval .*, n 18\\)");
    JsonNode metrics = new ObjectMapper().readTree(Files.readString(json));
    assertThat(metrics)
        .isEqualTo(new ObjectMapper().readTree(Files.readString(out.resolve("metrics.json"))));

    TestRun evaluate = new TestRun();
    assertThat(
            evaluate.execute(
                "evaluate",
                out.toString(),
                small.pictures().toString(),
                "--precision=fp32",
                "--json=-"))
        .as(evaluate.err())
        .isZero();
    assertThat(new ObjectMapper().readTree(evaluate.out()).get("accuracy"))
        .isEqualTo(metrics.at("/test/accuracy"));

    TestRun inspect = new TestRun();
    String train = small.pictures().resolve("train").toString();
    assertThat(inspect.execute("inspect", train, "--quick", "--model=" + out))
        .as(inspect.err())
        .isZero();
    assertThat(inspect.out()).contains("36 pictures in 6 classes");

    TestRun predict = new TestRun();
    Path picture = small.pictures().resolve("test/freshapples/synthetic_0001.jpg");
    assertThat(predict.execute("predict", out.toString(), picture.toString()))
        .as(predict.err())
        .isZero();
    assertThat(predict.out()).startsWith(picture.toString()).contains(" %");

    TestRun calibrate = new TestRun();
    assertThat(
            calibrate.execute(
                "calibrate", out.toString(), small.pictures().toString(), "--in-place"))
        .isEqualTo(1);
    assertThat(calibrate.err())
        .contains("a classic classifier takes features in fp32 or bf16, not int8");
  }

  @Test
  void anotherRunsSplitIsTaken(SmallRun small) throws IOException {
    Path out = folder.resolve("svm");
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "svm",
                small.pictures().toString(),
                "--out=" + out,
                "--weights=" + small.run(),
                "--split=" + small.run().resolve("split.csv"),
                "--c=1",
                "--folds=2",
                "--no-cache"))
        .as(run.err())
        .isZero();
    assertThat(out.resolve("split.csv")).hasSameTextualContentAs(small.run().resolve("split.csv"));
    JsonNode metrics = new ObjectMapper().readTree(Files.readString(out.resolve("metrics.json")));
    assertThat(metrics.at("/val/origin").textValue()).isEqualTo("as listed in split.csv");
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("18 pictures of the test part", "Some answers")
        .contains(metrics.at("/grid_search/candidates").size() + " combinations tried")
        .contains("<b>%.1f\u00a0%%</b>".formatted(100 * metrics.at("/test/accuracy").asDouble()));

    Path other = folder.resolve("split.csv");
    Files.writeString(
        other, Files.readString(out.resolve("split.csv")).replace("_0001.jpg", "_9999.jpg"));
    fails(
        1,
        "_9999.jpg' of the split is missing or unreadable",
        "svm",
        small.pictures().toString(),
        "--out=" + folder.resolve("svm2"),
        "--weights=" + small.run(),
        "--split=" + other,
        "--no-cache");
  }

  @Test
  void everySettingOfARecipeIsAFlag() {
    CommandSpec svm = new TestRun().line.getSubcommands().get("svm").getCommandSpec();
    ClassicRecipe.descriptions()
        .forEach(
            (setting, description) ->
                assertThat(svm.findOption("--" + SettingOptions.dashed(setting)).description()[0])
                    .isEqualTo(
                        "%s (default: %s)."
                            .formatted(description, ClassicRecipe.defaultOf(setting))));
  }

  @Test
  void whatIsWrongIsSaidInOneLine(SmallRun small) throws IOException {
    String data = small.pictures().toString();
    String out = folder.resolve("out").toString();
    fails(2, "--c: c is 'x', not a number above 0", "svm", data, "--out=" + out, "--c=x");
    fails(1, "nothing: no such file or folder", "svm", "nothing", "--out=" + out);
    fails(1, "no such file or folder (recipes", "svm", data, "--out=" + out, "--recipe=mine");
    fails(
        1,
        "is a file; a run is never overwritten",
        "svm",
        data,
        "--out=" + Files.writeString(folder.resolve("file"), ""),
        "--no-cache");
    // before the weights are looked for and pictures are read
    fails(
        2,
        "class_weight is 'cow=2', not CLASS=WEIGHT with one of",
        "svm",
        data,
        "--out=" + out,
        "--class-weight=cow=2",
        "--weights=nothere");
    fails(
        1,
        "none.csv: cannot be read: no such file or folder",
        "svm",
        data,
        "--out=" + out,
        "--split=none.csv",
        "--weights=nothere");
    String file = folder.resolve("f.safetensors").toString();
    fails(2, "must end with .safetensors", "features", "imagenet", data, "--out=features");
    fails(
        2,
        "resnet18 has no layer 'top'",
        "features",
        small.run().toString(),
        data,
        "--out=" + file,
        "--layer=top",
        "--no-cache");
    assertThat(Path.of(out)).doesNotExist();
    assertThat(Path.of(file)).doesNotExist();
  }

  private static void fails(int exitCode, String line, String... arguments) {
    TestRun run = new TestRun();
    assertThat(run.execute(arguments)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines().reduce((a, b) -> b).orElse("")).contains(line);
    assertThat(run.err()).doesNotContain("internal error");
  }
}
