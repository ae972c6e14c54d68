package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.run.EpochRecord;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that looks on while it trains. */
class EpochListenerTest {
  @TempDir private Path folder;
  private Path data;
  private Path run;
  private final List<EpochRecord> told = new ArrayList<>();

  @BeforeEach
  void data() {
    data = Stripes.folder(folder.resolve("data"), 12);
    run = folder.resolve("run");
  }

  private static Recipe recipe(int epochs) {
    return Tiny.recipe("resnet8-cifar", epochs, 8);
  }

  @Test
  void eachListenerIsToldOfEachEpochInOrderOnTheThreadThatTrains() {
    List<String> calls = new ArrayList<>();
    Thread caller = Thread.currentThread();
    TrainedRun trained =
        Tiny.trainer()
            .onEpoch(told::add)
            .onEpoch(epoch -> calls.add(epoch.epoch() + " of " + told.size()))
            .onEpoch(epoch -> assertThat(Thread.currentThread()).isSameAs(caller))
            .train(data, recipe(3), run);
    assertThat(told).isEqualTo(trained.history()).hasSize(3);
    assertThat(calls).containsExactly("1 of 1", "2 of 2", "3 of 3");
  }

  @Test
  void whatAListenerThrowsEndsTheTrainingAndItsEpochIsKept() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                Tiny.trainer()
                    .onEpoch(
                        epoch -> {
                          throw new IllegalStateException("good enough");
                        })
                    .train(data, recipe(3), run))
        .withMessage("good enough");
    TrainedRun resumed = Tiny.trainer().onEpoch(told::add).resume(data, run);
    assertThat(told).extracting(EpochRecord::epoch).containsExactly(2, 3);
    assertThat(resumed.history()).extracting(EpochRecord::epoch).containsExactly(1, 2, 3);
  }

  @Test
  void anInterruptEndsTheTrainingWithACheckpointAndTheThreadKeepsIt() {
    try {
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(
              () ->
                  Tiny.trainer()
                      .onEpoch(epoch -> Thread.currentThread().interrupt())
                      .train(data, recipe(3), run));
      assertThat(Thread.interrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertThat(Trainer.canResume(run)).isTrue();
    TrainedRun resumed = Tiny.trainer().onEpoch(told::add).resume(data, run);
    assertThat(told).extracting(EpochRecord::epoch).containsExactly(2, 3);
    assertThat(resumed.history()).hasSize(3);
  }
}
