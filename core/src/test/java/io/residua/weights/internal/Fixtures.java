package io.residua.weights.internal;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.ResNetSpec.Block;
import io.residua.nn.internal.ResNetSpec.Shortcut;
import io.residua.nn.internal.ResNetSpec.Stem;
import io.residua.nn.internal.ResNetSpec.Stride;
import io.residua.nn.internal.ResNetSpec.Style;
import io.residua.nn.internal.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The files that src/test/fixtures/make.py writes with other libraries, and what those compute. */
final class Fixtures {
  private static final int SIZE_PX = 32;
  private static final int PICTURES = 2;
  static final int CLASSES = 3;

  /** The thin net of timm and Hugging Face: bottlenecks with the stride in the 3x3. */
  static final ResNetSpec THIN_TORCH = thin(new Style(Stride.MIDDLE_3X3, false, 1e-5, false));

  /** The thin net of keras.applications: stride in the first 1x1, biases. */
  static final ResNetSpec THIN_KERAS = thin(new Style(Stride.FIRST_1X1, true, 1.001e-5, false));

  private Fixtures() {}

  private static ResNetSpec thin(Style style) {
    return new ResNetSpec(
        "thin",
        Stem.IMAGENET,
        Block.BOTTLENECK,
        List.of(1, 2, 1, 1),
        64,
        2,
        Shortcut.PROJECTION,
        1,
        64,
        style);
  }

  static Path path(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Fixtures.class.getResource("/io/residua/weights/" + name), name)
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The logits that the library gave, picture after picture. */
  static double[] logits(String name) throws IOException {
    return Arrays.stream(Files.readString(path(name + ".logits.txt")).strip().split("\\s+"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  /** Logits of the same pictures by Residua's plain Java executor. */
  static float[] run(Network network, WeightMap weights) {
    float[] input = new float[PICTURES * SIZE_PX * SIZE_PX * 3];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) (i % 251 / 125.0 - 1);
    }
    return run(network, weights, input);
  }

  /**
   * Logits of two pictures.
   *
   * @param input height × width × channels of each
   */
  static float[] run(Network network, WeightMap weights, float[] input) {
    Shape picture = Shape.picture(input.length / (PICTURES * SIZE_PX * SIZE_PX), SIZE_PX);
    float[] logits = new float[PICTURES * network.outputShape(picture).size()];
    Compute compute = new Compute(Device.JAVA, Precision.FP32, 1);
    try (InferenceSession session =
        Engine.inference(network, weights, picture, PICTURES, compute)) {
      session.run(input, PICTURES, logits);
    }
    return logits;
  }
}
