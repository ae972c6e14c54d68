package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers in many threads. */
@Timeout(300)
class SinglePicturesTest {
  private static final int CALLERS = 8;

  /** Of a value of about 1, where another number of threads shares out a sum. */
  private static final float ROUNDING = 1e-5f;

  private static final Shape PICTURE = Shape.rgb(64);
  private static final Network NETWORK = ResNetSpec.named("resnet18").network(4);
  private static final WeightMap WEIGHTS = new Initialisation(1, LinearRule.TORCH).weights(NETWORK);

  @BeforeAll
  static void needsNatives() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
  }

  private static BatchRunner runner(int threads) {
    return new BatchRunner(
        NETWORK, WEIGHTS, PICTURE, new Compute(Device.CPU, Precision.FP32, threads));
  }

  private static float[] picture(int number) {
    Random random = new Random(number);
    float[] values = new float[PICTURE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** What each caller comes to. */
  private static <T> List<Future<T>> together(Callable<T> work) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
    try {
      return pool.invokeAll(java.util.Collections.nCopies(CALLERS, work));
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whoBringsSomePicturesGetsTheAnswersOfSingleOnes(int threads) throws Exception {
    try (BatchRunner runner =
        new BatchRunner(
            NETWORK, WEIGHTS, PICTURE, new Compute(Device.CPU, Precision.FP32, threads, 4))) {
      List<float[]> pictures = new ArrayList<>();
      List<float[]> alone = new ArrayList<>();
      for (int i = 0; i < 11; i++) {
        pictures.add(picture(i));
        alone.add(runner.runOne(picture(i)));
      }
      for (Future<Void> caller :
          together(
              (Callable<Void>)
                  () -> {
                    for (int count : new int[] {1, 2, 3, 4, 5, 6, 11}) {
                      List<float[]> outputs = runner.runSome(pictures.subList(0, count), false);
                      assertThat(outputs).hasSize(count);
                      for (int i = 0; i < count; i++) {
                        assertThat(outputs.get(i)).containsExactly(alone.get(i), within(ROUNDING));
                      }
                    }
                    return null;
                  })) {
        caller.get();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void eightCallersGetTheAnswersOfOne(int threads) throws Exception {
    int pictures = 12;
    try (BatchRunner runner = runner(threads)) {
      List<float[]> alone = new ArrayList<>();
      for (int i = 0; i < pictures; i++) {
        alone.add(runner.runOne(picture(i)));
      }
      for (Future<Void> caller :
          together(
              (Callable<Void>)
                  () -> {
                    for (int i = 0; i < 5 * pictures; i++) {
                      assertThat(runner.runOne(picture(i % pictures)))
                          .containsExactly(alone.get(i % pictures), within(ROUNDING));
                    }
                    return null;
                  })) {
        caller.get();
      }
    }
  }

  @Test
  void singlePicturesDoNotWaitForAFolder() {
    CountDownLatch answered = new CountDownLatch(1);
    try (BatchRunner runner = runner(2)) {
      float[] alone = runner.runOne(picture(1));
      Thread other =
          new Thread(
              () -> {
                assertThat(runner.runOne(picture(1))).containsExactly(alone, within(ROUNDING));
                answered.countDown();
              });
      runner.runAll(
          8,
          (i, target, offset) -> {
            if (i == 0) {
              other.start();
            }
            try { // the folder goes on when the single picture has its answer
              answered.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return true;
          },
          (i, output, offset) -> {},
          Progress.NONE.start("test", 8, "images"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void closingWhileCallersAreAtWorkIsSafe(int threads) throws Exception {
    BatchRunner runner = runner(threads);
    float[] expected = runner.runOne(picture(0));
    CountDownLatch atWork = new CountDownLatch(CALLERS);
    ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
    List<Future<?>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(
          pool.submit(
              () -> {
                while (true) { // until it is closed
                  assertThat(runner.runOne(picture(0))).containsExactly(expected, within(ROUNDING));
                  atWork.countDown();
                }
              }));
    }
    pool.shutdown();
    atWork.await();
    runner.close();
    for (Future<?> caller : callers) {
      assertThatThrownBy(caller::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the classifier is closed");
    }
    assertThatIllegalStateException().isThrownBy(() -> runner.runOne(picture(0)));
    runner.close();
  }

  @Test
  void closingEndsAFolder() throws Exception {
    BatchRunner runner = runner(2);
    Thread[] closer = new Thread[1];
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                runner.runAll(
                    1_000_000,
                    (i, target, offset) -> {
                      synchronized (closer) {
                        if (closer[0] == null) {
                          closer[0] = new Thread(runner::close);
                          closer[0].start();
                        }
                      }
                      return true;
                    },
                    (i, output, offset) -> {},
                    Progress.NONE.start("test", 1_000_000, "images")))
        .withMessage("the classifier is closed");
    closer[0].join();
  }

  @Test
  void anInterruptedCallerIsNotServed() {
    try (BatchRunner runner = runner(2)) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> runner.runOne(picture(0)));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(runner.runOne(picture(0))).hasSize(4);
    }
  }

  @Test
  void memoryStaysFlatWithManyCallers() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs /proc to see resident memory");
    try (BatchRunner runner = runner(2)) {
      float[] input = picture(0);
      Callable<Void> calls =
          () -> {
            for (int i = 0; i < 100; i++) {
              runner.runOne(input);
            }
            return null;
          };
      for (Future<Void> caller : together(calls)) {
        caller.get();
      }
      long before = residentKiB();
      for (int i = 0; i < 6; i++) { // a picture's values lost at each call would be 236 MB
        for (Future<Void> caller : together(calls)) {
          caller.get();
        }
      }
      assertThat(residentKiB() - before).isLessThan(64 * 1024);
    }
  }

  private static long residentKiB() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(l -> l.startsWith("VmRSS:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
        .sum();
  }
}
