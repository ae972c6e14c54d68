package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.BatchRunner;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.InputSource;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.WeightMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What sessions promise about memory, closing and arguments. */
class OneDnnSessionTest {
  private static final Shape PICTURE = Shape.rgb(64);
  private static final Network NETWORK = ResNetSpec.named("resnet18").network(4);
  private static final WeightMap WEIGHTS = new Initialisation(1, LinearRule.TORCH).weights(NETWORK);
  private static final Compute FP32 = new Compute(Device.CPU, Precision.FP32, 2);

  private static TrainingOptions options(int batch) {
    return options(NETWORK, batch);
  }

  private static TrainingOptions options(Network network, int batch) {
    Set<String> all =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    return new TrainingOptions(batch, Precision.FP32, 1, 1, all, Set.of());
  }

  @Test
  void aClosedSessionRefusesToRun() {
    InferenceSession inference = Engine.inference(NETWORK, WEIGHTS, PICTURE, 1, FP32);
    inference.close();
    inference.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> inference.run(new float[PICTURE.size()], 1, new float[4]))
        .withMessage("the session is closed");
    TrainingSession training = new OneDnnTraining(NETWORK, WEIGHTS, PICTURE, options(2));
    training.close();
    training.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> training.forward(new float[2 * PICTURE.size()], 2, 0, new float[8]));
    assertThatIllegalStateException().isThrownBy(training::weights);
    BatchRunner runner = new BatchRunner(NETWORK, WEIGHTS, PICTURE, FP32);
    runner.close();
    assertThatIllegalStateException().isThrownBy(() -> runner.runOne(new float[PICTURE.size()]));
  }

  @Test
  void argumentsThatDoNotFitAreRefused() {
    try (InferenceSession session = Engine.inference(NETWORK, WEIGHTS, PICTURE, 2, FP32)) {
      float[] two = new float[2 * PICTURE.size()];
      assertThatIllegalArgumentException().isThrownBy(() -> session.run(two, 3, new float[12]));
      assertThatIllegalArgumentException().isThrownBy(() -> session.run(two, 2, new float[7]));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.run(new float[9], 2, new float[8]));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Engine.inference(NETWORK, WEIGHTS, new Shape(1, 64, 64), 1, FP32))
        .withMessageContaining("conv1");
    try (TrainingSession session = new OneDnnTraining(NETWORK, WEIGHTS, PICTURE, options(4))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> session.forward(new float[4 * PICTURE.size()], 3, 0, new float[16]))
          .withMessageContaining("whole batches");
      assertThatIllegalStateException().isThrownBy(() -> session.backward(new float[16]));
    }
  }

  @Test
  void manyPicturesComeBackUnderTheirOwnNumber() {
    int count = 37;
    try (BatchRunner runner = new BatchRunner(NETWORK, WEIGHTS, PICTURE, FP32)) {
      float[][] together = new float[count][];
      AtomicInteger advanced = new AtomicInteger();
      Progress.Task task =
          new Progress.Task() {
            @Override
            public void advance(long by, String note) {
              advanced.addAndGet((int) by);
            }

            @Override
            public void close() {}
          };
      InputSource source =
          (i, target, offset) -> {
            picture(i, target, offset);
            return i != 5; // one that can't be read
          };
      runner.runAll(
          count,
          source,
          (i, output, offset) ->
              together[i] = java.util.Arrays.copyOfRange(output, offset, offset + 4),
          task);
      assertThat(advanced).hasValue(count);
      assertThat(together[5]).isNull();
      for (int i : new int[] {0, 4, 6, 36}) {
        float[] input = new float[PICTURE.size()];
        picture(i, input, 0);
        assertThat(together[i])
            .containsExactly(runner.runOne(input), org.assertj.core.api.Assertions.within(1e-4f));
      }
    }
  }

  @Test
  void aFailureWhileLoadingReachesTheCaller() {
    try (BatchRunner runner = new BatchRunner(NETWORK, WEIGHTS, PICTURE, FP32)) {
      assertThatThrownBy(
              () ->
                  runner.runAll(
                      100,
                      (i, target, offset) -> {
                        throw new IllegalStateException("picture " + i);
                      },
                      (i, output, offset) -> {},
                      Progress.NONE.start("test", 100, "images")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("picture ");
    }
  }

  private static void picture(int number, float[] target, int offset) {
    Random random = new Random(number);
    for (int i = 0; i < PICTURE.size(); i++) {
      target[offset + i] = (float) random.nextGaussian();
    }
  }

  @Test
  void residentMemoryStaysFlatOver500PredictionsAnd500Steps() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs /proc to see resident memory");
    Shape picture = Shape.rgb(32);
    Compute oneThread = new Compute(Device.CPU, Precision.FP32, 1);
    Network small = Head.gapLinear().on(NETWORK.upTo("layer1.0.relu"), picture, 4);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(small);
    float[] input = new float[8 * picture.size()];
    float[] logits = new float[32];
    try (InferenceSession inference = Engine.inference(NETWORK, WEIGHTS, picture, 8, oneThread);
        TrainingSession training = new OneDnnTraining(small, weights, picture, options(small, 8))) {
      for (int i = 0; i < 50; i++) {
        inference.run(input, 8, logits);
        training.forward(input, 8, i, logits);
        training.backward(logits);
      }
      long before = residentKiB();
      for (int i = 0; i < 500; i++) {
        inference.run(input, 1 + i % 8, logits);
        training.forward(input, 8, i, logits);
        training.backward(logits);
      }
      assertThat(residentKiB() - before).isLessThan(24 * 1024);
    }
  }

  /** Opens and closes sessions and prints how much more memory the process then has, in KiB. */
  static final class OpensAndCloses {
    private OpensAndCloses() {}

    public static void main(String[] arguments) throws Exception {
      for (int i = 0; i < 3; i++) {
        openAndClose();
      }
      long before = residentKiB();
      for (int i = 0; i < 10; i++) {
        openAndClose();
      }
      System.out.println(residentKiB() - before);
    }

    private static void openAndClose() {
      Engine.inference(NETWORK, WEIGHTS, PICTURE, 4, FP32).close();
      new OneDnnTraining(NETWORK, WEIGHTS, PICTURE, options(4)).close();
    }
  }

  /** In a process of its own, whose Java heap is there from the beginning and does not grow. */
  @Test
  void closingGivesTheMemoryBack() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs /proc to see resident memory");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx512m",
                "-XX:+AlwaysPreTouch",
                "--enable-native-access=ALL-UNNAMED", // else Java 24 and later warn
                "-cp",
                System.getProperty("java.class.path"),
                OpensAndCloses.class.getName())
            .redirectErrorStream(true)
            .start();
    String grown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(grown).isZero();
    // each pair of sessions holds some 200 MiB, 2 GiB if nothing came back
    assertThat(Long.parseLong(grown.strip())).isLessThan(100 * 1024);
  }

  private static long residentKiB() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
        .sum();
  }
}
