package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignatureTest {
  @Test
  void flippingASignatureIsTheSignatureOfTheFlippedView() {
    float[] levels = new float[Thumbnail.SIZE * Thumbnail.SIZE];
    Random random = new Random(1);
    for (int i = 0; i < levels.length; i++) {
      levels[i] = 255 * random.nextFloat();
    }
    View view = View.cut(0.1f, 0.2f, 0.9f, 0.85f);
    float[] plain = of(levels, view);
    float[] flipped = new float[Signature.LENGTH];
    for (int symmetry = 0; symmetry < 8; symmetry++) {
      Signature.flip(plain, symmetry, flipped);
      assertThat(flipped).containsExactly(of(levels, view.flipped(symmetry)), within(1e-3f));
    }
  }

  @Test
  void viewsComposeAndInvert() {
    View a = View.cut(0.1f, 0.2f, 0.7f, 0.9f).turned(33).flipped(5);
    View b = View.CENTRE.turned(-10);
    View both = a.compose(b);
    assertThat(both.x(0.3f, 0.6f)).isCloseTo(a.x(b.x(0.3f, 0.6f), b.y(0.3f, 0.6f)), within(1e-5f));
    View none = a.compose(a.inverse());
    assertThat(none.x(0.3f, 0.6f)).isCloseTo(0.3f, within(1e-5f));
    assertThat(none.y(0.3f, 0.6f)).isCloseTo(0.6f, within(1e-5f));
  }

  private static float[] of(float[] levels, View view) {
    return new ViewSignatures(List.of(view)).of(levels).get(0);
  }
}
