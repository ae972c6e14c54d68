package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.engine.Precision;
import io.residua.engine.internal.TrainingOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Pieces that are shared out. */
class CrewTest {
  private static final int PIECES = 50;

  @Test
  void eachPieceRunsOnceHoweverManyThreadsThereAre() {
    for (int threads : new int[] {0, 1, 2, 5}) {
      try (Crew crew = new Crew(threads)) {
        for (int step = 0; step < 200; step++) {
          AtomicIntegerArray runs = new AtomicIntegerArray(PIECES);
          crew.run(PIECES, (piece, thread) -> runs.incrementAndGet(piece));
          for (int i = 0; i < PIECES; i++) {
            assertThat(runs.get(i)).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void aTrainingOfNegativeThreadsIsRefused() {
    assertThatThrownBy(() -> new TrainingOptions(1, Precision.FP32, -3, 1, Set.of(), Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads is -3, not 0 or more");
  }

  @Test
  void twoPiecesRunAtTheSameTimeOnTwoThreads() {
    try (Crew crew = new Crew(2)) {
      CountDownLatch both = new CountDownLatch(2);
      Set<Integer> threads = ConcurrentHashMap.newKeySet();
      crew.run(
          2,
          (piece, thread) -> {
            both.countDown();
            await(both);
            threads.add(thread);
          });
      assertThat(threads).hasSize(2).allMatch(thread -> thread >= 0 && thread < crew.size());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPieceThatFailsIsToldWhenTheOthersHaveEnded() {
    try (Crew crew = new Crew(2)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(PIECES);
      assertThatThrownBy(
              () ->
                  crew.run(
                      PIECES,
                      (piece, thread) -> {
                        runs.incrementAndGet(piece);
                        if (piece == 3) {
                          throw new IllegalStateException("the third");
                        }
                      }))
          .hasMessage("the third");
      assertThat(runs.toString()).doesNotContain("0");
      crew.run(1, (piece, thread) -> runs.set(0, 7));
      assertThat(runs.get(0)).isEqualTo(7);
    }
  }

  @Test
  void anInterruptedCallerStillGetsAllPiecesAndStaysInterrupted() {
    try (Crew crew = new Crew(2)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(PIECES);
      Thread.currentThread().interrupt();
      crew.run(PIECES, (piece, thread) -> runs.incrementAndGet(piece));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(runs.toString()).doesNotContain("0");
    }
  }
}
