package io.residua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.residua.Progress;
import io.residua.data.internal.Converter;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns that are named by the user, and classes that have their names in a second file. */
class DataReadingTest {
  private static final DataReading COLUMNS =
      DataReading.USUAL.withPathColumn("where").withLabelColumn("what");

  @TempDir Path dir;

  @BeforeEach
  void makePictures() {
    for (int i = 0; i < 4; i++) {
      Pictures.noise(8, 8, i).writePng(dir.resolve(i + ".png"));
    }
  }

  private Path file(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    return Files.writeString(file, text);
  }

  private OpenedData named(String list, String namesFile, String names) throws IOException {
    return OpenedData.open(
        file("list.csv", list), DataReading.USUAL.withClassNames(file(namesFile, names)));
  }

  private static void isApesAndCows(OpenedData data) {
    assertThat(data.classes()).containsExactly("ape", "cow");
    assertThat(data.all().samples())
        .extracting(Sample::name, Sample::label)
        .containsExactly(tuple("0.png", 1), tuple("1.png", 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path,label,where,what\n2.png,x,0.png,cow\n3.png,y,1.png,ape\n",
        "where;what;path;label\n0.png;cow;2.png;x\n1.png;ape;3.png;y\n",
        "file,Where,WHAT\n2.png,0.png,cow\n3.png,1.png,ape\n",
        "where,what\n0.png,cow\n1.png,ape\n"
      })
  void theColumnsThatAreNamedAreRead(String text) throws IOException {
    isApesAndCows(OpenedData.open(file("list.csv", text), COLUMNS));
  }

  @Test
  void aColumnThatIsNamedIsNotTakenForAnotherToo() throws IOException {
    Path list = file("list.csv", "id,target,fold\n0.png,5,cow\n1.png,6,ape\n");
    isApesAndCows(OpenedData.open(list, DataReading.USUAL.withLabelColumn("fold")));
    Path other = file("other.csv", "image,id\ncow,0.png\nape,1.png\n");
    isApesAndCows(OpenedData.open(other, DataReading.USUAL.withLabelColumn("image")));
  }

  @Test
  void theNameAsItStandsGoesBeforeOneThatIsAlike() throws IOException {
    Path list = file("list.csv", "What,what,where\nx,cow,0.png\ny,ape,1.png\n");
    isApesAndCows(OpenedData.open(list, COLUMNS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata.csv   | 'where,what,label\n0.png,cow,x\n1.png,ape,y\n'",
        "metadata.jsonl | '{\"where\":\"0.png\",\"what\":\"cow\"}\n{\"where\":\"1.png\",\"what\":\"ape\"}'"
      })
  void metadataBesideThePicturesHasColumnsToo(String name, String text) throws IOException {
    file(name, text);
    isApesAndCows(OpenedData.open(dir, COLUMNS));
    assertThat(OpenedData.open(dir, COLUMNS).leftOut()).isEmpty();
  }

  @Test
  void aColumnThatIsNotThereIsToldWithThoseThatAre() throws IOException {
    Path list = file("list.csv", "path,kinds\n0.png,cow\n");
    assertThatThrownBy(() -> OpenedData.open(list, DataReading.USUAL.withLabelColumn("kind")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            list + ": has no column 'kind' (its columns: path, kinds); did you mean 'kinds'?");
    assertThatThrownBy(() -> OpenedData.open(list, DataReading.USUAL.withPathColumn("zzzzz")))
        .hasMessage(list + ": has no column 'zzzzz' (its columns: path, kinds)");
    assertThatThrownBy(() -> OpenedData.open(list))
        .hasMessageEndingWith(", unless another is named)");
    assertThatThrownBy(
            () ->
                OpenedData.open(
                    list, DataReading.USUAL.withPathColumn("kinds").withLabelColumn("kinds")))
        .hasMessage(list + ": column 'kinds' is asked for as path and as label (path, kinds)");
  }

  @Test
  void columnsOfWhatIsNoListAreRefused() throws IOException {
    Path folder = dir.resolve("classes");
    for (String name : new String[] {"0", "1"}) {
      Files.createDirectories(folder.resolve(name));
      Files.copy(dir.resolve(name + ".png"), folder.resolve(name + "/a.png"));
    }
    assertThatThrownBy(() -> OpenedData.open(folder, COLUMNS))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(folder + ": is no list, so it has no columns; names of columns");
    assertThatThrownBy(() -> OpenedData.openPictures(folder.resolve("0"), COLUMNS))
        .hasMessageContaining("is no list");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "signnames.csv | 'ClassId,SignName\n7,ape\n14,cow\n'",
        "names.csv     | 'class id;name;shape\n14;cow;1\n7;ape;2\n'",
        "labels.tsv    | 'id\tname\n7\tape\n14\tcow\n'",
        "labels.txt    | 'label|description\n7|ape\n14|cow\n'",
        "names.csv     | '7,ape\n14,cow\n'",
        "names.csv     | 'name\n0\n1\n2\n3\n4\n5\n6\nape\n8\n9\n10\n11\n12\n13\ncow\n'",
        "names.txt     | '0\n1\n2\n3\n4\n5\n6\nape\n8\n9\n10\n11\n12\n13\ncow\n'",
        "names.json    | '{\"14\":\"cow\",\"7\":\"ape\"}'"
      })
  void classesHaveTheNamesOfTheirIds(String name, String names) throws IOException {
    OpenedData data = named("path,label\n0.png,14\n1.png,007\n", name, names);
    assertThat(data.classes()).containsExactlyInAnyOrder("ape", "cow");
    assertThat(data.all().samples())
        .extracting(Sample::name, s -> data.classes().get(s.label()))
        .containsExactly(tuple("0.png", "cow"), tuple("1.png", "ape"));
  }

  @Test
  void classesStandInTheOrderOfTheirFileAndMayHaveCommasAndSlashes() throws IOException {
    OpenedData data =
        named(
            "path,label,split\n0.png,10,train\n1.png,2,train\n2.png,2.0,test\n3.png,10,test\n",
            "names.txt",
            "a\nb\nlimit (20km/h), white\nd\ne\nf\ng\nh\ni\nj\nno limit\n");
    assertThat(data.classes()).containsExactly("limit (20km/h), white", "no limit");
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(data.all().labels()).containsExactly(1, 0, 0, 1);
    Path out = dir.resolve("converted");
    assertThatThrownBy(
            () -> Converter.convert(data, out, Converter.Format.FOLDER, 0, Progress.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("class 'limit (20km/h), white' cannot be the name of a folder");
    Converter.convert(data, out, Converter.Format.CSV, 0, Progress.NONE);
    OpenedData again = OpenedData.open(out.resolve("data.csv"));
    assertThat(again.classes()).isEqualTo(data.classes());
    assertThat(again.all().labels()).isEqualTo(data.all().labels());
  }

  @Test
  void foldersThatAreNumbersHaveNamesToo() throws IOException {
    for (int i = 0; i < 3; i++) {
      Path folder = Files.createDirectories(dir.resolve("set/0000" + i));
      Files.copy(dir.resolve(i + ".png"), folder.resolve("a.png"));
    }
    Path names = file("names.csv", "ClassId,Name\n2,stop\n0,go\n1,wait\n3,never\n");
    OpenedData data = OpenedData.open(dir.resolve("set"), DataReading.USUAL.withClassNames(names));
    assertThat(data.classes()).containsExactly("stop", "go", "wait");
    assertThat(data.all().samples())
        .extracting(Sample::name, s -> data.classes().get(s.label()))
        .containsExactly(
            tuple("00000/a.png", "go"), tuple("00001/a.png", "wait"), tuple("00002/a.png", "stop"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv  | 'id,name\n14,cow\n'      | has no name for class '7' (it names 1 id: '14')",
        "b.csv  | 'id,name\n7,ape\n14,cow\n07,emu\n' | line 4: id '07' is given twice, as 'ape'",
        "c.csv  | 'id,name\n7,ape\n14,ape\n' | two classes are called 'ape'",
        "d.csv  | 'a,b,c\n7,ape,1\n'       | has no column of ids and one of names (its columns: a",
        "e.csv  | 'id,name\n7\n'           | line 2: has 1 field, the header 2",
        "f.txt  | '\n\n'                   | names no classes",
        "g.json | '{\"7\": 5}'             | expected a JSON object of ids and names",
        "h.json | '{\"7\": '               | is no JSON",
        "i.txt  | '14\n7\n'                | has no name for class '14' (it names 2 ids: '0', '1'); the set has names"
      })
  void aFileOfNamesThatDoesNotFitIsRefusedInOneLine(String name, String text, String reason) {
    assertThatThrownBy(() -> named("path,label\n0.png,14\n1.png,7\n", name, text))
        .isInstanceOf(DataException.class)
        .message()
        .startsWith(dir.resolve(name) + ": " + reason)
        .hasLineCount(1);
  }

  @Test
  void aFileOfNamesThatIsNotThereIsNamed() throws IOException {
    Path list = file("list.csv", "path,label\n0.png,14\n");
    DataReading reading = DataReading.USUAL.withClassNames(dir.resolve("none.csv"));
    assertThatThrownBy(() -> OpenedData.open(list, reading))
        .isInstanceOf(DataException.class)
        .hasMessage(dir.resolve("none.csv") + ": cannot be read: no such file or folder");
    Files.write(dir.resolve("none.csv"), "\u00e9,1".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> OpenedData.open(list, reading))
        .hasMessageContaining("none.csv: cannot be read: ");
  }
}
