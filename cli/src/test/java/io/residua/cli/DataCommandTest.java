package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SmallRun.Resolver.class)
class DataCommandTest {
  @TempDir private Path folder;

  private Path converted(SmallRun small, String format) {
    Path out = folder.resolve(format);
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "data",
                "convert",
                small.pictures().toString(),
                "--to",
                format,
                "--out",
                out.toString()))
        .as(run.err())
        .isZero();
    assertThat(run.err()).contains("54 pictures in 6 classes");
    return format.equals("csv") ? out.resolve("data.csv") : out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder", "csv", "cifar10", "stl10"})
  void aSetOfAnyFormatTrainsAModel(String format, SmallRun small) {
    Path data = converted(small, format);
    OpenedData opened = OpenedData.open(data);
    assertThat(opened.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(opened.all().size()).isEqualTo(54);

    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    assertThat(run.execute(SmallRun.trainArguments(data, out, "--epochs=1")))
        .as(run.err())
        .isZero();
    TestRun again = new TestRun();
    assertThat(again.execute("evaluate", out.toString(), data.toString())).isZero();
    assertThat(again.out()).contains("18 of 18 pictures");
  }

  @ParameterizedTest
  @CsvSource({"folder, ''", "csv, data.csv", "cifar10, ''", "stl10, ''"})
  void unreadablePicturesAreLeftOutOfWhatIsWrittenUpToAShare(
      String format, String opened, SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    String[] classes = {"freshapples", "freshbanana"};
    for (String name : classes) {
      Files.createDirectories(data.resolve(name));
      for (int i = 1; i <= 5; i++) {
        String file = "/synthetic_000" + i + ".jpg";
        Files.copy(small.pictures().resolve("train/" + name + file), data.resolve(name + file));
      }
    }
    Path bad = Files.writeString(data.resolve("freshapples/broken.jpg"), "no picture");
    Path out = folder.resolve("out");
    List<String> words =
        List.of("data", "convert", data.toString(), "--to=" + format, "--out=" + out);
    TestRun strict = new TestRun();
    assertThat(strict.execute(words.toArray(String[]::new))).isEqualTo(1);
    assertThat(strict.err())
        .contains(
            "1 of 11 pictures (9.1 %) cannot be read, more than the 1 % that may be; first: "
                + bad);
    assertThat(out).doesNotExist();

    TestRun lenient = new TestRun();
    List<String> more = new ArrayList<>(words);
    more.add("--max-bad=10%");
    assertThat(lenient.execute(more.toArray(String[]::new))).as(lenient.err()).isZero();
    assertThat(lenient.err())
        .contains("warning: " + bad + ": not a picture")
        .contains("1 of 11 pictures (9.1 %) cannot be read and are left out")
        .contains(": 10 pictures in 2 classes");
    assertThat(OpenedData.open(out.resolve(opened)).all().labels())
        .containsExactlyInAnyOrder(0, 0, 0, 0, 0, 1, 1, 1, 1, 1);

    for (int i = 1; i <= 5; i++) {
      Files.writeString(data.resolve("freshapples/synthetic_000" + i + ".jpg"), "no picture");
    }
    TestRun none = new TestRun();
    more.set(4, "--out=" + folder.resolve("out2"));
    more.set(5, "--max-bad=1");
    assertThat(none.execute(more.toArray(String[]::new))).isEqualTo(1);
    assertThat(none.err()).contains("class 'freshapples' has no picture left");
    assertThat(folder.resolve("out2")).doesNotExist();
  }

  @Test
  void offlineASetThatWasNeverFetchedIsNotThere() throws Exception {
    Path out = folder.resolve("o");
    Processes.Ended ended =
        Processes.run(
            folder,
            Map.of("RESIDUA_HOME", folder.resolve("home").toString()),
            Processes.residua(
                List.of(), List.of("data", "fetch", "cifar10", "--offline", "--out=" + out)));
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err())
        .contains("it is not there and must not be fetched, offline")
        .contains("(option: --offline)");
    assertThat(out).doesNotExist();
  }

  /** A test part full of copies, as the published fruits have it. */
  @Test
  void aSplitThatNoCopyCrosses(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    String[] classes = {"freshapples", "freshbanana"};
    for (String name : classes) {
      Files.createDirectories(data.resolve("train").resolve(name));
      Files.createDirectories(data.resolve("test").resolve(name));
      List<Path> pictures = files(small.pictures().resolve("train").resolve(name));
      assertThat(pictures).hasSizeGreaterThanOrEqualTo(6);
      for (int i = 0; i < 6; i++) {
        Path copy = data.resolve("train").resolve(name).resolve("p" + i + ".jpg");
        Files.copy(pictures.get(i), copy);
        Files.copy(copy, data.resolve("test").resolve(name).resolve("same" + i + ".jpg"));
        Files.copy( // another picture, which is named as a copy
            pictures.get((i + 3) % 6),
            data.resolve("test").resolve(name).resolve("rotated_by_15_p" + i + ".jpg"));
      }
    }
    Path list = folder.resolve("split.csv");
    TestRun kept = new TestRun();
    assertThat(kept.execute("data", "split", data.toString(), "--out=" + list)).isZero();
    assertThat(Manifest.read(list).entries())
        .allMatch(e -> (e.split() == Part.TEST) == e.path().startsWith("test/"));
    assertThat(kept.err()).contains("the same picture in two parts");

    TestRun anew = new TestRun();
    String[] words = {"data", "split", data.toString(), "--anew", "--out=" + list, "--seed=3"};
    assertThat(anew.execute(words)).as(anew.err()).isZero();
    List<Manifest.Entry> entries = Manifest.read(list).entries();
    assertThat(entries).hasSize(36);
    assertThat(anew.out()).containsPattern("train +\\d+\\R").containsPattern("test +\\d+\\R");
    assertThat(anew.err())
        .contains("36 pictures have a copy, which lies in the same part")
        .contains("train " + data + " --split " + list);
    assertThat(entries.stream().map(Manifest.Entry::split).distinct()).hasSize(3);
    // p0 = same0 = rotated_by_15_p3, and rotated_by_15_p0 = p3 = same3: one group of six.
    for (String name : classes) {
      for (int i = 0; i < 3; i++) {
        String end = "/" + name + "/.*" + "[" + i + (i + 3) + "]\\.jpg";
        assertThat(
                entries.stream()
                    .filter(e -> e.path().matches(".*" + end))
                    .map(Manifest.Entry::split)
                    .distinct())
            .hasSize(1);
      }
    }
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                SmallRun.trainArguments(
                    data, folder.resolve("run"), "--epochs=1", "--split=" + list)))
        .as(run.err())
        .isZero();

    TestRun meant = new TestRun();
    assertThat(meant.execute("data", "split", data.toString(), "--out=" + list, "--test-split=0.1"))
        .isEqualTo(2);
    assertThat(meant.err()).contains("has a test part, which stays as it is");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void theSetComesBackFromTheBinaries(SmallRun small) {
    Path binaries = converted(small, "stl10");
    Path back = folder.resolve("back");
    TestRun run = new TestRun();
    assertThat(run.execute("data", "convert", binaries.toString(), "--to=folder", "--out=" + back))
        .isZero();
    assertThat(OpenedData.open(back).classes())
        .isEqualTo(OpenedData.open(small.pictures()).classes());
    assertThat(OpenedData.open(back).all().labels())
        .isEqualTo(OpenedData.open(small.pictures()).all().labels());
  }

  @Test
  void thePreviewHasARowForEachClassAndTwoMoreOfTraining(SmallRun small) throws IOException {
    Path png = folder.resolve("grid.png");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            "data",
            "preview",
            small.pictures().toString(),
            "--out=" + png,
            "--augment=keras-fruits",
            "--per-class=4",
            "--cell=32");
    assertThat(exitCode).as(run.err()).isZero();
    assertThat(run.out()).hasLineCount(6).startsWith("rows 1-3: freshapples\n");
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(4 * 34 + 2);
    assertThat(ImageIO.read(png.toFile()).getHeight()).isEqualTo(18 * 34 + 2);

    Path recipe = folder.resolve("recipe.yaml");
    Files.writeString(
        recipe, "augment: imagenet\nimage_size: 64\nmix: mixup(alpha=0.2)\nseed: 5\n");
    Path page = folder.resolve("page.html");
    TestRun byRecipe = new TestRun();
    assertThat(
            byRecipe.execute(
                "data",
                "preview",
                small.pictures().toString(),
                "--out=" + page,
                "--recipe=" + recipe,
                "--variants=1"))
        .as(byRecipe.err())
        .isZero();
    assertThat(byRecipe.err())
        .contains(
            "in training: ",
            "64x64",
            "resized-crop",
            "mixup(alpha=0.2), which is not shown",
            "seed 5");
    assertThat(page).content().contains("In training: ", "64x64", "in training, pass 1");

    for (String name : new String[] {"grid.jpg", "grid.html"}) {
      TestRun other = new TestRun();
      Path file = folder.resolve(name);
      assertThat(other.execute("data", "preview", small.pictures().toString(), "--out=" + file))
          .isZero();
      assertThat(file).isNotEmptyFile();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data preview x --out FOLDER/g.gif        | 2 | must end with .png, .jpg or .html
          data preview x --out FOLDER/g.png --cell 3 | 2 | --cell 3: must be from 16 to 512
          data preview x --out FOLDER/g.png --augment flip | 2 | --augment: augmentation 'flip': unknown; it is one of flip-horizontal
          data preview x --out FOLDER/no/g.png     | 2 | does not exist
          data preview FOLDER --out FOLDER/g.png   | 1 | folder is empty
          data split x --out FOLDER/s.csv --val-split 0 | 2 | --val-split 0: training needs a validation part
          data split x --out FOLDER/s.csv --test-split much | 2 | --test-split much: 'much' is not a split size
          data split x --out FOLDER/no/s.csv       | 2 | does not exist
          data split FOLDER --out FOLDER/s.csv     | 1 | folder is empty
          data convert x --to png --out FOLDER/o   | 2 | --to 'png': must be one of folder, csv, cifar10, stl10
          data convert x --to csv --out FOLDER/o   | 1 | x: no such file or folder
          data fetch cifar                         | 2 | NAME 'cifar': must be one of cifar10, stl10; did you mean 'cifar10'?
          train --out FOLDER/o --recipe cifar10-resnet9 | 2 | missing required parameter: 'DATA'; 'residua data fetch cifar10 --out DIR' fetches it
          svm --recipe stl10-svm --out FOLDER/o    | 2 | missing required parameter: 'DATA'; 'residua data fetch stl10 --out DIR' fetches it
          train --out FOLDER/o --recipe cats-dogs  | 2 | missing required parameter: 'DATA' (see
          inspect FOLDER --html -                  | 2 | --html -: it needs a file
          inspect FOLDER --quarantine FOLDER       | 2 | is a folder, not a file to write to
          inspect FOLDER/nothing                   | 1 | no such file or folder
          train x --out FOLDER/o --max-bad many    | 2 | --max-bad 'many': must be a share such as 0.05 or 5%
          train x --out FOLDER/o --max-bad 3       | 2 | --max-bad '3': must be a share
          """)
  void whatIsTypedWrongIsOneLine(String arguments, int exitCode, String reason) {
    TestRun run = new TestRun();
    String[] words =
        Arrays.stream(arguments.split(" +"))
            .map(word -> word.replace("FOLDER", folder.toString()))
            .toArray(String[]::new);
    assertThat(run.execute(words)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).hasLineCount(1).startsWith("residua: ").contains(reason);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anExcludeListThatIsNoneIsNamedWithItsLine(SmallRun small) throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "path,reason\na.jpg\n");
    TestRun run = new TestRun();
    Path out = folder.resolve("run");
    assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out, "--exclude=" + list)))
        .isEqualTo(1);
    assertThat(run.err()).endsWith("residua: " + list + ": line 2: 1 fields, not 2\n");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          test_batch.bin  | 3072 | 0  | are not whole records of 3073 bytes
          test_batch.bin  | 3073 | 10 | record 0 has label 10, expected 0..9
          train_X.bin     | 27647| 0  | are not whole pictures of 27648 bytes
          train_X.bin     | 27648| 0  | train_y.bin
          """)
  void binariesThatAreNot(String name, int length, byte first, String reason) throws IOException {
    byte[] bytes = new byte[length];
    bytes[0] = first;
    Files.write(folder.resolve(name), bytes);
    refused(folder, reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          path,kind;a.jpg,x             | has no column 'label'
          path,label;../a.jpg,x         | line 2: '../a.jpg' lies outside the data folder
          path,label;/etc/passwd,x      | line 2: '/etc/passwd' lies outside the data folder
          path,label;a.jpg,x;b.jpg,X    | class 'x' appears twice (but for case)
          path,label;a.jpg,x,y          | another number of fields than the header's 2; first: line 2
          path,label,split;a.jpg,x,left | of a split that is none (train, validation or test); first: line 2, 'left'
          path,label;a.jpg,             | without a label; first: line 2
          path,label;a.jpg,"x           | line
          """)
  void listsThatAreNot(String text, String reason) throws IOException {
    Files.write(folder.resolve("a.jpg"), new byte[1]);
    Files.write(folder.resolve("b.jpg"), new byte[1]);
    Path csv = folder.resolve("data.csv");
    Files.writeString(csv, text.replace(';', '\n') + "\n");
    refused(csv, reason);
  }

  private static void refused(Path data, String reason) {
    for (String command : new String[] {"inspect", "train"}) {
      TestRun run = new TestRun();
      String[] arguments =
          command.equals("train")
              ? new String[] {
                "train", data.toString(), "--out", data.resolveSibling("o").toString()
              }
              : new String[] {"inspect", data.toString()};
      assertThat(run.execute(arguments)).as(run.err()).isEqualTo(1);
      assertThat(run.err()).hasLineCount(1).startsWith("residua: ").contains(reason);
    }
  }

  @Test
  void namesWithSpacesQuotesAndLettersOfAnyLanguage(SmallRun small) throws IOException {
    Path data = folder.resolve("a 'set' of \"mine\"");
    String[] names = {"Äpfel & <Birnen>", "ばなな \"x\", y"};
    for (int c = 0; c < 2; c++) {
      for (int i = 1; i <= 5; i++) {
        Path to = data.resolve(names[c]).resolve("%d, 'ß'.jpg".formatted(i));
        Files.createDirectories(to.getParent());
        String of = c == 0 ? "freshapples" : "freshbanana";
        Files.copy(small.pictures().resolve("train/%s/synthetic_%04d.jpg".formatted(of, i)), to);
      }
    }
    Path out = folder.resolve("run");
    TestRun train = new TestRun();
    assertThat(train.execute(SmallRun.trainArguments(data, out))).as(train.err()).isZero();
    String split = "--split=" + out.resolve("split.csv");
    TestRun again = new TestRun();
    assertThat(again.execute(SmallRun.trainArguments(data, folder.resolve("run2"), split)))
        .as(again.err())
        .isZero();
    TestRun inspect = new TestRun();
    Path html = folder.resolve("i.html");
    assertThat(inspect.execute("inspect", data.toString(), "--html=" + html)).isZero();
    assertThat(inspect.out()).contains(names);
    assertThat(html).content().contains("Äpfel &amp; &lt;Birnen&gt;");
  }
}
