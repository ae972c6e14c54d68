package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Inspection;
import io.residua.data.inspect.Inspector;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.image.internal.Geometry;
import io.residua.page.HtmlPage;
import io.residua.testkit.Scenes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionHtmlTest {
  private static final String NASTY = "<b onclick=alert(1)>\"'&Äpfel";
  @TempDir private Path dir;

  @Test
  void thePageShowsEveryFindingAndNeedsNothingElse() throws IOException {
    set();
    OpenedData data = OpenedData.open(dir.resolve("set"));
    Inspection inspection = Inspector.inspect(data, true, Progress.NONE);
    Path file = dir.resolve("report.html");
    ClassPreview preview =
        new ClassPreview(data, new ClassPreview.Plan(3, 48, 2), mirrored(data.all()));
    InspectionHtml.write(file, inspection, data, preview, Progress.NONE);
    String page = Files.readString(file);

    assertThat(page)
        .contains("&lt;b onclick=alert(1)&gt;&quot;&#39;&amp;Äpfel")
        .doesNotContain("<b onclick")
        .contains("name=\"viewport\"", "prefers-color-scheme: dark")
        .doesNotContainPattern("<script|src=\"(?!data:image/jpeg;base64,)|https?:");
    for (Finding finding : inspection.findings()) {
      assertThat(page).contains("id=\"" + finding.kind().key() + "\"");
      finding.files().forEach(name -> assertThat(page).contains(HtmlPage.escaped(name)));
    }
    // Two pictures of the conflict, and for each class three stored ones and two rows of training.
    assertThat(pictures(page)).isEqualTo(2 + 2 * 3 * 3);
  }

  @Test
  void theGridShowsPicturesAsStoredAndInTraining() throws IOException {
    set();
    OpenedData data = OpenedData.open(dir.resolve("set"));
    ClassPreview preview =
        new ClassPreview(data, new ClassPreview.Plan(2, 30, 1), mirrored(data.all()));
    RgbImage grid = preview.grid(Progress.NONE);
    assertThat(preview.classes()).containsExactly(NASTY, "b");
    assertThat(grid.width()).isEqualTo(2 + 2 * 32);
    assertThat(grid.height()).isEqualTo(2 + 4 * 32);
    RgbImage stored = grid.crop(2, 2, 30, 30);
    RgbImage mirrored = grid.crop(2, 34, 30, 30);
    for (int x = 0; x < 30; x++) {
      assertThat((double) mirrored.sample(29 - x, 15, 0))
          .isCloseTo(stored.sample(x, 15, 0), org.assertj.core.api.Assertions.within(3.0));
    }
  }

  private static TrainingLook mirrored(ImageDataset pictures) {
    return new TrainingLook() {
      @Override
      public ImageDataset pictures() {
        return pictures;
      }

      @Override
      public RgbImage picture(int picture, int pass) {
        return Geometry.flipHorizontally(
            pictures.samples().get(picture).source().read(new ImageDecoder()));
      }
    };
  }

  private void set() throws IOException {
    for (int i = 0; i < 3; i++) {
      png(NASTY + "/" + i + ".png", i);
      png("b/" + i + ".png", 10 + i);
    }
    png("b/same <i>.png", 0);
    Files.writeString(dir.resolve("set/b/bad.png"), "x");
  }

  private void png(String name, int number) throws IOException {
    Path file = dir.resolve("set").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, RgbImage.of(Scenes.picture(number % 6, number)).toPng());
  }

  /** Counts the page's pictures, each of which must decode. */
  private int pictures(String page) throws IOException {
    Matcher found = Pattern.compile("base64,([A-Za-z0-9+/=]+)\"").matcher(page);
    int count = 0;
    while (found.find()) {
      Path jpeg = dir.resolve("one.jpg");
      Files.write(jpeg, Base64.getDecoder().decode(found.group(1)));
      assertThat(new ImageDecoder().decode(jpeg).width()).isBetween(20, 112);
      count++;
    }
    return count;
  }
}
