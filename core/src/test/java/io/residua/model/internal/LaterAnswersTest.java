package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.model.Prediction;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LaterAnswersTest {
  private static final Prediction ANSWER =
      Prediction.ofLogits(new float[] {1, 2}, 0, List.of("a", "b"));

  private static Supplier<Prediction> held(CountDownLatch begun, CountDownLatch release) {
    return () -> {
      begun.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return ANSWER;
    };
  }

  @Test
  void whatIsCancelledBeforeItsTurnIsNotComputedAndItsPictureIsLetGo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<String> computed = Collections.synchronizedList(new ArrayList<>());
    try (LaterAnswers later = new LaterAnswers(1)) {
      CompletableFuture<Prediction> first = later.ask(held(begun, release));
      begun.await();
      byte[] picture = new byte[1 << 20];
      WeakReference<byte[]> held = new WeakReference<>(picture);
      CompletableFuture<Prediction> second = later.ask(counted(computed, "second", picture));
      picture = new byte[0];
      CompletableFuture<Prediction> third = later.ask(counted(computed, "third", picture));
      second.cancel(false);
      for (int i = 0; i < 50 && held.get() != null; i++) {
        System.gc();
      }
      assertThat(held.get()).isNull();
      release.countDown();
      assertThat(third.join()).isSameAs(ANSWER);
      assertThat(first.join()).isSameAs(ANSWER);
      assertThat(computed).containsExactly("third");
    }
  }

  private static Supplier<Prediction> counted(List<String> computed, String name, byte[] picture) {
    return () -> {
      computed.add(picture.length >= 0 ? name : "");
      return ANSWER;
    };
  }

  @Test
  void whatHasBegunIsAnsweredAlsoWhileClosing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    LaterAnswers later = new LaterAnswers(1);
    CompletableFuture<Prediction> first = later.ask(held(begun, release));
    CompletableFuture<Prediction> second = later.ask(() -> ANSWER);
    begun.await();
    later.close();
    assertThat(second).isCompletedExceptionally();
    release.countDown();
    assertThat(first.join()).isSameAs(ANSWER);
  }

  @Test
  void anErrorReachesWhoeverWaits() {
    try (LaterAnswers later = new LaterAnswers(1)) {
      CompletableFuture<Prediction> failed =
          later.ask(
              () -> {
                throw new OutOfMemoryError("none left");
              });
      assertThat(failed).failsWithin(Duration.ofMinutes(1));
      assertThat(later.ask(() -> ANSWER).join()).isSameAs(ANSWER);
    }
  }
}
