package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.WeightMap;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A picture by itself has the same answer, to the last bit, on any number of threads. In a batch
 * kernels of other shapes compute it, whose sums end in other last bits.
 */
@Tag("processors")
class InferenceBitsTest {
  private static final int PICTURES = 32;

  /** Differences as parts of the largest output; some 2e-6 were seen. */
  private static final float OF_THE_LARGEST = 2e-5f;

  private static final Network NETWORK = Architecture.named("resnet50").network(10);
  private static final WeightMap WEIGHTS =
      new Initialisation(1, Initialisation.LinearRule.TORCH).weights(NETWORK);
  private static final Shape PICTURE = Shape.rgb(64);
  private static final float[] INPUT = random();

  private static float[] random() {
    Random random = new Random(1);
    float[] values = new float[PICTURES * PICTURE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @BeforeEach
  void needsNatives() {
    assumeTrue(Natives.available(), "oneDNN on this platform");
  }

  private static float[] logits(Precision precision, int threads, int batch) {
    Compute compute = new Compute(Device.CPU, precision, threads);
    try (InferenceSession session = Engine.inference(NETWORK, WEIGHTS, PICTURE, batch, compute)) {
      int size = session.inputSize();
      float[] all = new float[PICTURES * session.outputSize()];
      for (int first = 0; first < PICTURES; first += batch) {
        int count = Math.min(batch, PICTURES - first);
        float[] out = new float[batch * session.outputSize()];
        session.run(Arrays.copyOfRange(INPUT, first * size, (first + batch) * size), count, out);
        System.arraycopy(out, 0, all, first * session.outputSize(), count * session.outputSize());
      }
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("io.residua.testkit.Precisions#ofInference")
  void threadsChangeNothingAndBatchesTheLastBits(Precision precision) {
    float[] expected = logits(precision, 1, 1);
    for (int threads : new int[] {1, 2, 4}) {
      assertThat(logits(precision, threads, 1)).as("%d threads", threads).isEqualTo(expected);
      for (int batch : new int[] {7, 32}) {
        assertThat(logits(precision, threads, batch))
            .as("%d threads, batches of %d", threads, batch)
            .usingComparatorWithPrecision(OF_THE_LARGEST * largest(expected))
            .containsExactly(expected);
      }
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
