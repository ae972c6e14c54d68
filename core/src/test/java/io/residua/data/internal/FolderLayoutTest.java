package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts in which published sets are packed: which folders are parts, which are classes. */
class FolderLayoutTest {
  @TempDir Path dir;

  @Test
  void partsInFoldersOfTheirOwnNameAreReadAsParts() {
    add("archive/seg_train/seg_train/forest/1.jpg", "archive/seg_train/seg_train/sea/1.jpg");
    add("archive/seg_test/seg_test/forest/2.jpg", "archive/seg_test/seg_test/sea/2.jpg");
    add("archive/seg_pred/seg_pred/3.jpg");

    OpenedData data = OpenedData.open(dir);

    assertThat(pictures(data))
        .isEqualTo(
            Map.of(
                "archive/seg_train/seg_train/forest/1.jpg", "train forest",
                "archive/seg_train/seg_train/sea/1.jpg", "train sea",
                "archive/seg_test/seg_test/forest/2.jpg", "test forest",
                "archive/seg_test/seg_test/sea/2.jpg", "test sea"));
    assertThat(data.warnings())
        .containsExactly(
            dir
                + ": 'archive/seg_train/seg_train' is taken for the train part,"
                + " 'archive/seg_test/seg_test' for the test part",
            dir.resolve("archive/seg_pred")
                + ": is neither train, validation nor test and is left"
                + " out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training_set/training_set test_set/test_set",
        "Train Test",
        "TRAINING TESTING",
        "train/train test/test",
        "train_images test_images",
        "TrainData TestData",
        "trainset testset",
        "flowers_train flowers_test",
        "dataset/training-data dataset/test-data",
        "a/b/c/train a/b/c/test",
        "train/train train/test",
        "train/images test/images",
        "train1 test1",
      })
  void namesOfPartsAreKnownInEverySpelling(String parts) {
    String train = parts.split(" ", 2)[0];
    String test = parts.split(" ", 2)[1];
    add(train + "/cats/1.jpg", train + "/dogs/1.jpg", test + "/cats/2.jpg", test + "/dogs/2.jpg");

    assertThat(pictures(OpenedData.open(dir)))
        .isEqualTo(
            Map.of(
                train + "/cats/1.jpg", "train cats",
                train + "/dogs/1.jpg", "train dogs",
                test + "/cats/2.jpg", "test cats",
                test + "/dogs/2.jpg", "test dogs"));
  }

  @Test
  void threePartsInOtherWordsAreKnown() {
    for (String part : new String[] {"training", "Validation", "TESTING"}) {
      add(part + "/a/1.jpg", part + "/b/1.jpg");
    }
    OpenedData data = OpenedData.open(dir);
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.VALIDATION, Part.TEST);
    assertThat(data.warnings()).isEmpty();
  }

  @Test
  void aTrainPartAloneWithinItsOwnNameIsReadAsOne() {
    add("x/train/train/cats/1.jpg", "x/train/train/dogs/1.jpg");
    OpenedData data = OpenedData.open(dir.resolve("x"));
    assertThat(data.classes()).containsExactly("cats", "dogs");
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN);
  }

  @Test
  void aFolderAroundEverythingIsLookedThroughAndSaid() {
    add("x/flowers/daisy/1.jpg", "x/flowers/rose/1.jpg", "x/readme.txt");
    OpenedData data = OpenedData.open(dir.resolve("x"));
    assertThat(data.classes()).containsExactly("daisy", "rose");
    assertThat(data.all().samples().get(0).name()).isEqualTo("flowers/daisy/1.jpg");
    assertThat(data.warnings())
        .containsExactly(dir.resolve("x") + ": 'flowers' is taken for the set");
  }

  @Test
  void aTestPartWithoutLabelsIsLeftOutAndSaid() {
    add("train/cats/1.jpg", "train/dogs/1.jpg", "test/1.jpg", "test/2.jpg");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN);
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .endsWith("test: has 2 pictures without class folders, so without labels; left out");
  }

  @Test
  void picturesWhoseLabelsAreElsewhereAreRefused() {
    add("a/train/cat.0.jpg", "a/test1/1.jpg");
    rejects("a", "train: holds 1 picture but no class folders; expected one folder per class");
    add("b/train/train/cat.0.jpg", "b/test/test/1.jpg");
    rejects("b", "train: holds 1 picture but no class folders");
    add("c/train_images/1.jpg", "c/test_images/1.jpg", "c/train.csv");
    rejects("c", "train_images: holds 1 picture but no class folders");
    add("d/train/1.jpg", "d/test/2.jpg", "d/sample/3.jpg");
    rejects("d", "they hold pictures, as 'sample' does");
    add("e/train/1.jpg");
    rejects("e", "train: holds 1 picture but no class folders");
  }

  @Test
  void partsWithinAPartAreNoClasses() {
    add("a/train/train/cats/1.jpg", "a/train/val/cats/1.jpg", "a/test/cats/1.jpg");
    rejects("a", "train: expected one folder per class, but 'train', 'val' are parts, not classes");
  }

  @Test
  void foldsAreNoClasses() {
    add("a/fold_0/cats/1.jpg", "a/fold_0/dogs/1.jpg", "a/fold_1/cats/1.jpg", "a/fold_1/dogs/1.jpg");
    rejects("a", "'fold_0', 'fold_1' are folds, not classes; make train and test of them");
    add("b/fold1/1.jpg", "b/fold2/2.jpg");
    rejects("b", "'fold1', 'fold2' are folds");
    add("c/train/fold1/1.jpg", "c/train/fold2/2.jpg");
    rejects("c", "'fold1', 'fold2' are folds");
  }

  @Test
  void partsWithinClassesAreRead() {
    add("cats/train/1.jpg", "cats/test/2.jpg", "dogs/train/3.jpg", "dogs/test/4.jpg");
    OpenedData data = OpenedData.open(dir);
    assertThat(pictures(data))
        .isEqualTo(
            Map.of(
                "cats/train/1.jpg", "train cats",
                "cats/test/2.jpg", "test cats",
                "dogs/train/3.jpg", "train dogs",
                "dogs/test/4.jpg", "test dogs"));
    assertThat(data.warnings()).singleElement().asString().contains("classes with their parts");
    add("dogs/5.jpg");
    rejects(
        "",
        "class 'cats' holds parts ('test', 'train'), but not all classes hold parts and nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train bus car", "test pass", "pass validation", "car train_station"})
  void aClassAmongOthersMayBeCalledAsAPartIs(String classes) {
    String[] names = classes.split(" ", -1);
    for (String name : names) {
      add(name + "/1.jpg");
      add("deep/train/" + name + "/1.jpg", "deep/test/" + name + "/1.jpg");
    }
    Arrays.sort(names);
    assertThat(OpenedData.open(dir.resolve("deep")).classes()).containsExactly(names);
    assertThat(OpenedData.open(dir.resolve("deep")).parts())
        .containsOnlyKeys(Part.TRAIN, Part.TEST);
  }

  @Test
  void aVehicleIsAClassWhereAllClassesAreAlike() {
    add("a/train/1.jpg", "a/bus/1.jpg", "a/car/1.jpg");
    assertThat(OpenedData.open(dir.resolve("a")).classes()).containsExactly("bus", "car", "train");
    add("b/train/steam/1.jpg", "b/train/diesel/1.jpg", "b/bus/city/1.jpg", "b/bus/school/1.jpg");
    assertThat(OpenedData.open(dir.resolve("b")).classes()).containsExactly("bus", "train");
    add("c/train/steam/1.jpg", "c/train/diesel/1.jpg", "c/bus/1.jpg");
    rejects("c", "'train' may be parts or classes: it holds folders, but 'bus' holds pictures");
    add("d/train/cats/1.jpg", "d/train/dogs/1.jpg", "d/holdout/cats/1.jpg", "d/holdout/dogs/1.jpg");
    rejects("d", "which 'holdout' holds too");
  }

  @Test
  void aFolderWithinAClassMayBeCalledTrain() {
    add("animals/cat/1.jpg", "animals/dog/1.jpg", "vehicles/train/1.jpg", "vehicles/bus/1.jpg");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.classes()).containsExactly("animals", "vehicles");
    assertThat(data.warnings()).isEmpty();
  }

  @Test
  void partsAndOtherFoldersWithinClassesAreRefused() {
    add("bottle/train/good/1.jpg", "bottle/test/good/1.jpg", "bottle/ground_truth/1.jpg");
    add("cable/train/good/1.jpg", "cable/test/good/1.jpg", "cable/ground_truth/1.jpg");
    rejects("", "class 'bottle' holds parts ('ground_truth', 'test', 'train')");
  }

  @Test
  void whatStandsBesidePartsIsLeftOutNotTrained() {
    add("train/cats/1.jpg", "train/dogs/1.jpg", "unlabelled/1.jpg", "docs/readme.txt");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.classes()).containsExactly("cats", "dogs");
    assertThat(data.warnings()).hasSize(2);
    assertThat(data.warnings().toString()).contains("docs: is neither", "unlabelled: is neither");
  }

  @Test
  void anEmptyClassFolderIsRefusedAndNamed() throws IOException {
    add("train/cats/1.jpg", "train/dogs/1.jpg", "test/cats/1.jpg");
    Files.createDirectories(dir.resolve("test/dogs"));
    rejects("", "dogs: class folder is empty; fill it or remove it");
  }

  @Test
  void foldersWithinAClassDoNotCountAsInTorchvisionAndKeras() {
    add("cat/9.png", "cat/x/0.png", "cat/x/y/1.png", "dog/x/0.png", "dog/z/1.png");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.classes()).containsExactly("cat", "dog");
    assertThat(data.all().labels()).containsExactly(0, 0, 0, 1, 1);
  }

  @Test
  void equalFoldersWithinAllClassesAreMentioned() {
    add("art/cup/1.jpg", "art/bed/1.jpg", "photo/cup/1.jpg", "photo/bed/1.jpg");
    OpenedData data = OpenedData.open(dir);
    assertThat(data.classes()).containsExactly("art", "photo");
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .contains("the classes 'art', 'photo' all hold the same folders, 'bed', 'cup'");
  }

  @Test
  void picturesOfAPartWithoutLabelsOpenAsPictures() {
    add("seg_pred/seg_pred/1.jpg", "seg_pred/seg_pred/2.jpg");
    OpenedData data = OpenedData.openPictures(dir.resolve("seg_pred"));
    assertThat(data.classes()).containsExactly(OpenedData.UNLABELLED);
    assertThat(data.all().size()).isEqualTo(2);
  }

  @Test
  void linksThatLoopEnd() throws IOException {
    add("train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
    for (int i = 0; i < 12; i++) {
      Files.createSymbolicLink(dir.resolve("train/a/up" + i), dir);
      Files.createSymbolicLink(dir.resolve("other" + i), dir);
    }
    assertThat(OpenedData.open(dir).parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
  }

  private void rejects(String folder, String reason) {
    assertThatThrownBy(() -> OpenedData.open(dir.resolve(folder)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  private void add(String... files) {
    try {
      for (String file : files) {
        Path path = dir.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Part and class of each picture. */
  private static Map<String, String> pictures(OpenedData data) {
    Map<String, String> pictures = new TreeMap<>();
    data.parts()
        .forEach(
            (part, set) ->
                set.samples()
                    .forEach(
                        s ->
                            pictures.put(
                                s.name(), part.label() + " " + set.classes().get(s.label()))));
    return pictures;
  }
}
