package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatsTest {
  private static final List<String> NAMES = List.of("ape", "bee", "cow");
  @TempDir Path dir;

  @Test
  void aSetSurvivesTheWayThroughCifarBatchesAndBack() {
    roundTrip(Converter.Format.CIFAR10, 32);
    byte[] batch = bytes(dir.resolve("CIFAR10/test_batch.bin"));
    assertThat(batch).hasSize(3 * 2 * 3073);
  }

  @Test
  void aSetSurvivesTheWayThroughStlBinariesAndBack() {
    roundTrip(Converter.Format.STL10, 96);
    // The publisher's layout: the second byte is the pixel below the first one.
    RgbImage first = read(OpenedData.open(dir.resolve("source")), 0);
    byte[] binary = bytes(dir.resolve("STL10/train_X.bin"));
    assertThat(binary[1] & 0xff).isEqualTo(first.sample(0, 1, 0));
    assertThat(binary[96] & 0xff).isEqualTo(first.sample(1, 0, 0));
    assertThat(binary[96 * 96] & 0xff).isEqualTo(first.sample(0, 0, 1));
    assertThat(bytes(dir.resolve("STL10/test_y.bin"))).containsExactly(1, 1, 2, 2, 3, 3);
  }

  private void roundTrip(Converter.Format format, int size) {
    makeFolder(dir.resolve("source"), size);
    OpenedData source = OpenedData.open(dir.resolve("source"));
    Path binary = dir.resolve(format.name());
    Converter.convert(source, binary, format, 0, Progress.NONE);
    OpenedData there = OpenedData.open(binary);
    Converter.convert(there, dir.resolve("back"), Converter.Format.FOLDER, 0, Progress.NONE);
    OpenedData back = OpenedData.open(dir.resolve("back"));

    for (OpenedData data : List.of(there, back)) {
      assertThat(data.classes()).isEqualTo(NAMES);
      assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
      assertThat(data.all().labels()).isEqualTo(source.all().labels());
      for (int i = 0; i < source.all().size(); i++) {
        assertThat(read(data, i)).isEqualTo(read(source, i));
      }
    }
  }

  @Test
  void realCifarPicturesMatchTheirPublishedBytes() {
    OpenedData data = OpenedData.open(Shared.path("data", "cifar10_lossless"));
    assertThat(data.classes()).isEqualTo(CifarBinary.CIFAR10);
    OpenedData test =
        new OpenedData(
            data.root(),
            data.classes(),
            java.util.Map.of(Part.TEST, data.forEvaluation().data()),
            List.of());
    Converter.convert(test, dir.resolve("batches"), Converter.Format.CIFAR10, 0, Progress.NONE);
    OpenedData one = OpenedData.open(dir.resolve("batches/test_batch.bin"));
    assertThat(one.parts()).containsOnlyKeys(Part.ALL);
    assertThat(one.all().labels()).isEqualTo(test.all().labels());
    assertThat(read(one, 7)).isEqualTo(read(test, 7));
  }

  @Test
  void predefinedFoldsAndUnlabelledPicturesAreRead() throws IOException {
    Files.writeString(dir.resolve("fold_indices.txt"), "0 2 4 \n1 3 5\n");
    assertThat(Stl10.folds(dir, 6)).containsExactly(new int[] {0, 2, 4}, new int[] {1, 3, 5});
    assertThatThrownBy(() -> Stl10.folds(dir, 5)).hasMessageContaining("line 2: a number outside");
    Files.write(dir.resolve("unlabeled_X.bin"), new byte[2 * 27648]);
    assertThat(Stl10.unlabelled(dir)).hasSize(2);
  }

  @Test
  void damagedBinariesAreNamed() throws IOException {
    Files.write(dir.resolve("data_batch_1.bin"), new byte[3073 + 1]);
    rejects(dir, "data_batch_1.bin: 3074 bytes are not whole records of 3073 bytes");
    byte[] record = new byte[2 * 3073];
    record[3073] = 10;
    Files.write(dir.resolve("data_batch_1.bin"), record);
    rejects(dir, "data_batch_1.bin: record 1 has label 10, expected 0..9");

    Path stl = Files.createDirectory(dir.resolve("stl"));
    Files.write(stl.resolve("train_X.bin"), new byte[27647]);
    rejects(stl, "27647 bytes are not whole pictures of 27648 bytes");
    Files.write(stl.resolve("train_X.bin"), new byte[27648]);
    rejects(stl, "train_y.bin: cannot be read: no such file");
    Files.write(stl.resolve("train_y.bin"), new byte[] {1, 1});
    rejects(stl, "train_y.bin: 2 labels for 1 pictures");
    Files.write(stl.resolve("train_y.bin"), new byte[] {0});
    rejects(stl, "train_y.bin: label 0 is 0, expected 1..10");
    Files.write(stl.resolve("class_names.txt"), List.of("a", "../b"));
    rejects(stl, "'../b' cannot be a class name");
  }

  @Test
  void aCsvFileListsASet() throws IOException {
    makeFolder(dir.resolve("source"), 32);
    Path file = dir.resolve("list.csv");
    Files.writeString(
        file,
        "\ufeffsplit,label,path\r\ntrain,\"a, b\",source/train/ape/0.png\r\n"
            + "test,c,source/test/cow/1.png\r\nval,c,source/train/cow/0.png\r\n");
    OpenedData data = OpenedData.open(file);
    assertThat(data.classes()).containsExactly("a, b", "c");
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.VALIDATION, Part.TEST);
    assertThat(data.all().samples().get(0).name()).isEqualTo("source/train/ape/0.png");
    assertThat(read(data, 0).width()).isEqualTo(32);

    Path tabs = dir.resolve("list.tsv");
    Files.writeString(tabs, "path\tlabel\nsource/train/ape/0.png\tx, y\n");
    assertThat(OpenedData.open(tabs).classes()).containsExactly("x, y");
  }

  @Test
  void wrongListsAreNamedWithTheirLine() {
    makeFolder(dir.resolve("s"), 32);
    listFails("path,kind\n", "has no column 'label' (its columns: path, kind; expected");
    listFails("", "is empty; expected the columns path,label[,split]");
    listFails("path,label\n", "lists no pictures");
    listFails(
        "path,label\ns/train/ape/0.png\n",
        "1 of 1 lines are no good: of another number of fields than the header's 2; first: line 2");
    listFails("path,label\ns/train/ape/0.png,\n", "without a label; first: line 2");
    listFails("path,label\n../x.png,a\n", "line 2: '../x.png' lies outside the data folder");
    listFails("path,label\n/etc/passwd,a\n", "lies outside the data folder");
    listFails("path,label,split\ns/train/ape/0.png,a,x\n", "first: line 2, 'x'");
    listFails(
        "path,label\ns/train/ape/0.png,a\ns//train/ape/0.png,b\n",
        "listed with two labels; first: line 3, 's/train/ape/0.png'");
    listFails(
        "path,label,split\ns/train/ape/0.png,a,train\ns/train/ape/0.png,a,test\n",
        "line 3: 's/train/ape/0.png' is listed in two parts, train and test");
    listFails("path,label\ns/train/ape/0.png,a\ns/train/ape/1.png,A\n", "appears twice");
  }

  private void listFails(String text, String message) {
    try {
      Files.writeString(dir.resolve("list.csv"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rejects(dir.resolve("list.csv"), message);
  }

  private static void rejects(Path path, String message) {
    assertThatThrownBy(() -> OpenedData.open(path))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  private static RgbImage read(OpenedData data, int index) {
    return data.all().samples().get(index).source().read(new ImageDecoder());
  }

  private static void makeFolder(Path root, int size) {
    int seed = 0;
    for (String part : List.of("train", "test")) {
      for (String name : NAMES) {
        for (int i = 0; i < 2; i++) {
          Path file = root.resolve(part).resolve(name).resolve(i + ".png");
          try {
            Files.createDirectories(file.getParent());
            Files.write(file, Pictures.noise(size, size, seed++).toPng());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      }
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
