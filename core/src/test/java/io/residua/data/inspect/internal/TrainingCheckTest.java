package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Sample;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.Quarantine;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.SplitSize;
import io.residua.image.RgbImage;
import io.residua.testkit.Scenes;
import io.residua.testkit.Told;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCheckTest {
  @TempDir private Path dir;

  private final Told progress = new Told();

  private void set(int perClass) throws IOException {
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < perClass; i++) {
        png("%s/%02d.png".formatted(c == 0 ? "a" : "b", i), Scenes.picture(c, i));
      }
    }
  }

  private void png(String name, BufferedImage image) throws IOException {
    Path file = dir.resolve("set").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, RgbImage.of(image).toPng());
  }

  private TrainingCheck.Checked check(TrainingCheck check) {
    return check.of(OpenedData.open(dir.resolve("set")), true, progress);
  }

  @Test
  void nearDuplicatesStayOnOneSideOfTheSplit() throws IOException {
    set(8);
    RescaleOp brighter = new RescaleOp(1.1f, 20, null);
    for (int i = 0; i < 8; i++) {
      png("a/another_%02d.png".formatted(i), brighter.filter(Scenes.picture(0, i), null));
    }
    for (long seed = 1; seed < 6; seed++) {
      TrainingCheck.Checked checked = check(TrainingCheck.USUAL);
      DataSplits splits =
          checked
              .data()
              .split(
                  SplitPlan.defaults(seed)
                      .withValidation(SplitSize.fraction(0.5))
                      .withGrouping(checked.grouping()));
      Set<String> validation =
          splits.training().validation().samples().stream()
              .map(Sample::name)
              .collect(Collectors.toSet());
      assertThat(validation).anyMatch(name -> name.startsWith("a/another"));
      for (int i = 0; i < 8; i++) {
        assertThat(validation.contains("a/%02d.png".formatted(i)))
            .isEqualTo(validation.contains("a/another_%02d.png".formatted(i)));
      }
    }
  }

  @Test
  void unreadablePicturesAreListedAndLeftOutUnlessThereAreTooMany() throws IOException {
    set(10);
    Files.writeString(dir.resolve("set/a/bad.jpg"), "no picture");
    TrainingCheck.Checked checked = check(new TrainingCheck(null, 0.05));
    assertThat(checked.leftOut()).containsOnlyKeys("a/bad.jpg");
    assertThat(checked.data().all().size()).isEqualTo(20);
    assertThat(progress.warnings)
        .anyMatch(w -> w.startsWith(dir.resolve("set/a/bad.jpg") + ": not a picture"))
        .contains("1 of 21 pictures (4.8 %) cannot be read and are left out");
    assertThatThrownBy(() -> check(TrainingCheck.USUAL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            dir.resolve("set")
                + ": 1 of 21 pictures (4.8 %) cannot be read, more than the 1 % that may be; first: "
                + dir.resolve("set/a/bad.jpg"));
  }

  @Test
  void whatTheQuarantineListsIsLeftOut() throws IOException {
    set(3);
    Files.writeString(dir.resolve("set/a/bad.jpg"), "no picture");
    Path list = dir.resolve("list.csv");
    Quarantine.write(list, Map.of("a/bad.jpg", "unreadable", "b/00.png", "mine", "c/1.png", "?"));
    TrainingCheck.Checked checked = check(new TrainingCheck(list, 0));
    assertThat(checked.leftOut()).containsOnlyKeys("a/bad.jpg", "b/00.png");
    assertThat(checked.data().all().size()).isEqualTo(5);
    assertThat(progress.warnings)
        .containsExactly(list + ": 1 of 3 pictures listed are not in " + dir.resolve("set"));

    Quarantine.write(list, Map.of("b/00.png", "", "b/01.png", "", "b/02.png", ""));
    assertThatThrownBy(() -> check(new TrainingCheck(list, 1)))
        .hasMessage(dir.resolve("set") + ": class 'b' has no picture left");
  }

  @Test
  void thePictureUnderTwoLabelsIsWarnedOf() throws IOException {
    set(3);
    png("b/same.png", Scenes.picture(0, 1));
    check(TrainingCheck.USUAL);
    assertThat(progress.warnings)
        .containsExactly(
            "the same picture under two labels: 1, first: a/01.png = b/same.png; one of the labels"
                + " is wrong");
  }
}
