package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.residua.image.RgbImage;
import io.residua.testkit.Fruits;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentFrameTest {
  @ParameterizedTest
  @ValueSource(ints = {-70, -30, 8, 15, 30, 45, 60, 75})
  void theFrameOfATurnedPictureIsFoundAlsoWhenItWasSquashed(int degrees) {
    BufferedImage turned = Fruits.turned(Fruits.on(300, 220, 3), degrees);
    double radians = Math.toRadians(degrees);
    float aspect = 300f / 220;
    for (BufferedImage image : new BufferedImage[] {turned, Fruits.squashed(turned)}) {
      View frame = frame(image);
      // From the middle to the middle of the right side, of a picture this much wider than high.
      double right = 0.5 + 0.5 * Math.cos(radians);
      double below = 0.5 + 0.5 * Math.sin(radians) * aspect;
      float x = frame.x(1, 0.5f);
      float y = frame.y(1, 0.5f);
      boolean opposite = Math.hypot(x - right, y - below) > 0.5;
      assertThat(opposite ? 1 - x : x).isCloseTo((float) right, within(0.02f));
      assertThat(opposite ? 1 - y : y).isCloseTo((float) below, within(0.02f));
    }
  }

  @Test
  void aSubjectThatIsAsDarkAsTheCornersDoesNotHideThem() {
    BufferedImage image = Fruits.on(300, 240, 4);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.BLACK);
    g.fillRect(0, 0, 60, 100);
    View frame = frame(Fruits.turned(image, 30));
    assertThat(frame.x(1, 0.5f)).isCloseTo(0.933f, within(0.02f));
  }

  @Test
  void barsOnOneSideSayThatAPictureWasMovedAndOnBothThatItIsWithin() {
    BufferedImage fruit = Fruits.on(240, 200, 5);
    View moved = frame(Fruits.moved(fruit, 24, 30));
    assertThat(moved.x(0, 0)).isCloseTo(0.1f, within(0.012f));
    assertThat(moved.y(0, 0)).isCloseTo(0.15f, within(0.012f));
    assertThat(moved.x(1, 1)).isCloseTo(1.1f, within(0.012f));
    BufferedImage letterbox = new BufferedImage(240, 300, BufferedImage.TYPE_INT_RGB);
    letterbox.createGraphics().drawImage(fruit, 0, 50, null);
    View within = frame(letterbox);
    assertThat(within.y(0, 0)).isCloseTo(1 / 6f, within(0.012f));
    assertThat(within.y(1, 1)).isCloseTo(5 / 6f, within(0.012f));
    assertThat(within.x(0, 0)).isZero();
  }

  @Test
  void whatLiesOnAPlainGroundHasNoFrame() {
    for (int i = 0; i < 20; i++) {
      assertThat(ContentFrame.of(RgbImage.of(Fruits.on(200 + 5 * i, 200, i)))).isNull();
    }
  }

  @Test
  void tinyAndOneColouredPicturesHaveNoFrame() {
    for (int[] size : new int[][] {{1, 1}, {1, 400}, {2, 2}, {16, 16}, {15, 300}, {64, 17}}) {
      assertThat(ContentFrame.of(new RgbImage(size[0], size[1]))).isNull();
    }
  }

  private static View frame(BufferedImage image) {
    return Objects.requireNonNull(ContentFrame.of(RgbImage.of(image)));
  }
}
