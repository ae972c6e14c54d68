package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.data.Archives;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.image.ImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars that WebDataset wrote, with what it reads from them itself (webdataset.py). */
class WebDatasetTest {
  private static final List<String> SHARDS =
      List.of("train-000000.tar", "train-000001.tar", "val-000000.tar", "described.tar");

  @TempDir Path dir;

  @BeforeEach
  void copy() throws IOException {
    for (String name : SHARDS) {
      try (InputStream in = resource(name)) {
        Files.copy(in, dir.resolve(name));
      }
    }
  }

  private static InputStream resource(String name) {
    return WebDatasetTest.class.getResourceAsStream("/io/residua/data/webdataset/" + name);
  }

  /** What WebDataset reads: shard, key, class and sum of the samples, a line each. */
  private static List<String> answers(String beginning) throws IOException {
    try (InputStream in = resource("answers.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(beginning))
          .toList();
    }
  }

  private static List<String> lines(OpenedData data, String shard) {
    List<String> lines = new ArrayList<>();
    for (Sample sample : data.all().samples()) {
      long sum = 0;
      for (byte value : sample.source().read(new ImageDecoder()).rgb()) {
        sum += value & 0xff;
      }
      String key = sample.name().replaceFirst("\\.png$", "");
      String place = shard.isEmpty() ? key.replaceFirst("/", ",") : shard + "," + key;
      lines.add(place + "," + data.classes().get(sample.label()) + "," + sum);
    }
    return lines;
  }

  @Test
  void classesAreInFilesBesideThePictures() throws IOException {
    Path file = dir.resolve("train-000000.tar");
    OpenedData data = OpenedData.open(file);
    assertThat(data.classes()).containsExactly("0", "2", "3", "6", "7", "10");
    assertThat(data.warnings()).isEmpty();
    assertThat(lines(data, "train-000000.tar")).isEqualTo(answers("train-000000.tar"));
    assertThat(data.all().samples().get(0).name()).isEqualTo("000000.png");
    assertThat(data.all().samples().get(0).path()).isEqualTo(file.resolve("000000.png"));
  }

  @Test
  void classesAreInJsonUnderAnyKey() throws IOException {
    Path file = dir.resolve("described.tar");
    assertThat(OpenedData.open(file).classes()).containsExactly("0", "1", "2");
    OpenedData named = OpenedData.open(file, DataReading.USUAL.withLabelColumn("kind"));
    assertThat(lines(named, "described.tar")).isEqualTo(answers("described.tar"));
    assertThatThrownBy(() -> OpenedData.open(file, DataReading.USUAL.withLabelColumn("kinds")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("6 of 6 pictures have no label: without a key 'kinds' in the .json")
        .hasMessageContaining("whose keys are label, kind, caption; did you mean 'kind'?");
    assertThatThrownBy(() -> OpenedData.open(file, DataReading.USUAL.withPathColumn("kind")))
        .hasMessageContaining("is no list, so it has no column of paths");
  }

  @Test
  void aFolderOfTarsIsASetInPartsByTheirNames() throws IOException {
    Files.delete(dir.resolve("described.tar"));
    OpenedData data = OpenedData.open(dir);
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.VALIDATION);
    assertThat(data.parts().get(Part.VALIDATION).size()).isEqualTo(4);
    assertThat(data.classes()).hasSize(11).startsWith("0", "1", "2", "3").endsWith("10");
    List<String> expected = new ArrayList<>(answers("train-"));
    expected.addAll(answers("val-"));
    assertThat(lines(data, "")).isEqualTo(expected);
    assertThat(data.all().samples().get(0).name()).isEqualTo("train-000000.tar/000000.png");

    for (String part : List.of("train", "val")) {
      Files.createDirectories(dir.resolve("parts/" + part));
      Files.copy(dir.resolve(part + "-000000.tar"), dir.resolve("parts/" + part + "/0.tar"));
    }
    OpenedData parts = OpenedData.open(dir.resolve("parts"));
    assertThat(parts.parts()).containsOnlyKeys(Part.TRAIN, Part.VALIDATION);
    assertThat(parts.all().size()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "train-{000000..000001}.tar, 11",
    "'{train,val}-000000.tar', 10",
    "train-00000{0..1}.tar, 11"
  })
  void aPatternNamesSeveralTars(String pattern, int pictures) {
    OpenedData data = OpenedData.open(dir.resolve(pattern));
    assertThat(data.all().size()).isEqualTo(pictures);
    assertThat(data.all().samples())
        .allSatisfy(s -> assertThat(dir.resolve(s.name())).isEqualTo(s.path()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train-{000000..000002}.tar    | train-000002.tar: no such file",
        "train-{5..1}.tar              | must go up",
        "train-{0..999999999}.tar      | must go up, by less than 100,000",
        "{0..999}{0..999}{0..999}.tar  | names more than 100,000 files",
        "{train-000000,described}.tar  | some of its tars are parts by their names"
      })
  void aPatternThatDoesNotFitIsRefused(String pattern, String reason) {
    assertThatThrownBy(() -> OpenedData.open(dir.resolve(pattern)))
        .isInstanceOf(DataException.class)
        .message()
        .contains(reason)
        .hasLineCount(1);
  }

  @Test
  void numbersHaveNamesInASecondFile() throws IOException {
    Path names = Files.writeString(dir.resolve("names.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n");
    OpenedData data =
        OpenedData.open(
            dir.resolve("train-{000000..000001}.tar"), DataReading.USUAL.withClassNames(names));
    assertThat(data.classes()).containsExactly("a,b,c,d,e,f,g,h,i,j,k".split(","));
    assertThat(data.all().samples().get(1).label()).isEqualTo(7);
  }

  private Path tar(Map<String, String> labels) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.png", Archives.png(1));
    files.put("a.cls", "cow".getBytes(StandardCharsets.UTF_8));
    files.put("b.jpg.png", Archives.png(2));
    files.put("b.cls", " 7\n".getBytes(StandardCharsets.UTF_8));
    files.put("._b.png", new byte[] {1});
    labels.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.ISO_8859_1)));
    return Archives.write(dir.resolve("own.tar"), files);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c.png | x |             |   | without a .cls or .json; first: 'c.png'",
        "c.png | x | c.cls       |   | with a label that is no number and no name",
        "c.png | x | c.cls       | \u00e9 | whose label cannot be read; first: 'c.png': it is not",
        "c.png | x | c.json      | {\"caption\":1} | without a key 'label' in the .json",
        "c.png | x | c.json      | {\"label\":[1]} | with a label that is no number",
        "c.png | x | c.json      | [1] | with a .json that holds no object",
        "../c.png | x | ../c.cls | 1 | whose name leads out of the archive"
      })
  void aPictureWithoutALabelIsLeftOutAndSaid(
      String picture, String pixels, String label, String text, String reason) throws IOException {
    Map<String, String> more = new LinkedHashMap<>(Map.of(picture, pixels));
    if (label != null) {
      more.put(label, text == null ? "" : text);
    }
    OpenedData data = OpenedData.open(tar(more));
    assertThat(data.classes()).containsExactly("7", "cow");
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .contains("own.tar: 1 picture left out, " + reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c.left.png", "b.png"})
  void severalPicturesOfAKeyAreNoPicture(String name) throws IOException {
    Map<String, String> more = new LinkedHashMap<>();
    more.put(name, "x");
    more.put("c.right.png", "x");
    more.put("c.cls", "1");
    assertThat(OpenedData.open(tar(more)).warnings())
        .isNotEmpty()
        .allMatch(
            w -> w.contains("left out, one of several of their key") || w.contains("c.right"));
  }

  @Test
  void aTarOfClassFoldersWithNotesInJsonIsNone() throws IOException {
    Map<String, byte[]> files =
        new LinkedHashMap<>(Archives.pictures(List.of("x/1.png", "y/1.png")));
    files.put("x/1.json", "{\"shapes\":[]}".getBytes(StandardCharsets.UTF_8));
    assertThat(OpenedData.open(Archives.write(dir.resolve("own.tar"), files)).classes())
        .containsExactly("x", "y");
    Path folder = Files.createDirectories(dir.resolve("folder"));
    Archives.write(folder.resolve("own.tar"), Archives.pictures(List.of("x/1.png", "y/1.png")));
    assertThatThrownBy(() -> OpenedData.open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 of 2 pictures have no label: without a .cls or .json")
        .hasMessageEndingWith("; a tar of class folders is given by itself");
  }
}
