package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures with their labels in a metadata file, as {@code datasets} 5.2.0 reads them. */
class ImageFolderTest {
  private static final String CSV =
      "path,file_name,text,label\nx,0.png,\"a, b\",cow\ny,1.png,c,ape\n";
  private static final String JSON_LINES =
      "{\"file_name\": \"0.png\", \"label\": \"cow\"}\n"
          + "{\"label\": \"ape\", \"file_name\": \"1.png\"}";

  @TempDir Path dir;
  private int seed;

  private void pictures(String folder, int count) throws IOException {
    Files.createDirectories(dir.resolve(folder));
    for (int i = 0; i < count; i++) {
      Pictures.noise(32, 32, seed++).writePng(dir.resolve(folder).resolve(i + ".png"));
    }
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(dir.resolve(file), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata.csv", "metadata.jsonl"})
  void labelsStandBesideThePictures(String list) throws IOException {
    pictures("", 2);
    write(list, list.endsWith("csv") ? CSV : JSON_LINES);
    for (OpenedData data : List.of(OpenedData.open(dir), OpenedData.openPictures(dir))) {
      assertThat(data.classes()).containsExactly("ape", "cow");
      assertThat(data.parts()).containsOnlyKeys(Part.ALL);
      assertThat(data.all().samples())
          .extracting(Sample::name, Sample::label)
          .containsExactly(tuple("0.png", 1), tuple("1.png", 0));
      assertThat(data.warnings()).containsExactly(dir.resolve(list) + ": labels are taken from it");
      assertThat(data.leftOut()).isEmpty();
    }
  }

  @Test
  void eachPartMayHaveItsOwnListWithinAWrapper() throws IOException {
    pictures("data/train/images", 2);
    pictures("data/validation", 2);
    write("data/train/metadata.csv", "file_name,label\nimages/0.png,1\nimages/1.png,0\n");
    write(
        "data/validation/metadata.jsonl",
        "{\"file_name\":\"0.png\",\"label\":1}\n\n{\"file_name\":\"1.png\",\"label\":0}\r\n");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.classes()).containsExactly("0", "1");
    assertThat(names(data, Part.TRAIN))
        .isEqualTo("data/train/images/0.png data/train/images/1.png");
    assertThat(names(data, Part.VALIDATION))
        .isEqualTo("data/validation/0.png data/validation/1.png");
    assertThat(data.parts().get(Part.VALIDATION).labels()).containsExactly(1, 0);
  }

  @Test
  void oneListMayNamePicturesOfAllParts() throws IOException {
    pictures("train", 2);
    pictures("test", 2);
    write(
        "metadata.csv",
        "file_name,label\ntrain/0.png,cow\ntrain/1.png,ape\ntest/0.png,cow\ntest/1.png,ape\n");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.classes()).containsExactly("ape", "cow");
    assertThat(names(data, Part.TRAIN)).isEqualTo("train/0.png train/1.png");
    assertThat(names(data, Part.TEST)).isEqualTo("test/0.png test/1.png");
  }

  @Test
  void whatHasNoLabelIsLeftOutAndSaid() throws IOException {
    pictures("train", 4);
    pictures("test", 3);
    write(
        "train/metadata.jsonl",
        JSON_LINES
            + "\nnonsense\n{\"file_name\":\"2.png\",\"label\":null}\n"
            + "{\"file_name\":\"3.png\",\"label\":\"ape\"}\n"
            + "{\"file_name\":\"1.png\",\"label\":\"ape\"}\n");
    write("test/metadata.csv", "file_name,text\n0.png,a\n");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.all().samples()).hasSize(3);
    assertThat(String.join("\n", data.warnings()))
        .contains("test: has no metadata.csv or metadata.jsonl with the columns")
        .contains("1 line left out, not a JSON object; first: line 3")
        .contains("1 line left out, without a label; first: line 4")
        .contains("1 line left out, a repetition; first: line 6")
        .contains("4 pictures without a label in the metadata left out (first: test/0.png)");
  }

  @Test
  void aListWithoutLabelsLeavesClassFoldersAsTheyAre() throws IOException {
    pictures("ape", 1);
    pictures("cow", 1);
    write("metadata.csv", "file_name,text\nape/0.png,a\n");
    assertThat(OpenedData.open(dir).classes()).containsExactly("ape", "cow");
    Files.write(dir.resolve("metadata.csv"), new byte[] {(byte) 0xe9, 0, 1, (byte) 0xff});
    assertThat(OpenedData.open(dir).classes()).containsExactly("ape", "cow");
  }

  @Test
  void pathsStayInTheFolder() throws IOException {
    pictures("train", 2);
    write("train/metadata.jsonl", "{\"file_name\":\"../../x.png\",\"label\":\"cow\"}\n");
    assertThatThrownBy(() -> OpenedData.open(dir))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("metadata.jsonl: line 1: '../../x.png' lies outside the data folder");
    write("train/metadata.jsonl", JSON_LINES + "\n" + "x".repeat(2_000_000));
    assertThatThrownBy(() -> OpenedData.open(dir))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("more than a million characters");
  }

  private static String names(OpenedData data, Part part) {
    return data.parts().get(part).samples().stream()
        .map(Sample::name)
        .collect(Collectors.joining(" "));
  }
}
