package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.image.RgbImage;
import io.residua.testkit.Fruits;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class SpecksTest {
  @Test
  void saltAndPepperGoesAwayAndTheFruitStays() {
    BufferedImage fruit = Fruits.on(240, 200, 1);
    RgbImage plain = RgbImage.of(fruit);
    RgbImage peppered = RgbImage.of(Fruits.peppered(fruit, 1));
    assertThat(Specks.removed(plain)).isSameAs(plain);
    assertThat(different(peppered, plain)).isGreaterThan(200);
    assertThat(different(Specks.removed(peppered), plain)).isLessThan(30);
  }

  /** How many pixels differ so much that one sees it. */
  private static int different(RgbImage a, RgbImage b) {
    int count = 0;
    for (int i = 1; i < a.rgb().length; i += 3) {
      count += Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff)) > 40 ? 1 : 0;
    }
    return count;
  }
}
