package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Sample;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists as spreadsheets, databases and published sets have them. */
class CsvDataTest {
  @TempDir Path dir;

  @BeforeEach
  void makePictures() throws IOException {
    Files.createDirectories(dir.resolve("pics"));
    for (int i = 0; i < 4; i++) {
      Pictures.noise(32, 32, i).writePng(dir.resolve("pics/" + i + ".png"));
    }
  }

  private OpenedData open(String text) throws IOException {
    return open(text.getBytes(StandardCharsets.UTF_8));
  }

  private OpenedData open(byte[] bytes) throws IOException {
    return OpenedData.open(Files.write(dir.resolve("list.csv"), bytes));
  }

  private static void isCowsAndApes(OpenedData data) {
    assertThat(data.classes()).containsExactly("ape", "cow");
    assertThat(data.warnings()).isEmpty();
    assertThat(data.all().samples())
        .extracting(Sample::name, Sample::label)
        .containsExactly(tuple("pics/0.png", 1), tuple("pics/1.png", 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label\npics/0.png,cow\npics/1.png,ape\n",
        "path;label\npics/0.png;cow\npics/1.png;ape\n",
        "path|label\npics/0.png|cow\npics/1.png|ape\n",
        "path\tlabel\r\npics/0.png\tcow\r\npics/1.png\tape",
        "\n\npath,label\n\npics/0.png,cow\n\n\npics/1.png,ape\n",
        "Path,Label\npics/0.png,cow\npics/1.png,ape\n",
        "path, label\npics/0.png, cow\npics/1.png , \"ape\" \n",
        "Filename;Width;Height;ClassId\npics/0.png;32;32;cow\npics/1.png;32;32;ape\n",
        "image_id,category\npics/0,cow\npics/1,ape\n",
        "Class Name,File Name\ncow,pics\\0.png\nape,pics\\1.png\n",
        "id,image,label_id,label\n7,pics/0.png,2,cow\n8,./pics/1.png,1,ape\n"
      })
  void anyDialectIsRead(String text) throws IOException {
    isCowsAndApes(open(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
  void anyUnicodeWithItsMarkIsRead(String charset) throws IOException {
    String text = "\ufeffpath;label\r\npics/0.png;cow\r\npics/1.png;ape\r\n";
    isCowsAndApes(open(text.getBytes(Charset.forName(charset))));
  }

  @Test
  void aNameThatSeveralPicturesHaveIsNoPicture() throws IOException {
    Files.copy(dir.resolve("pics/0.png"), dir.resolve("pics/0.jpg"));
    OpenedData data = open("path,label\npics/0,cow\npics/1,ape\n");
    assertThat(data.all().samples().get(0).name()).isEqualTo("pics/0");
  }

  @Test
  void aLineThatIsNoGoodCostsItsPictureOnly() throws IOException {
    OpenedData data =
        open(
            "path,label\npics/0.png,cow\npics/1.png,ape\npics/1.png,ape\npics/2.png\n"
                + "pics/3.png,ape\npics/2.png,\n");
    assertThat(data.all().size()).isEqualTo(3);
    String list = dir.resolve("list.csv").toString();
    assertThat(data.warnings())
        .containsExactly(
            list + ": 1 line left out, a repetition; first: line 4, 'pics/1.png'",
            list
                + ": 1 line left out, of another number of fields than the header's 2; first:"
                + " line 5",
            list + ": 1 line left out, without a label; first: line 7");
  }

  @Test
  void ofAPictureWithTwoLabelsNeitherIsBelieved() throws IOException {
    OpenedData data =
        open("path,label\npics/0.png,cow\npics/1.png,ape\npics/2.png,cow\npics/2.png,ape\n");
    assertThat(data.all().samples()).extracting(Sample::name).doesNotContain("pics/2.png");
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .endsWith("listed with two labels; first: line 5, 'pics/2.png'");
  }

  /** As many as the share allows; the reason names the file. */
  @Test
  void picturesThatAreNotThereCountAsUnreadable() throws IOException {
    OpenedData data =
        open("path,label\npics/0.png,cow\npics/1.png,ape\npics/no.png,ape\npics/3.png,cow\n");
    assertThat(data.all().size()).isEqualTo(4);
    TrainingCheck.Checked checked = new TrainingCheck(null, 0.3).of(data, false, Progress.NONE);
    assertThat(checked.data().all().size()).isEqualTo(3);
    assertThat(checked.leftOut()).containsOnlyKeys("pics/no.png");
    assertThatThrownBy(() -> TrainingCheck.USUAL.of(data, false, Progress.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "1 of 4 pictures (25 %) cannot be read, more than the 1 % that may be")
        .hasMessageContaining("no.png");
  }

  @Test
  void whatIsRefusedIsNamed() {
    assertThatThrownBy(() -> open("path,label\n..\\x.png,a\n"))
        .hasMessageContaining("lies outside the data folder");
    assertThatThrownBy(() -> open("kind,label\n1,2\n"))
        .hasMessageContaining("has no column 'path' (its columns: kind, label;");
  }
}
