package io.residua.server.internal.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.internal.OnlineClassifier;
import io.residua.model.internal.OnlineClassifier.Prepared;
import io.residua.server.internal.RequestException;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Tiny;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way of pictures through queues, and who is served when. */
@Timeout(120)
class DispatcherTest {
  private static final int PER_CALL = 4;

  private final List<String> computed = new CopyOnWriteArrayList<>();
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();
  private final List<Throwable> faults = new CopyOnWriteArrayList<>();
  private final List<ServedModel> models = new ArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);
  private Dispatcher dispatcher = dispatcher(1, 1, 100);

  private Dispatcher dispatcher(int compute, int decode, int queue) {
    return new Dispatcher(
        new Dispatcher.Settings(compute, decode, 0, queue),
        new Dispatcher.Watcher() {
          @Override
          public void computed(ServedModel model, int pictures) {
            computed.add(model.name());
            sizes.add(pictures);
          }

          @Override
          public void failed(ServedModel model, Throwable fault) {
            faults.add(fault);
          }
        });
  }

  private ServedModel open(String name, long seed) {
    Preprocessing input = Preprocessing.preset("torchvision").withSize(32);
    OnlineClassifier classifier =
        new Classifier(
                RandomModel.of("resnet8-cifar", "gap-linear", List.of("a", "b"), input, seed),
                Classifier.Options.on(Tiny.ONE_THREAD.withPicturesPerCall(PER_CALL)))
            .online(1_000_000);
    ServedModel model = new ServedModel(name, null, classifier, dispatcher::close);
    dispatcher.open(model);
    models.add(model);
    return model;
  }

  @AfterEach
  void close() {
    gate.countDown();
    dispatcher.close();
    models.forEach(ServedModel::release);
  }

  private static Picture pixels(RgbImage image) {
    return model -> model.prepare(image);
  }

  private static List<Picture> pictures(int count) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(pixels(Pictures.noise(32, 32, i)));
    }
    return pictures;
  }

  /** One that is not ready before the gate opens. */
  private Picture behindTheGate() {
    return model -> {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return model.prepare(Pictures.noise(32, 32, 0));
    };
  }

  private static long in(long seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }

  private CompletableFuture<List<Outcome>> submit(ServedModel model, List<Picture> pictures) {
    Inference inference = new Inference(pictures, Wanted.ANSWER, in(60), () -> false);
    dispatcher.submit(model, inference);
    return inference.answer();
  }

  @Test
  void whatComesTogetherIsComputedTogetherAndAnsweredInItsOrder() throws Exception {
    dispatcher.close();
    dispatcher = dispatcher(2, 2, 100);
    ServedModel model = open("one", 1);
    CompletableFuture<List<Outcome>> first = submit(model, List.of(behindTheGate()));
    CompletableFuture<List<Outcome>> many = submit(model, pictures(40));
    gate.countDown();
    first.get();
    List<Outcome> outcomes = many.get();
    for (int i = 0; i < 40; i++) {
      double expected =
          model.classifier().classifier().predict(Pictures.noise(32, 32, i)).probability();
      assertThat(outcomes.get(i).prediction().probability()).isCloseTo(expected, within(1e-5));
    }
    assertThat(sizes).allMatch(size -> size <= PER_CALL);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(41);
    assertThat(faults).isEmpty();
  }

  @Test
  void aModelWithMuchWorkDoesNotKeepAnotherWaiting() throws Exception {
    ServedModel busy = open("busy", 1);
    ServedModel other = open("other", 2);
    CompletableFuture<List<Outcome>> first = submit(busy, List.of(behindTheGate()));
    CompletableFuture<List<Outcome>> much = submit(busy, pictures(60));
    CompletableFuture<List<Outcome>> one = submit(other, pictures(1));
    gate.countDown();
    one.get();
    first.get();
    much.get();
    assertThat(computed.indexOf("other")).isLessThanOrEqualTo(3);
    assertThat(computed.size()).isGreaterThan(10);
  }

  @Test
  void aQueueTakesNoMoreThanItHasRoomFor() throws Exception {
    dispatcher.close();
    dispatcher = dispatcher(1, 1, 3);
    ServedModel model = open("one", 1);
    CompletableFuture<List<Outcome>> first = submit(model, List.of(behindTheGate()));
    CompletableFuture<List<Outcome>> second = submit(model, pictures(2));
    assertThatExceptionOfType(RequestException.class)
        .isThrownBy(() -> submit(model, pictures(1)))
        .satisfies(e -> assertThat(e.problem().status()).isEqualTo(503))
        .satisfies(e -> assertThat(e.problem().retryAfterSeconds()).isPositive());
    assertThatExceptionOfType(RequestException.class)
        .isThrownBy(() -> submit(model, pictures(4)))
        .satisfies(e -> assertThat(e.problem().status()).isEqualTo(413));
    gate.countDown();
    first.get();
    second.get();
    assertThat(submit(model, pictures(3)).get()).hasSize(3);
  }

  @Test
  void aFaultInOnePictureIsOneRequestsAndTheThreadsGoOn() throws Exception {
    ServedModel model = open("one", 1);
    Picture faulty =
        m -> {
          throw new OutOfMemoryError("as if");
        };
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> submit(model, List.of(faulty)).get())
        .withCauseInstanceOf(OutOfMemoryError.class);
    Picture wrong = m -> new Prepared(List.of(new float[1]));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> submit(model, List.of(wrong)).get());
    assertThat(faults).hasSize(2);
    assertThat(submit(model, pictures(2)).get()).hasSize(2);
    assertThat(dispatcher.queued(model)).isZero();
  }

  @Test
  void explanationsKeepNoAnswerWaitingAndAreBounded() throws Exception {
    ServedModel model = open("one", 1);
    RgbImage image = Pictures.noise(32, 32, 0);
    Picture slow =
        new Picture() {
          @Override
          public Prepared prepare(OnlineClassifier m) {
            return m.prepare(image);
          }

          @Override
          public RgbImage pixels(OnlineClassifier m) {
            try {
              gate.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return image;
          }
        };
    List<CompletableFuture<List<Outcome>>> explained = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Inference one = new Inference(List.of(slow), new Wanted(false, true), in(60), () -> false);
      dispatcher.submit(model, one);
      explained.add(one.answer());
    }
    assertThat(submit(model, pictures(1)).get()).hasSize(1); // while none is explained
    assertThat(explained).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(7);
    gate.countDown();
    for (CompletableFuture<List<Outcome>> answer : explained) {
      if (!answer.isCompletedExceptionally()) {
        assertThat(answer.get().get(0).explanation()).isNotEmpty();
      }
    }
  }

  @Test
  void whatNobodyWaitsForIsNotComputed() throws Exception {
    ServedModel model = open("one", 1);
    CompletableFuture<List<Outcome>> first = submit(model, List.of(behindTheGate()));
    Inference late = new Inference(pictures(3), Wanted.ANSWER, System.nanoTime(), () -> false);
    Inference left = new Inference(pictures(3), Wanted.ANSWER, in(60), () -> true);
    dispatcher.submit(model, late);
    dispatcher.submit(model, left);
    gate.countDown();
    first.get();
    for (Inference vain : List.of(late, left)) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> vain.answer().get())
          .withCauseInstanceOf(RequestException.class);
    }
    submit(model, pictures(1)).get();
    assertThat(sizes).containsExactly(1, 1);
  }

  @Test
  void whatWasTakenIsComputedBeforeItCloses() throws Exception {
    ServedModel model = open("one", 1);
    CompletableFuture<List<Outcome>> many = submit(model, pictures(30));
    dispatcher.close();
    assertThat(many.isDone()).isTrue();
    assertThat(many.get()).hasSize(30);
    assertThatExceptionOfType(RequestException.class).isThrownBy(() -> submit(model, pictures(1)));
  }
}
