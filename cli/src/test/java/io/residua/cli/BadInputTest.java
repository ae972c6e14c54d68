package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.train.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users get wrong: one line that names the file and the reason, and the right exit code. */
@ExtendWith(SmallRun.Resolver.class)
class BadInputTest {
  @TempDir private Path folder;

  /** Runs a training that must fail with that line and leave no model behind. */
  private void trainingFails(Path data, int exitCode, String line, String... more) {
    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    assertThat(run.execute(SmallRun.trainArguments(data, out, more))).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().reduce((a, b) -> b)).hasValue("residua: " + line);
    assertThat(run.err()).doesNotContain("\tat ", "internal error");
    assertThat(out.resolve("model.safetensors")).doesNotExist();
  }

  private static Path picture(SmallRun small) {
    return small.pictures().resolve("train/freshapples/synthetic_0001.jpg");
  }

  /** A set of two classes with three pictures each. */
  private Path twoClasses(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    for (String name : List.of("freshapples", "freshbanana")) {
      Files.createDirectories(data.resolve(name));
      for (int i = 1; i <= 3; i++) {
        String picture = "synthetic_%04d.jpg".formatted(i);
        Files.copy(
            small.pictures().resolve("train").resolve(name).resolve(picture),
            data.resolve(name).resolve(picture));
      }
    }
    return data;
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "evaluate", "predict"})
  void aMissingFolder(String command, @TempDir Path empty) {
    TestRun run = new TestRun();
    String missing = empty.resolve("nothing").toString();
    int exitCode =
        switch (command) {
          case "train" -> run.execute("train", missing, "--out", empty.resolve("o").toString());
          case "evaluate" -> run.execute("evaluate", "imagenet", missing, "--offline");
          default -> run.execute("predict", missing, "a.jpg");
        };
    assertThat(exitCode).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).contains(missing).contains("no such file");
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void anEmptyClassFolder(SmallRun small) throws IOException {
    Path data = twoClasses(small);
    Path empty = Files.createDirectory(data.resolve("cherries"));
    trainingFails(data, 1, empty + ": class folder is empty; fill it or remove it");
  }

  @Test
  void oneClassOnly(SmallRun small) throws IOException {
    Path data = folder.resolve("one");
    Files.createDirectories(data.resolve("apples"));
    Files.copy(picture(small), data.resolve("apples/a.jpg"));
    trainingFails(data, 1, data + ": only one class ('apples'); training needs at least two");
  }

  /** Tables, pages and terminals show classes' names. */
  @Test
  void aClassWithALineBreakInItsName(SmallRun small) throws IOException {
    Path data = folder.resolve("broken");
    for (String name : List.of("apples", "pears\nred")) {
      Files.createDirectories(data.resolve(name));
      Files.copy(picture(small), data.resolve(name).resolve("a.jpg"));
    }
    trainingFails(
        data, 1, data + ": the name of class 1 ('pears\\u000ared') has control characters");
  }

  @Test
  void aFolderOfTextFiles() throws IOException {
    Path data = Files.createDirectories(folder.resolve("texts/essays")).getParent();
    Files.writeString(data.resolve("essays/one.txt"), "words");
    Files.writeString(data.resolve("essays/two.txt"), "words");
    trainingFails(
        data,
        1,
        data.resolve("essays")
            + ": class folder has no pictures (2 other files); fill it or remove it");
  }

  @Test
  void picturesWithoutClassFolders(SmallRun small) {
    Path data = small.pictures().resolve("test/freshapples");
    trainingFails(
        data, 1, data + ": holds 3 pictures but no class folders; expected one folder per class");
  }

  @Test
  void aTruncatedPictureInTraining(SmallRun small) throws IOException {
    Path data = twoClasses(small);
    Path cut = data.resolve("freshbanana/synthetic_0002.jpg");
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    assertThat(run.execute(SmallRun.trainArguments(data, out))).isEqualTo(1);
    String last = run.err().lines().reduce((a, b) -> b).orElse("");
    assertThat(last).startsWith("residua: ").contains(cut.toString(), "truncated");
    assertThat(out.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void anOutputFolderThatIsInUse(SmallRun small) throws IOException {
    byte[] before = Files.readAllBytes(small.run().resolve("metrics.json"));
    TestRun run = new TestRun();
    int exitCode = run.execute(SmallRun.trainArguments(small.pictures(), small.run()));
    assertThat(exitCode).isEqualTo(1);
    assertThat(run.err())
        .endsWith(
            "residua: %s: exists and is not empty; a run is never overwritten, choose another\n"
                .formatted(small.run()));
    assertThat(small.run().resolve("metrics.json")).hasBinaryContent(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs          | many     | whole number
          --epochs          | 0        | whole number from 1
          --batch-size      | -4       | whole number from 1
          --image-size      | big      | whole number
          --image-size      | 5000     | 4096
          --resize          | stretch  | squash, crop
          --head            | giant    | gap-linear
          --freeze          | layer9*  | matches no layer
          --freeze          | *        | nothing is left to train
          --optimizer       | adamm    | adam
          --optimizer       | sgd:x=1  | unknown setting 'x'
          --lr              | fast     | number above 0
          --lr              | 0        | number above 0
          --schedule        | weekly   | cosine
          --label-smoothing | 1.5      | from 0
          --seed            | 1.5      | whole number
          --val-split       | 0        | a share such as 0.2
          --precision       | fp8      | unknown precision
          --model           | resnet51 | resnet50
          --threads         | 0        | from 1 to 1024
          --device          | gpu      | auto, cpu, java
          --nonsense        | 1        | unknown option
          """)
  void aValueThatIsNotAllowedInTraining(
      String option, String value, String reason, SmallRun small) {
    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(SmallRun.trainArguments(small.pictures(), out, option + "=" + value));
    assertThat(exitCode).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines().reduce((a, b) -> b).orElse(""))
        .startsWith("residua: ")
        .contains(reason)
        .doesNotContain("internal error");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          predict RUN x.jpg --top 0             | --top 0: must be at least 1
          predict RUN x.jpg --precision b16     | --precision 'b16': must be one of auto, fp32, bf16, int8; did you mean 'bf16'?
          predict RUN x.jpg --resize corp       | --resize 'corp': must be one of auto, squash, crop; did you mean 'crop'?
          evaluate RUN x --device cuda          | --device 'cuda': must be one of auto, cpu, java
          evaluate RUN                          | missing required parameter: 'DATA'
          train x                               | missing required option: '--out=RUN'
          sample x --train none                 | invalid value for option '--train': 'none' is not an int
          sample x --test 0                     | --test 0: must be from 1 to 100000
          quickstart --seed abc                 | invalid value for option '--seed': 'abc' is not a long
          """)
  void aValueThatIsNotAllowedElsewhere(String arguments, String line) {
    TestRun run = new TestRun();
    assertThat(run.execute(arguments.split(" +"))).isEqualTo(2);
    assertThat(run.err()).hasLineCount(1).startsWith("residua: " + line);
  }

  @Test
  void weightsThatAreNowhere(SmallRun small) {
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            SmallRun.trainArguments(
                small.pictures(), folder.resolve("run"), "--weights=resnet51.pth"));
    assertThat(exitCode).isEqualTo(1);
    assertThat(run.err()).contains("no weights 'resnet51.pth'", "resnet50.keras_in1k");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          epohcs: 3        | unknown setting 'epohcs'
          batch-size: 3    | did you mean 'batch_size'?
          epohcs: 3        | did you mean 'epochs'?
          epochs: three    | epochs is 'three', not a whole number
          epochs: [1, 2    | not YAML
          epochs: [1, 2]   | epochs is '1,2', not a whole number
          just words       | a recipe is a list of settings
          """)
  void aRecipeThatCannotBeUsed(String yaml, String reason, SmallRun small) throws IOException {
    Path recipe = folder.resolve("recipe.yaml");
    Files.writeString(recipe, yaml + "\n");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            "train",
            small.pictures().toString(),
            "--out=" + folder.resolve("run"),
            "--recipe=" + recipe);
    assertThat(exitCode).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1).startsWith("residua: " + recipe + ": ").contains(reason);
  }

  @Test
  void aRecipeThatIsNotThere(SmallRun small) {
    Path recipe = folder.resolve("absent.yaml");
    trainingFails(
        small.pictures(),
        1,
        recipe
            + ": there is no such file, and no recipe of that name (there are %s)"
                .formatted(String.join(", ", Recipe.NAMES)),
        "--recipe=" + recipe);
  }

  @Test
  void aModelFileCutShort(SmallRun small) throws IOException {
    byte[] whole = Files.readAllBytes(small.model());
    for (int length : new int[] {0, 5, 100, 20_000, whole.length - 1}) {
      Path cut = folder.resolve("cut.safetensors");
      Files.write(cut, Arrays.copyOf(whole, length));
      refused(cut, small);
    }
  }

  @Test
  void aModelFileWithAFlippedByteInItsHeader(SmallRun small) throws IOException {
    byte[] whole = Files.readAllBytes(small.model());
    Path damaged = folder.resolve("damaged.safetensors");
    for (int at : new int[] {0, 3, 7, 8, 9, 20, 40}) {
      byte[] bytes = whole.clone();
      bytes[at] ^= 0x55;
      Files.write(damaged, bytes);
      refused(damaged, small);
    }
  }

  private static void refused(Path model, SmallRun small) {
    TestRun run = new TestRun();
    assertThat(run.execute("predict", model.toString(), picture(small).toString())).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .contains(model.toString())
        .doesNotContain("internal error");
  }

  @Test
  void aPictureIsNoModel(SmallRun small) {
    refused(picture(small), small);
  }

  @Test
  void resultsForAFullDisk(SmallRun small) {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "no /dev/full");
    TestRun run = new TestRun();
    int exitCode =
        run.execute("predict", small.run().toString(), picture(small).toString(), "--json=" + full);
    assertThat(exitCode).isEqualTo(1);
    assertThat(run.err()).endsWith("residua: cannot write /dev/full: no space left on device\n");
  }

  @Test
  void aDiskWithoutRoomForTheModelIsToldBeforeTraining(SmallRun small)
      throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> mount =
        List.of("mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk.toString());
    assumeTrue(mounted(mount), "only root can mount a small disk");
    try {
      Path out = disk.resolve("run"); // the model has 45 MB
      TestRun run = new TestRun();
      assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out))).isEqualTo(1);
      assertThat(run.err())
          .endsWith(
              "residua: %s: there is no room for model.safetensors, which needs 45 MB and there are"
                      .formatted(out)
                  + " 20 MB: no space left on device\n")
          .doesNotContain("epoch 1");
      try (Stream<Path> left = Files.list(out)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .containsExactlyInAnyOrder("recipe.yaml", "split.csv");
      }
    } finally {
      Processes.run(folder, Map.of(), List.of("umount", disk.toString()));
    }
  }

  private boolean mounted(List<String> mount) throws InterruptedException {
    try {
      return Processes.run(folder, Map.of(), mount).exitCode() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
