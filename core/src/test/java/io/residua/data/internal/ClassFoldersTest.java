package io.residua.data.internal;

import static io.residua.Progress.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.ResiduaException;
import io.residua.Shared;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.image.RgbImage;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassFoldersTest {
  @TempDir Path dir;

  @Test
  void opensTheTrainAndTestFoldersOfARealSet() {
    OpenedData data = OpenedData.open(Shared.path("data", "cats_dogs_small"));

    assertThat(data.classes()).containsExactly("cats", "dogs");
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(part(data, Part.TRAIN).countsByClass()).containsExactly(279, 278);
    assertThat(part(data, Part.TEST).countsByClass()).containsExactly(70, 70);
    assertThat(part(data, Part.TRAIN).samples().get(0).name()).startsWith("train/cats/cat_");
    assertThat(data.warnings()).isEmpty();
    assertThat(data.forEvaluation().origin()).isEqualTo("the set's own test part");
  }

  @Test
  void classesAreSortedAndFilesOfTheSystemIgnored() {
    add("b/2.jpg", "b/1.JPG", "a/x.png", "a/.hidden.jpg", "a/Thumbs.db", "a/desktop.ini");
    add(".git/x.jpg", "__MACOSX/a/x.jpg");

    OpenedData data = OpenedData.open(dir);

    assertThat(data.classes()).containsExactly("a", "b");
    assertThat(names(data.all())).containsExactly("a/x.png", "b/1.JPG", "b/2.jpg");
    assertThat(data.warnings()).isEmpty();
  }

  @Test
  void picturesLieAtAnyDepthAndUnderAnyName() {
    add("a/deep/er/1.jpg", "a/it's \"quoted\", (1).jpg", "a b/1.jpg");

    assertThat(names(OpenedData.open(dir).all()))
        .containsExactly("a/deep/er/1.jpg", "a/it's \"quoted\", (1).jpg", "a b/1.jpg");
  }

  @Test
  void namesMayHaveLettersOfAnyLanguage() {
    String name = "Äpfel/日本 ñ.jpg";
    assumeTrue(canName(name), "the locale cannot name the file");
    add(name, "b/1.jpg");

    OpenedData data = OpenedData.open(dir);

    assertThat(data.classes()).containsExactly("b", "Äpfel");
    assertThat(names(data.all())).contains(name);
    assertThat(data.all().samples()).allMatch(s -> Files.exists(s.path()));
  }

  /** Names of old archives: é and è in Latin-1, both of which Java prints as the same sign. */
  @Test
  void namesThatDifferInBytesThatAreNoUtf8StayApart() throws IOException {
    assumeTrue(File.separatorChar == '/', "names are bytes on POSIX systems");
    for (String folder : List.of("a", "b")) {
      Files.createDirectories(dir.resolve(folder));
      for (String name : List.of("caf%E9.png", "caf%E8.png", "caf%C3%A9.png", "x.png")) {
        URI uri = URI.create(dir.resolve(folder).toUri() + "/" + name);
        try {
          new RgbImage(1, 1, new byte[3]).writePng(Path.of(uri));
        } catch (IllegalArgumentException | ResiduaException e) {
          assumeTrue(false, "this file system takes no such names: " + e.getMessage());
        }
      }
    }
    OpenedData data = OpenedData.open(dir);
    assertThat(data.all().samples())
        .extracting(Sample::name)
        .startsWith("a/caf\\xE8.png", "a/caf\\xE9.png", "a/café.png", "a/x.png")
        .hasSize(8);
    Path file = dir.resolve("split.csv");
    Manifest manifest =
        Manifest.of(data.split(SplitPlan.defaults(1).withValidation(SplitSize.count(2))), NONE);
    manifest.write(file);
    assertThat(Manifest.read(file)).isEqualTo(manifest);
    assertThat(Manifest.read(file).entries()).hasSize(8);
    Manifest.read(file).apply(data, "as listed", NONE);
  }

  @Test
  void aPictureIsKnownByItsContentWhereItsNameSaysNothing() throws IOException {
    add("a/1.jpg", "b/1.jpg", "b/readme.txt", "b/notes");
    Files.write(dir.resolve("a/noextension"), new byte[] {-1, -40, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0});

    OpenedData data = OpenedData.open(dir);

    assertThat(names(data.all())).containsExactly("a/1.jpg", "a/noextension", "b/1.jpg");
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .endsWith("2 files are not pictures and are left out (first: b/notes)");
  }

  @Test
  void linksAreFollowedOnceAndLoopsEnd() throws IOException {
    add("a/1.jpg", "b/1.jpg", "b/sub/2.jpg");
    Files.createSymbolicLink(dir.resolve("a/up"), dir.resolve("a"));
    Files.createSymbolicLink(dir.resolve("a/all"), dir.resolve("b"));
    Files.createSymbolicLink(dir.resolve("b/again"), dir.resolve("b/sub"));

    assertThat(names(OpenedData.open(dir).all()))
        .containsExactly("a/1.jpg", "a/all/1.jpg", "a/all/sub/2.jpg", "b/1.jpg", "b/sub/2.jpg");
  }

  @Test
  void everyNameForAValidationPartIsKnown() {
    for (String name : List.of("val", "valid", "validation")) {
      add(name + "-set/train/a/1.jpg", name + "-set/train/b/1.jpg");
      add(name + "-set/" + name + "/a/2.jpg", name + "-set/" + name + "/b/2.jpg");
      add(name + "-set/pred/3.jpg");
      OpenedData data = OpenedData.open(dir.resolve(name + "-set"));
      assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.VALIDATION);
      assertThat(data.warnings()).singleElement().asString().contains("pred: is neither");
    }
  }

  @Test
  void aClassMayBeCalledTrain() {
    add("car/1.jpg", "train/1.jpg");
    assertThat(OpenedData.open(dir).classes()).containsExactly("car", "train");
  }

  @Test
  @Tag("slow")
  void aHundredThousandFilesOpenInBoundedMemory() throws IOException {
    for (int c = 0; c < 10; c++) {
      Path folder = Files.createDirectories(dir.resolve("train/class_" + c));
      for (int i = 0; i < 10_000; i++) {
        Files.createFile(folder.resolve("a_picture_with_a_long_name_%06d.jpg".formatted(i)));
      }
    }
    System.gc();
    long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();

    OpenedData data = OpenedData.open(dir);

    System.gc();
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory() - before;
    assertThat(data.all().size()).isEqualTo(100_000);
    assertThat(used).as("bytes held").isLessThan(100_000_000);
  }

  @Test
  void whatIsWrongIsSaidInOneLine() throws IOException {
    rejects(dir.resolve("nowhere"), "nowhere: no such file or folder");
    rejects(dir, "folder is empty; expected one folder per class");
    add("text/a.txt", "text/b.txt");
    rejects(dir.resolve("text"), "no class folders and no pictures (2 other files)");
    rejects(dir.resolve("text/a.txt"), "a.txt: is a file; expected a folder");
    add("flat/a.jpg");
    rejects(dir.resolve("flat"), "holds 1 picture but no class folders");
    add("e/a/1.jpg");
    Files.createDirectories(dir.resolve("e/b"));
    rejects(dir.resolve("e"), "b: class folder is empty");
    add("t/a/1.jpg", "t/b/x.txt");
    rejects(dir.resolve("t"), "b: class folder has no pictures (1 other file)");
    add("parts/train/a/1.jpg", "parts/train/b/1.jpg", "parts/test/a/1.jpg", "parts/test/c/1.jpg");
    rejects(
        dir.resolve("parts"),
        "'train' and 'test' have different classes ('test' lacks 'b' and also has 'c')");
    add("two/val/a/1.jpg", "two/valid/a/1.jpg");
    rejects(dir.resolve("two"), "'val' and 'valid' are both validation parts; keep one");
    add("case/Cat/1.jpg", "case/cat/1.jpg");
    rejects(dir.resolve("case"), "classes 'Cat' and 'cat' differ only by case");
  }

  @Test
  void oneClassIsEnoughToEvaluateButNotToTrain() {
    add("one/cats/1.jpg", "one/cats/2.jpg");
    OpenedData data = OpenedData.open(dir.resolve("one"));
    assertThat(data.forEvaluation().data().size()).isEqualTo(2);
    assertThatThrownBy(() -> data.split(SplitPlan.defaults(1)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("only one class ('cats'); training needs at least two");
  }

  @Test
  void inputsForPredictionKeepTheirOrder() {
    add("f/b.jpg", "f/a/c.jpg", "f/note.txt", "z.jpg");

    PictureList list =
        PictureList.of(List.of(dir.resolve("z.jpg"), dir.resolve("f"), dir.resolve("missing.jpg")));

    assertThat(list.pictures())
        .containsExactly(
            dir.resolve("z.jpg"),
            dir.resolve("f/a/c.jpg"),
            dir.resolve("f/b.jpg"),
            dir.resolve("missing.jpg"));
    assertThat(list.warnings()).singleElement().asString().contains("note.txt");
    add("none/note.txt");
    assertThatThrownBy(() -> PictureList.of(List.of(dir.resolve("none"))))
        .hasMessageEndingWith("none: no pictures in it");
  }

  private void rejects(Path path, String message) {
    assertThatThrownBy(() -> OpenedData.open(path))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  private static ImageDataset part(OpenedData data, Part part) {
    ImageDataset found = data.parts().get(part);
    assertThat(found).isNotNull();
    return found;
  }

  private static List<String> names(ImageDataset data) {
    return data.samples().stream().map(Sample::name).toList();
  }

  private boolean canName(String name) {
    try {
      return dir.resolve(name).toString().endsWith(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void add(String... names) {
    for (String name : names) {
      try {
        Files.createDirectories(dir.resolve(name).getParent());
        Files.writeString(dir.resolve(name), "content of " + name);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
