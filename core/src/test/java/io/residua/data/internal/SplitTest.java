package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.UsageException;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {

  @Test
  void aFractionIsTakenFromEachClassInProportion() {
    ImageDataset data = dataset(279, 278);

    boolean[] held = holdOut(data, SplitSize.fraction(0.2), 123);

    assertThat(data.where(held, true).countsByClass()).containsExactly(56, 55);
    assertThat(data.where(held, false).countsByClass()).containsExactly(223, 223);
  }

  @Test
  void aCountIsExactAndSmallClassesKeepOnePictureOnEachSide() {
    ImageDataset data = dataset(100, 50, 2);
    int[] counts = data.where(holdOut(data, SplitSize.count(30), 1), true).countsByClass();
    assertThat(counts).containsExactly(20, 10, 1);
  }

  @Test
  void theSeedDecidesAndTheSplitIsTheSameEverywhere() {
    ImageDataset data = dataset(10, 10);
    boolean[] one = holdOut(data, SplitSize.fraction(0.2), 1);
    assertThat(holdOut(data, SplitSize.fraction(0.2), 1)).isEqualTo(one);
    assertThat(holdOut(data, SplitSize.fraction(0.2), 2)).isNotEqualTo(one);
    assertThat(IntStream.range(0, 20).filter(i -> one[i])).containsExactly(2, 6, 15, 17);
  }

  @Test
  void aGroupStaysOnOneSide() {
    ImageDataset data = dataset(60, 60);
    int[] groups = IntStream.range(0, 120).map(i -> i / 5).toArray();

    boolean[] held = StratifiedSplit.holdOut(data, groups, SplitSize.fraction(0.25), 7);

    assertThat(data.where(held, true).countsByClass()).containsExactly(15, 15);
    for (int i = 0; i < 120; i++) {
      assertThat(held[i]).isEqualTo(held[i / 5 * 5]);
    }
  }

  @Test
  void foldsAreEvenDisjointAndKeepGroupsTogether() {
    ImageDataset data = dataset(52, 31);
    int[] alone = Grouping.none().groups(data);
    int[] folds = StratifiedSplit.folds(data, alone, 5, 3);
    for (int f = 0; f < 5; f++) {
      int fold = f;
      boolean[] in = new boolean[83];
      IntStream.range(0, 83).forEach(i -> in[i] = folds[i] == fold);
      assertThat(data.where(in, true).countsByClass()[0]).isBetween(10, 11);
      assertThat(data.where(in, true).countsByClass()[1]).isBetween(6, 7);
      assertThat(data.where(in, true).size()).isBetween(16, 17);
    }
    int[] pairs = IntStream.range(0, 83).map(i -> i / 2).toArray();
    int[] paired = StratifiedSplit.folds(data, pairs, 5, 3);
    assertThat(IntStream.range(0, 83)).allMatch(i -> paired[i] == paired[i / 2 * 2]);
    assertThatThrownBy(() -> StratifiedSplit.folds(dataset(9, 3), new int[12], 2, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has only 1 independent pictures, too few for 2 folds");
  }

  @Test
  void copiesNamedAsSuchFormGroups() {
    assertGroups(
        List.of(
            List.of(
                "Screen Shot 2018.png",
                "rotated_by_15_Screen Shot 2018.png",
                "rotated_by_60_Screen Shot 2018.png",
                "vertical_flip_Screen Shot 2018.png",
                "translation_Screen Shot 2018.png",
                "saltandpepper_Screen Shot 2018.png",
                "saltandpepper_rotated_by_15_Screen Shot 2018.jpg"),
            List.of("X.jpg", "X_flip.jpg", "X (1).jpg", "X - Copy.jpg", "X - Copy (2).jpg"),
            List.of("img7.jpg", "img7_hflip.png", "img7_rot90.jpg", "img7_aug_3.jpg"),
            List.of("Copy of Y.jpg", "Y.jpg"),
            List.of("rotated_by_30_gone.jpg", "rotated_by_45_gone.jpg")));
  }

  @Test
  void numberedPicturesAreNotCopies() {
    assertGroups(IntStream.range(0, 20).mapToObj(i -> List.of("apple (" + i + ").jpg")).toList());
    assertGroups(List.of(List.of("leaf_crop_1.jpg"), List.of("leaf_crop_2.jpg")));
    assertGroups(
        List.of(List.of("dog_1.jpg"), List.of("dog_11.jpg"), List.of("noise_1.jpg", "1.jpg")));
    assertGroups(List.of(List.of("img_180.jpg"), List.of("img_90.jpg"), List.of("img.jpg")));
    assertGroups(List.of(List.of("one/x.jpg"), List.of("two/x.jpg")));
  }

  @Test
  void recordsOfABinaryFileAreNotCopiesOfOneAnother() {
    List<Sample> records = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      var record = new PictureSource.BinaryRecord(Path.of("train_X.bin"), 3072L * i, 32, false);
      records.add(new Sample(record, "train_X.bin#" + i, i % 2));
    }
    ImageDataset data = new ImageDataset(List.of("a", "b"), records);
    assertThat(Grouping.copiesByName().groups(data)).doesNotHaveDuplicates();
    OpenedData set =
        new OpenedData(Path.of("stl"), data.classes(), Map.of(Part.TRAIN, data), List.of());
    assertThat(set.split(SplitPlan.defaults(1)).training().validation().countsByClass())
        .containsExactly(2, 2);
  }

  @Test
  void groupingsCombine() {
    ImageDataset data = dataset(4, 2);
    int[] both = of(0, 0, 1, 2, 3, 4).and(of(0, 1, 1, 2, 2, 5)).groups(data);
    assertThat(both).containsExactly(0, 0, 0, 3, 3, 5);
  }

  @Test
  void whatTheLayoutGivesIsKeptAndTheOriginIsRecorded() {
    ImageDataset train = dataset(20, 20);
    OpenedData given =
        new OpenedData(
            Path.of("data"),
            train.classes(),
            java.util.Map.of(Part.TRAIN, train, Part.TEST, dataset(5, 5)),
            List.of());
    DataSplits splits = given.split(SplitPlan.defaults(1).withTest(SplitSize.fraction(0.3)));
    assertThat(splits.test().orElseThrow().origin()).isEqualTo("the set's own test part");
    assertThat(splits.test().orElseThrow().data().size()).isEqualTo(10);
    assertThat(splits.training().train().size()).isEqualTo(32);
    assertThat(splits.training().validationOrigin()).isEqualTo("taken from train (20 %, seed 1)");

    OpenedData flat =
        new OpenedData(
            Path.of("data"), train.classes(), java.util.Map.of(Part.ALL, train), List.of());
    DataSplits cut = flat.split(SplitPlan.defaults(4).withTest(SplitSize.count(10)));
    assertThat(cut.test().orElseThrow().origin())
        .isEqualTo("taken from all pictures (10 pictures, seed 4)");
    assertThat(cut.training().train().size()).isEqualTo(24);
    assertThat(cut.training().validation().size()).isEqualTo(6);
    assertThat(cut.training().trainOrigin()).isEqualTo("all pictures without test and validation");
    List<Sample> together = new ArrayList<>();
    cut.byPart().values().forEach(part -> together.addAll(part.samples()));
    assertThat(together).containsExactlyInAnyOrderElementsOf(train.samples());
  }

  @Test
  void aClassThatCannotBeDividedIsNamed() {
    assertThatThrownBy(() -> holdOut(dataset(9, 1), SplitSize.fraction(0.2), 1))
        .isInstanceOf(DataException.class)
        .hasMessage("class 'c1' has only one picture and cannot be divided");
    assertThatThrownBy(
            () ->
                StratifiedSplit.holdOut(
                    dataset(3, 2), new int[] {0, 1, 2, 3, 3}, SplitSize.fraction(0.4), 1))
        .hasMessage(
            "class 'c1': all 2 pictures look so alike that they are taken for near-duplicates,"
                + " which stay on one side of the split; an inspection lists the pairs");
    assertThatThrownBy(() -> holdOut(dataset(5, 5), SplitSize.count(10), 1))
        .hasMessage("a split of 10 pictures leaves nothing of 10 pictures");
  }

  @Test
  void sizesAreReadFromText() {
    assertThat(SplitSize.parse("0.2")).isEqualTo(SplitSize.fraction(0.2));
    assertThat(SplitSize.parse("15%").text()).isEqualTo("15 %");
    assertThat(SplitSize.parse("100")).isEqualTo(SplitSize.count(100));
    assertThat(SplitSize.parse("0")).isEqualTo(SplitSize.none());
    for (String wrong : List.of("x", "-1", "1.5", "120%", "NaN", "")) {
      assertThatThrownBy(() -> SplitSize.parse(wrong)).isInstanceOf(UsageException.class);
    }
  }

  private static boolean[] holdOut(ImageDataset data, SplitSize size, long seed) {
    return StratifiedSplit.holdOut(data, Grouping.none().groups(data), size, seed);
  }

  private static Grouping of(int... groups) {
    return data -> groups;
  }

  private static void assertGroups(List<List<String>> expected) {
    List<String> names = expected.stream().flatMap(List::stream).toList();
    List<Sample> samples =
        names.stream()
            .map(n -> new Sample(new PictureSource.PictureFile(Path.of(n)), "train/a/" + n, 0))
            .toList();
    int[] groups = Grouping.copiesByName().groups(new ImageDataset(List.of("a"), samples));
    List<List<String>> found =
        Arrays.stream(groups)
            .distinct()
            .mapToObj(
                g ->
                    IntStream.range(0, groups.length)
                        .filter(i -> groups[i] == g)
                        .mapToObj(names::get)
                        .toList())
            .toList();
    assertThat(found).isEqualTo(expected);
  }

  /** A set with the given number of pictures in each class. */
  private static ImageDataset dataset(int... counts) {
    List<String> classes = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      classes.add("c" + c);
      for (int i = 0; i < counts[c]; i++) {
        String name = "c" + c + "/" + i + ".jpg";
        samples.add(new Sample(new PictureSource.PictureFile(Path.of(name)), name, c));
      }
    }
    return new ImageDataset(classes, samples);
  }
}
