package io.residua.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.data.OpenedData;
import io.residua.data.inspect.Finding.Kind;
import io.residua.image.RgbImage;
import io.residua.testkit.Fruits;
import io.residua.testkit.Scenes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies as augmentation leaves them in published sets; a file's number says what it shows. */
class AlteredCopiesTest {
  private static final List<Integer> TURNS = List.of(15, 30, 45, 60, 75);

  @TempDir Path dir;

  @Test
  void copiesOfFruitsOnWhiteAreFoundAndOtherFruitsOfTheSameFormAreNot() throws IOException {
    Set<String> copies = new TreeSet<>();
    for (int i = 0; i < 24; i++) {
      BufferedImage fruit = Fruits.on(240 + 10 * (i % 7), 220, i);
      png("train/fresh/%02d.png".formatted(i), fruit);
      for (BufferedImage copy : List.of(altered(fruit, i), altered(fruit, i + 5))) {
        String name = "test/fresh/%02d_%d.png".formatted(i, copies.size());
        // Half of a published set was squashed after it was altered.
        png(name, copies.size() % 2 == 0 ? copy : Fruits.squashed(copy));
        copies.add(name);
      }
    }
    assertThat(copiesFound()).containsExactlyElementsOf(copies);
  }

  @Test
  void scenesAreFoundThoughTheyWereTurnedAndSquashed() throws IOException {
    Set<String> copies = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      BufferedImage scene = Scenes.picture(i % 6, i).getSubimage(0, 0, 224, 170 + 4 * i);
      png("train/a/%02d.png".formatted(i), scene);
      String name = "test/a/%02d.png".formatted(i);
      png(name, Fruits.squashed(altered(scene, i)));
      copies.add(name);
    }
    assertThat(copiesFound()).containsExactlyElementsOf(copies);
  }

  @Test
  void aTurnedSheetOnABlackGroundIsNotBlank() throws IOException {
    BufferedImage sheet = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
    sheet.createGraphics().fillRect(0, 0, 200, 200);
    png("a/sheet.png", Fruits.turned(sheet, 30));
    png("a/other.png", Fruits.on(200, 200, 1));
    Inspection found = Inspector.inspect(OpenedData.open(dir), true, Progress.NONE);
    assertThat(found.findings(Kind.BLANK)).isEmpty();
    assertThat(found.findings(Kind.NEAR_DUPLICATE)).isEmpty();
  }

  private static BufferedImage altered(BufferedImage image, int how) {
    int kind = how % 8;
    return switch (kind) {
      case 5 -> Fruits.moved(image, 28, 17);
      case 6 -> Fruits.peppered(image, how);
      case 7 -> Fruits.mirrored(image);
      default -> Fruits.turned(image, TURNS.get(kind));
    };
  }

  /** Pictures of test with a copy in train; no pair may be of different photographs. */
  private Set<String> copiesFound() {
    Inspection found = Inspector.inspect(OpenedData.open(dir), true, Progress.NONE);
    TreeMap<String, String> wrong = new TreeMap<>();
    Set<String> copies = new TreeSet<>();
    for (Finding finding : found.findings()) {
      String first = finding.files().get(0);
      String second = finding.files().get(1);
      if (!number(first).equals(number(second))) {
        wrong.put(first, second);
      } else if (finding.kind() == Kind.CROSS_SPLIT_DUPLICATE) {
        copies.add(first);
      }
    }
    assertThat(wrong).isEmpty();
    return copies;
  }

  private static String number(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    return file.substring(0, 2);
  }

  private void png(String name, BufferedImage image) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, RgbImage.of(image).toPng());
  }
}
