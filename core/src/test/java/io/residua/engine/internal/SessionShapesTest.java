package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.onednn.Natives;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.WeightMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever way pictures are shared out over the processors, the answers are the same. */
class SessionShapesTest {
  private static final Shape PICTURE = Shape.rgb(64);
  private static final Network NETWORK = ResNetSpec.named("resnet18").network(4);
  private static final WeightMap WEIGHTS = new Initialisation(1, LinearRule.TORCH).weights(NETWORK);
  private static final int COUNT = 23;

  @BeforeAll
  static void needsNatives() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
  }

  private static Inference inference(Compute compute) {
    return new Inference(NETWORK, WEIGHTS, PICTURE, compute, null);
  }

  private static float[] pictures() {
    Random random = new Random(3);
    float[] pictures = new float[COUNT * PICTURE.size()];
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = (float) random.nextGaussian();
    }
    return pictures;
  }

  private static float[] oneByOne() {
    float[] pictures = pictures();
    float[] expected = new float[COUNT * 4];
    Compute single = new Compute(Device.CPU, Precision.FP32, 1);
    try (InferenceSession session = Engine.inference(NETWORK, WEIGHTS, PICTURE, 1, single)) {
      float[] answer = new float[4];
      for (int i = 0; i < COUNT; i++) {
        session.run(
            Arrays.copyOfRange(pictures, i * PICTURE.size(), (i + 1) * PICTURE.size()), 1, answer);
        System.arraycopy(answer, 0, expected, 4 * i, 4);
      }
    }
    return expected;
  }

  @Test
  void aBatchOnSeveralThreadsEqualsItsPicturesOneByOne() {
    float[] pictures = pictures();
    float[] expected = oneByOne();
    for (int threads : new int[] {1, 2, 3, 40}) {
      for (int perCall : new int[] {0, 1, 5}) {
        Compute compute = new Compute(Device.CPU, Precision.FP32, threads, perCall);
        try (InferenceSession session =
            Engine.inference(NETWORK, WEIGHTS, PICTURE, COUNT, compute)) {
          for (int count : new int[] {COUNT, 1, 7}) {
            float[] output = new float[COUNT * 4];
            session.run(pictures, count, output);
            assertThat(Arrays.copyOf(output, 4 * count))
                .as("%d threads, %d per call, %d pictures", threads, perCall, count)
                .containsExactly(Arrays.copyOf(expected, 4 * count), within(1e-5f));
            assertThat(output[4 * COUNT - 1] == 0).isEqualTo(count < COUNT);
          }
        }
      }
    }
  }

  @Test
  void aRunnerAnswersTheSameForFewAndForManyPictures() {
    float[] pictures = pictures();
    float[] expected = oneByOne();
    try (BatchRunner runner =
        new BatchRunner(NETWORK, WEIGHTS, PICTURE, new Compute(Device.CPU, Precision.FP32, 2))) {
      for (int count : new int[] {1, 2, COUNT, 3}) {
        float[] output = new float[COUNT * 4];
        runner.runAll(
            count,
            (i, target, offset) -> {
              System.arraycopy(pictures, i * PICTURE.size(), target, offset, PICTURE.size());
              return true;
            },
            (i, answer, offset) -> System.arraycopy(answer, offset, output, 4 * i, 4),
            Progress.NONE.start("", count, ""));
        assertThat(Arrays.copyOf(output, 4 * count))
            .containsExactly(Arrays.copyOf(expected, 4 * count), within(1e-5f));
      }
    }
  }

  @Test
  void whatWasMeasuredIsKeptAndTakenAgain(@TempDir Path home) throws Exception {
    Compute compute = new Compute(Device.CPU, Precision.FP32, 2);
    TunedShapes kept = new TunedShapes(home);
    SessionTuner tuner = new SessionTuner(inference(compute), kept);
    assertThat(tuner.shape(10).picturesPerCall()).isEqualTo(1);
    assertThat(home).isEmptyDirectory();
    SessionShape measured = tuner.shape(1_000_000);
    assertThat(measured.picturesPerCall()).isBetween(8, 64);
    String key = TunedShapes.key(inference(compute));
    assertThat(new TunedShapes(home).get(key)).contains(measured);

    kept.put(key, new SessionShape(1, 13));
    SessionTuner next = new SessionTuner(inference(compute), kept);
    assertThat(next.shape(1_000_000)).isEqualTo(new SessionShape(1, 13));
    Compute forced = compute.withPicturesPerCall(3);
    SessionTuner asked = new SessionTuner(inference(forced), kept);
    assertThat(asked.shape(1_000_000)).isEqualTo(new SessionShape(2, 3));
    assertThat(TunedShapes.key(new Inference(NETWORK, WEIGHTS, Shape.rgb(32), compute, null)))
        .isNotEqualTo(key);
  }

  @Test
  void callsDivideASessionsShareEvenly() {
    SessionShape shape = new SessionShape(2, 4);
    assertThat(shape.evenly(16)).isEqualTo(4);
    assertThat(shape.evenly(6)).isEqualTo(3);
    assertThat(shape.evenly(2)).isEqualTo(2);
    assertThat(shape.evenly(1)).isEqualTo(1);
    assertThat(new SessionShape(2, 64).evenly(64)).isEqualTo(64);
    assertThat(new SessionShape(2, 10).evenly(16)).isEqualTo(8);
  }

  @Test
  void aDamagedMemoryIsNone(@TempDir Path home) throws Exception {
    String key = "a key";
    TunedShapes kept = new TunedShapes(home);
    kept.put(key, new SessionShape(2, 4));
    assertThat(kept.get(key)).contains(new SessionShape(2, 4));
    Files.writeString(home.resolve("sessions.properties"), "a\\ key=0 sessions, 4 per call\n");
    assertThat(kept.get(key)).isEmpty();
    Files.write(home.resolve("sessions.properties"), new byte[] {(byte) 0xff, 0, '\\', 'u'});
    assertThat(kept.get(key)).isEmpty();
    kept.put(key, new SessionShape(2, 4));
    assertThat(kept.get(key)).contains(new SessionShape(2, 4));
  }
}
