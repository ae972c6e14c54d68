package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.data.OpenedData;
import io.residua.data.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A list with columns of its own and classes by number, in every command that takes DATA. */
@ExtendWith(SmallRun.Resolver.class)
class DataOptionsTest {
  @TempDir private Path folder;

  private List<String> options = List.of();
  private Path list = Path.of("");

  /** A list whose usual columns say something else than the ones to be named. */
  @BeforeEach
  void makeList(SmallRun small) throws IOException {
    OpenedData data = OpenedData.open(small.pictures());
    List<String> lines = new ArrayList<>(List.of("where;path;label;kind;split"));
    data.parts()
        .forEach(
            (part, set) -> {
              for (Sample sample : set.samples()) {
                lines.add(sample.name() + ";none.jpg;wrong;" + sample.label() + ";" + part.label());
              }
            });
    for (Sample sample : data.all().samples()) {
      Path copy = folder.resolve(sample.name());
      Files.createDirectories(copy.resolveSibling(""));
      Files.copy(sample.path(), copy);
    }
    list = Files.write(folder.resolve("list.csv"), lines);
    Path names = Files.write(folder.resolve("names.txt"), data.classes());
    options =
        List.of("--path-column", "where", "--label-column", "kind", "--class-names", "" + names);
  }

  private TestRun does(String... arguments) {
    TestRun run = new TestRun();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(options);
    assertThat(run.execute(all.toArray(String[]::new))).as(run.err()).isZero();
    return run;
  }

  @Test
  void trainingReadsThemAndSaysThemAgainForTheNextStep(SmallRun small) throws IOException {
    Path out = folder.resolve("run");
    TestRun train = does(SmallRun.trainArguments(list, out, "--epochs=1"));
    assertThat(train.err())
        .contains("6 classes")
        .contains("next: residua evaluate " + out + " " + list + " " + String.join(" ", options));
    assertThat(Files.readString(out.resolve("split.csv"))).contains(",freshapples,train,");
    assertThat(out.resolve("report.html")).exists();
    does("report", out.toString(), "--data", list.toString());

    TestRun resumed = new TestRun();
    String[] resume = {"train", list.toString(), "--out", out.toString(), "--resume"};
    assertThat(resumed.execute(resume)).isEqualTo(1);
  }

  @Test
  void everyOtherCommandReadsThem(SmallRun small) throws IOException {
    String run = small.run().toString();
    String data = list.toString();
    assertThat(does("evaluate", run, data).out()).contains("18 of 18 pictures");
    assertThat(does("inspect", data, "--quick").out()).contains("54 pictures", "freshapples");
    assertThat(does("data", "preview", data, "--out=" + folder.resolve("grid.png")).out())
        .contains("row 1: freshapples");
    does("data", "convert", data, "--to=folder", "--out=" + folder.resolve("folder"));
    assertThat(folder.resolve("folder/train/freshapples")).isDirectory();
    Path features = folder.resolve("f.safetensors");
    does("features", run, data, "--out=" + features, "--no-cache");
    Path svm = folder.resolve("svm");
    String[] weights = {"--no-cache", "--folds=2", "--c=1", "--no-report", "--weights=" + run};
    TestRun fitted = new TestRun();
    List<String> words = new ArrayList<>(List.of("svm", data, "--out=" + svm));
    words.addAll(List.of(weights));
    words.addAll(options);
    assertThat(fitted.execute(words.toArray(String[]::new))).as(fitted.err()).isZero();
    assertThat(Files.readString(svm.resolve("split.csv"))).contains(",freshapples,train,");
    does("calibrate", run, data, "--out=" + folder.resolve("int8.safetensors"), "--pictures=8");
  }

  @Test
  void whatDoesNotFitIsOneLine(SmallRun small) {
    TestRun run = new TestRun();
    String[] unknown = {"inspect", list.toString(), "--label-column=kinds"};
    assertThat(run.execute(unknown)).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "list.csv: has no column 'kinds' (its columns: where, path, label, kind, split); did"
                + " you mean 'kind'?");
    TestRun folders = new TestRun();
    String[] noList = {"inspect", small.pictures().toString(), "--path-column=where"};
    assertThat(folders.execute(noList)).isEqualTo(1);
    assertThat(folders.err())
        .contains("is no list, so it has no columns")
        .contains("(option: --path-column)");
    TestRun report = new TestRun();
    String[] noData = {"report", small.run().toString(), "--class-names=names.txt"};
    assertThat(report.execute(noData)).isEqualTo(2);
    assertThat(report.err()).contains("need --data");
  }
}
