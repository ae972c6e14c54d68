package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.internal.CsvCell;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.sample.SampleSet;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Rows as the answers come, and going on with them. */
@ExtendWith(SmallRun.Resolver.class)
class StreamedAnswersTest {
  /** The last digits depend on how many pictures are computed together. */
  private static final String SAME_CALLS = "--batch-size=1";

  @TempDir private Path folder;

  private static TestRun run(int exitCode, Object... arguments) {
    TestRun run = new TestRun();
    String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    assertThat(run.execute(words)).as(run.err()).isEqualTo(exitCode);
    return run;
  }

  private static List<String> pictures(SmallRun small) throws IOException {
    try (Stream<Path> all = Files.walk(small.pictures().resolve("test"))) {
      return all.map(Path::toString).filter(p -> p.endsWith(".jpg")).sorted().toList();
    }
  }

  /** Runs with text on stdin. */
  private static TestRun withInput(String input, int exitCode, Object... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return run(exitCode, arguments);
    } finally {
      System.setIn(before);
    }
  }

  private static List<String> column(Path csv, int column) throws IOException {
    return Files.readAllLines(csv).stream().skip(1).map(row -> row.split(",", -1)[column]).toList();
  }

  @Test
  void csvAndJsonLinesSayTheSameInTheOrderOfTheList(SmallRun small) throws IOException {
    List<String> listed = new ArrayList<>(pictures(small));
    Collections.reverse(listed);
    listed.add(folder.resolve("none.jpg").toString());
    listed.add(listed.get(0)); // twice
    Path csv = folder.resolve("a.csv");
    Path jsonl = folder.resolve("a.jsonl");
    TestRun run =
        withInput(
            String.join("\n", listed),
            1,
            "predict",
            small.run(),
            "--from",
            "-",
            "--csv",
            csv,
            "--jsonl",
            jsonl);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).endsWith("residua: 1 of 20 pictures could not be read\n");
    assertThat(column(csv, 0)).isEqualTo(listed);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(jsonl)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines).extracting(l -> l.get("path").asText()).isEqualTo(listed);
    assertThat(column(csv, 1))
        .isEqualTo(lines.stream().map(l -> l.path("class").asText()).toList());
    assertThat(lines.get(18).get("error").asText()).contains("no such file");
    assertThat(lines.get(18).has("class")).isFalse();
    assertThat(lines.get(0).get("top")).hasSize(3);
    assertThat(column(csv, 8)).containsOnly(lines.get(0).get("model").asText());
  }

  @Test
  void standardOutputGetsTheRowsAndNothingElse(SmallRun small) throws IOException {
    TestRun run = run(0, "predict", small.run(), small.pictures().resolve("test"), "--jsonl", "-");
    assertThat(run.out()).hasLineCount(SmallRun.TEST_PICTURES);
    for (String line : run.out().lines().toList()) {
      assertThat(new ObjectMapper().readTree(line).get("probability").asDouble()).isPositive();
    }
  }

  @Test
  void continuingAddsWhatIsMissingAndCutsAHalfRow(SmallRun small) throws IOException {
    Path test = small.pictures().resolve("test");
    Path whole = folder.resolve("whole.csv");
    run(0, "predict", small.run(), test, SAME_CALLS, "--csv", whole);
    List<String> rows = Files.readAllLines(whole);
    Path csv = folder.resolve("a.csv");
    for (int kept : new int[] {0, 1, 7, 18}) {
      String start = String.join("\n", rows.subList(0, kept + 1)) + "\n";
      String half = kept < 18 ? rows.get(kept + 1).substring(0, 20) : "";
      Files.writeString(csv, start + half);
      TestRun run = run(0, "predict", small.run(), test, SAME_CALLS, "--csv", csv, "--continue");
      assertThat(Files.readAllLines(csv)).as(run.err()).isEqualTo(rows);
    }
    Files.writeString(csv, "path,cl");
    run(0, "predict", small.run(), test, SAME_CALLS, "--csv", csv, "--continue");
    assertThat(Files.readAllLines(csv)).isEqualTo(rows);
    Path fresh = folder.resolve("fresh.csv");
    run(0, "predict", small.run(), test, SAME_CALLS, "--csv", fresh, "--continue");
    assertThat(Files.readAllLines(fresh)).isEqualTo(rows);
  }

  @Test
  void continuingRefusesRowsOfAnotherModelOrTable(SmallRun small) throws IOException {
    Path test = small.pictures().resolve("test");
    Path csv = folder.resolve("a.csv");
    run(0, "predict", small.run(), test, "--csv", csv);
    byte[] before = Files.readAllBytes(csv);
    assertThat(run(1, "predict", small.run(), test, "--csv", csv, "--continue", "--tta=flip").err())
        .contains("row 1 is of another model or other settings");
    assertThat(run(1, "predict", small.run(), test, "--csv", csv, "--continue", "--top=2").err())
        .contains("its first line is");
    assertThat(csv).hasBinaryContent(before);
    Path foreign = Files.writeString(folder.resolve("notes.txt"), "no table\n");
    assertThat(run(1, "predict", small.run(), test, "--jsonl", foreign, "--continue").err())
        .contains("notes.txt: --continue: row 1 is not JSON");
    Path short1 = Files.writeString(folder.resolve("short.txt"), "no line end");
    assertThat(run(1, "predict", small.run(), test, "--jsonl", short1, "--continue").err())
        .contains("has no row of such a table");
    assertThat(short1).hasContent("no line end");
    assertThat(run(2, "predict", small.run(), test, "--continue").err())
        .contains("--continue needs --csv FILE or --jsonl FILE");
    assertThat(run(2, "predict", small.run(), test, "--csv=-", "--continue").err())
        .contains("stdout cannot be read again");
  }

  @Test
  void resultsTakeThePlaceOfNoPictureModelOrList(SmallRun small) throws IOException {
    Path picture = folder.resolve("cat.jpg");
    Files.copy(Path.of(pictures(small).get(0)), picture);
    Path model = folder.resolve("m.safetensors");
    Files.copy(small.run().resolve("model.safetensors"), model);
    Path list = Files.writeString(folder.resolve("list.txt"), picture + "\n");
    for (String option : List.of("--csv", "--jsonl", "--json")) {
      for (Path kept : List.of(picture, model)) {
        byte[] before = Files.readAllBytes(kept);
        TestRun run = run(2, "predict", model, picture, option, kept);
        assertThat(run.err()).contains(kept + ": holds a picture, a model or the like");
        assertThat(kept).hasBinaryContent(before);
      }
      assertThat(run(2, "predict", model, "--from", list, option, list).err())
          .contains(list + ": is the list of pictures");
      assertThat(list).hasContent(picture.toString());
    }
    assertThat(run(2, "evaluate", model, small.pictures(), "--json", model).err())
        .contains("holds a picture, a model or the like");
  }

  @Test
  void twoKindsOfResultsNeedTwoFiles(SmallRun small) {
    Path one = folder.resolve("a.txt");
    TestRun run =
        run(
            2,
            "predict",
            small.run(),
            small.pictures().resolve("test"),
            "--csv",
            one,
            "--jsonl",
            folder + "/./a.txt");
    assertThat(run.err()).contains("two kinds of results cannot be written to one file");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aShardWithoutPicturesIsNoFailure(SmallRun small) throws IOException {
    Path csv = folder.resolve("a.csv");
    String picture = pictures(small).get(0);
    run(0, "predict", small.run(), picture, "--shard=2/4", "--csv", csv);
    assertThat(csv).content().hasLineCount(1);
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyByAWholeOne(SmallRun small) throws IOException {
    Path test = small.pictures().resolve("test");
    Path csv = Files.writeString(folder.resolve("a.csv"), "precious\n");
    TestRun stopped = new TestRun();
    stopped.interrupts.request();
    Thread.interrupted();
    assertThat(stopped.execute("predict", small.run().toString(), test.toString(), "--csv=" + csv))
        .isEqualTo(Interrupts.EXIT_CODE);
    assertThat(csv).hasContent("precious\n");
    Path part = folder.resolve("a.csv.part");
    if (Files.exists(part)) {
      Files.delete(part);
    }
    run(0, "predict", small.run(), test, "--csv", csv);
    assertThat(Files.readAllLines(csv)).hasSize(1 + SmallRun.TEST_PICTURES);
    assertThat(part).doesNotExist();
    Files.writeString(part, Files.readAllLines(csv).get(0) + "\n");
    assertThat(run(1, "predict", small.run(), test, "--csv", csv).err())
        .contains("a.csv.part: is what a stopped run has written; --continue goes on with it");
    run(0, "predict", small.run(), test, "--csv", csv, "--continue");
    assertThat(part).doesNotExist();
    assertThat(Files.readAllLines(csv)).hasSize(1 + SmallRun.TEST_PICTURES);
  }

  @Test
  void shardsOfAListMakeTheWhole(SmallRun small) throws IOException {
    Path test = small.pictures().resolve("test");
    List<String> together = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      Path csv = folder.resolve(i + ".csv");
      run(0, "predict", small.run(), test, "--csv", csv, "--shard", i + "/4");
      together.addAll(column(csv, 0));
    }
    assertThat(together).containsExactlyInAnyOrderElementsOf(pictures(small));
    assertThat(run(2, "predict", small.run(), test, "--shard", "5/4").err())
        .contains("--shard '5/4': must be a part and how many there are, such as 1/4");
  }

  @Test
  void namesThatSpreadsheetsWouldComputeAreDefusedAndFoundAgain(SmallRun small) throws IOException {
    assertThat(List.of("=1+1", "+x", "-x.jpg", "@a", "\ta", "'=x"))
        .allSatisfy(text -> assertThat(CsvCell.defused(text)).isEqualTo("'" + text));
    assertThat(List.of("-1", "+2.5e-3", "cat", "'cat", "a=b", "1-2", ""))
        .allSatisfy(text -> assertThat(CsvCell.defused(text)).isEqualTo(text));
    assertThat(List.of("=1", "'=1", "''=1", "'1", "-1", "x"))
        .allSatisfy(text -> assertThat(CsvCell.original(CsvCell.defused(text))).isEqualTo(text));
    assumeTrue(File.separatorChar == '/', "such a name is no Windows file name");
    Path picture = Files.copy(Path.of(pictures(small).get(0)), folder.resolve("p.jpg"));
    Path csv = folder.resolve("a.csv");
    Path jsonl = folder.resolve("a.jsonl");
    String list = "=cmd|' /C calc'!A0.jpg\n" + picture + "\n";
    withInput(list, 1, "predict", small.run(), "--from=-", "--csv", csv, "--jsonl", jsonl);
    assertThat(column(csv, 0)).startsWith("'=cmd|' /C calc'!A0.jpg");
    assertThat(Files.readString(jsonl)).startsWith("{\"path\":\"=cmd|' /C calc'!A0.jpg\"");
    List<String> before = Files.readAllLines(csv);
    withInput(list, 1, "predict", small.run(), "--from=-", "--csv", csv, "--continue");
    assertThat(Files.readAllLines(csv)).isEqualTo(before);
  }

  @Test
  void anEvaluationThatWasStoppedGivesTheNumbersOfAWholeOne(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    for (String name : SampleSet.CLASSES) {
      Files.createDirectories(data.resolve(name));
      for (int i = 1; i <= 3; i++) {
        Files.copy(
            small.pictures().resolve("test/%s/synthetic_%04d.jpg".formatted(name, i)),
            data.resolve(name).resolve(i + ".jpg"));
      }
    }
    Path cut = data.resolve("freshbanana/2.jpg");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 300));
    Path csv = folder.resolve("e.csv");
    Path json = folder.resolve("e.json");
    run(1, "evaluate", small.run(), data, SAME_CALLS, "--csv", csv, "--json", json);
    JsonNode whole = new ObjectMapper().readTree(json.toFile());
    List<String> rows = Files.readAllLines(csv);
    assertThat(rows).hasSize(19);
    assertThat(folder.resolve("e.csv.scores")).doesNotExist();

    Path stopped = folder.resolve("s.csv");
    StoppedAfter.rows(stopped, 9, "evaluate", small.run().toString(), data.toString(), SAME_CALLS);
    assertThat(Files.readAllLines(stopped)).hasSizeGreaterThan(9).hasSizeLessThan(19);
    Files.writeString(stopped, "half a ro", StandardOpenOption.APPEND);
    run(
        1,
        "evaluate",
        small.run(),
        data,
        SAME_CALLS,
        "--csv",
        stopped,
        "--json",
        json,
        "--continue");
    assertThat(Files.readAllLines(stopped)).isEqualTo(rows);
    JsonNode continued = new ObjectMapper().readTree(json.toFile());
    for (String key :
        List.of("n", "accuracy", "log_loss", "brier", "auc", "confusion", "per_class")) {
      assertThat(continued.get(key)).as(key).isEqualTo(whole.get(key));
    }
    assertThat(continued.get("unreadable")).hasSize(1);
    assertThat(folder.resolve("s.csv.scores")).doesNotExist();
    assertThat(run(1, "evaluate", small.run(), data, SAME_CALLS, "--csv", csv, "--continue").err())
        .contains("the scores that its rows belong to are not there");
  }

  /** Rows come out of a real process while its list is still open, and a kill leaves whole ones. */
  @Test
  void rowsComeOutWhileTheListIsStillOpenAndAKilledRunIsGoneOnWith(SmallRun small)
      throws IOException, InterruptedException {
    List<String> pictures = pictures(small);
    Path csv = folder.resolve("a.csv");
    Process process =
        Processes.java(Main.class, "predict", small.run().toString(), "--from=-", "--csv=-");
    try (OutputStream in = process.getOutputStream();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String picture : pictures.subList(0, 5)) {
        in.write((picture + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        String line = out.readLine();
        while (line != null && !line.startsWith(picture)) {
          line = out.readLine(); // the header, notes
        }
        assertThat(line).isNotNull();
      }
    }
    assertThat(process.waitFor()).isZero();

    Process killed =
        Processes.java(Main.class, "predict", small.run().toString(), "--from=-", "--csv=" + csv);
    try (OutputStream in = killed.getOutputStream()) {
      in.write((String.join("\n", pictures) + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
      while (!Files.exists(csv) || Files.readAllLines(csv).size() < 1 + pictures.size()) {
        assertThat(killed.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      killed.destroyForcibly().waitFor();
    }
    assertThat(column(csv, 0)).isEqualTo(pictures);
    withInput(
        String.join("\n", pictures) + "\n" + pictures.get(0) + "\n",
        0,
        "predict",
        small.run(),
        "--from=-",
        "--csv",
        csv,
        "--continue");
    assertThat(column(csv, 0)).hasSize(pictures.size() + 1).endsWith(pictures.get(0));
  }

  /** A network that takes next to no time, on pictures of 8 px. */
  private Path tinyModel() {
    ModelSpec spec =
        new ModelSpec(
            "resnet8-cifar",
            Head.parse("gap-linear"),
            List.of("a", "b"),
            List.of(),
            Preprocessing.preset("torchvision").withSize(8).withResize(Resize.SQUASH));
    Path file = folder.resolve("tiny.safetensors");
    new ModelFile(
            spec,
            new Initialisation(1, LinearRule.TORCH).weights(spec.network()),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode())
        .write(file);
    return file;
  }

  /** A process with 64 MB of heap, which would not hold the answers nor the paths. */
  @Test
  @Tag("slow")
  void twoHundredThousandPicturesFitIntoALittleHeap() throws Exception {
    Path picture = folder.resolve("tiny.png");
    new RgbImage(8, 8, new byte[3 * 8 * 8]).writePng(picture);
    Path list = folder.resolve("list.txt");
    Path many = Files.createDirectory(folder.resolve("many"));
    try (BufferedWriter out = Files.newBufferedWriter(list)) {
      for (int i = 0; i < 200_000; i++) {
        Path link = many.resolve("picture-%06d-with-a-name-of-usual-length.png".formatted(i));
        if (i % 50_000 == 0) { // a file may only have so many links
          picture = Files.copy(picture, folder.resolve("copy%d.png".formatted(i)));
        }
        Files.createLink(link, picture);
        out.write(link + "\n");
      }
    }
    for (String input : List.of("--from=" + list, many.toString())) {
      for (String continued : List.of("--batch-size=64", "--continue")) {
        Path csv = folder.resolve("many.csv");
        Process process =
            Processes.java(
                Main.class, "predict", tinyModel().toString(), input, "--csv=" + csv, continued);
        String said = Processes.text(process);
        assertThat(process.waitFor()).as(said).isZero();
        try (Stream<String> rows = Files.lines(csv)) {
          assertThat(rows.count()).isEqualTo(200_001);
        }
      }
      Files.delete(folder.resolve("many.csv"));
    }
  }
}
