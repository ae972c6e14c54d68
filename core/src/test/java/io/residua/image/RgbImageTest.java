package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RgbImageTest {
  private final RgbImage image =
      new ImageDecoder().decode(FormatsTest.resource("png_rgb8.png"), "png_rgb8.png");

  @Test
  void survivesJava2dAndPng(@TempDir Path folder) throws Exception {
    assertThat(RgbImage.of(image.toBufferedImage())).isEqualTo(image);
    Path file = folder.resolve("out.png");
    image.writePng(file);
    image.writePng(file);
    assertThat(new ImageDecoder().decode(file)).isEqualTo(image);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void saysWhyItCannotBeWritten(@TempDir Path folder) {
    Path file = folder.resolve("no such folder").resolve("out.png");
    assertThatThrownBy(() -> image.writePng(file))
        .isInstanceOf(ImageException.class)
        .hasMessage(file + ": can't be written (no such file or folder)");
  }

  @Test
  void rectanglesAreCutInside() {
    RgbImage part = image.crop(3, 2, 10, 5);
    assertThat(part.sample(0, 0, 1)).isEqualTo(image.sample(3, 2, 1));
    assertThat(part.sample(9, 4, 2)).isEqualTo(image.sample(12, 6, 2));
    assertThatThrownBy(() -> image.crop(30, 0, 8, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void sizesMustBePossible() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RgbImage(0, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new RgbImage(50_000, 50_000));
    assertThatIllegalArgumentException().isThrownBy(() -> new RgbImage(2, 2, new byte[11]));
  }
}
