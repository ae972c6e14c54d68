package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.data.Feed;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.PictureSource.PictureBytes;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.features.FeatureExtractor;
import io.residua.features.FeatureExtractor.Request;
import io.residua.features.Features;
import io.residua.image.ImageException;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Classifier.Answer;
import io.residua.model.Classifier.Options;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.testkit.Told;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs do that have a classifier in them. */
class ClassifierTest {
  private static final List<String> CLASSES = List.of("across", "down");
  private static final Options ONE_THREAD = Options.on(Tiny.ONE_THREAD);
  private static final Options TWO_THREADS =
      Options.on(Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), 2));

  @TempDir private Path folder;

  private static ModelFile model(long seed) {
    Preprocessing input =
        Preprocessing.preset("torchvision").withSize(32).withResize(Resize.SQUASH);
    return RandomModel.of("resnet8-cifar", "gap-linear", CLASSES, input, seed);
  }

  private static byte[] upload(int seed) {
    return Pictures.noise(40, 36, seed).toPng();
  }

  /** A stream that tells whether it was closed. */
  private static final class Upload extends ByteArrayInputStream {
    private boolean closed;

    Upload(byte[] content) {
      super(content);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void aStreamIsReadToItsEndAndLeftOpen() {
    byte[] trailed = Arrays.copyOf(upload(1), upload(1).length + 500);
    Upload stream = new Upload(trailed);
    try (Classifier classifier = new Classifier(model(1), ONE_THREAD)) {
      assertThat(classifier.predict(stream, "a.png")).isEqualTo(classifier.predict(upload(1)));
    }
    assertThat(stream.available()).isZero();
    assertThat(stream.closed).isFalse();
  }

  @Test
  void aStreamThatFailsOrIsNoPictureIsToldByItsName() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    try (Classifier classifier = new Classifier(model(1), ONE_THREAD)) {
      for (InputStream stream : List.of(broken, endless, new Upload(new byte[0]))) {
        assertThatExceptionOfType(ImageException.class)
            .isThrownBy(() -> classifier.predict(stream, "holiday.jpg"))
            .withMessageStartingWith("holiday.jpg: ")
            .withMessageNotContaining("\n");
      }
    }
  }

  @Test
  void aListOfUploadsIsAnsweredInItsOrder() {
    List<PictureBytes> uploads =
        List.of(
            new PictureBytes("first.png", upload(1)),
            new PictureBytes("bad.png", new byte[] {1, 2, 3}),
            new PictureBytes("last.png", upload(2)));
    try (Classifier classifier = new Classifier(model(1), TWO_THREADS)) {
      List<Answer<PictureBytes>> answers = classifier.predict(uploads, u -> u, Progress.NONE);
      assertThat(answers).extracting(Answer::picture).isEqualTo(uploads);
      assertThat(answers.get(1).problem().orElseThrow()).startsWith("bad.png: ");
      for (int i : new int[] {0, 2}) {
        Prediction alone = classifier.predict(uploads.get(i).bytes());
        assertThat(answers.get(i).prediction().orElseThrow().probabilities().get(0))
            .isCloseTo(alone.probabilities().get(0), within(1e-5));
      }
    }
  }

  @Test
  void whatIsAskedForLaterIsAnsweredAsAtOnce() throws IOException {
    Path file = Files.write(folder.resolve("p.png"), upload(3));
    RgbImage pixels = Pictures.noise(32, 32, 4);
    try (Classifier classifier = new Classifier(model(1), TWO_THREADS)) {
      List<CompletableFuture<Prediction>> answers =
          IntStream.range(0, 40).mapToObj(i -> classifier.predictAsync(upload(i))).toList();
      CompletableFuture<Prediction> ofFile = classifier.predictAsync(file);
      CompletableFuture<Prediction> ofPixels = classifier.predictAsync(pixels);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).join()).isEqualTo(classifier.predict(upload(i)));
      }
      assertThat(ofFile.join()).isEqualTo(classifier.predict(file));
      assertThat(ofPixels.join()).isEqualTo(classifier.predict(pixels));
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> classifier.predictAsync(new byte[10]).join())
          .withCauseInstanceOf(ImageException.class);
    }
  }

  /** Keeps the only thread that answers from going on until it is let go. */
  private static void hold(Classifier classifier, CountDownLatch release)
      throws InterruptedException {
    Thread caller = Thread.currentThread();
    CountDownLatch held = new CountDownLatch(1);
    while (held.getCount() > 0) {
      classifier
          .predictAsync(upload(1))
          .thenRun(
              () -> {
                if (Thread.currentThread() != caller) { // which it is where the answer was quicker
                  held.countDown();
                  await(release);
                }
              });
      if (held.await(10, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsCancelledOrTooLateBeforeItsTurnHoldsUpNoOther() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    try (Classifier classifier = new Classifier(model(1), ONE_THREAD)) {
      hold(classifier, release);
      CompletableFuture<Prediction> cancelled = classifier.predictAsync(upload(1));
      CompletableFuture<Prediction> late = classifier.predictAsync(upload(1));
      CompletableFuture<Prediction> wanted = classifier.predictAsync(upload(2));
      assertThat(cancelled.cancel(true)).isTrue();
      late.completeExceptionally(new TimeoutException());
      release.countDown();
      assertThat(wanted.join()).isEqualTo(classifier.predict(upload(2)));
      assertThat(cancelled).isCancelled();
      assertThat(late).isCompletedExceptionally();
    } finally {
      release.countDown();
    }
  }

  @Test
  void closingTellsThoseWhoWait() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    Classifier classifier = new Classifier(model(1), ONE_THREAD);
    try {
      hold(classifier, release);
      List<CompletableFuture<Prediction>> waiting =
          IntStream.range(0, 5).mapToObj(i -> classifier.predictAsync(upload(i))).toList();
      classifier.close();
      for (CompletableFuture<Prediction> answer : waiting) {
        assertClosed(answer);
      }
      assertClosed(classifier.predictAsync(upload(1)));
    } finally {
      release.countDown();
      classifier.close();
    }
  }

  private static void assertClosed(CompletableFuture<Prediction> answer) {
    assertThat(answer).isCompletedExceptionally(); // at once: join would wait for ever otherwise
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(answer::join)
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("the classifier is closed");
  }

  @Test
  void featuresAreWhatTheHeadTakesAndWhatTheExtractorGives() throws IOException {
    Path data = Stripes.folder(folder.resolve("data"), 2);
    Path file = folder.resolve("model.safetensors");
    model(1).write(file);
    Features expected =
        FeatureExtractor.create()
            .on(Tiny.ONE_THREAD)
            .keepingIn(Optional.empty())
            .extract(OpenedData.open(data), Request.of(file.toString(), "avgpool"));
    Path picture = data.resolve(expected.rows().get(0).name());
    try (Classifier classifier = Classifier.load(file, ONE_THREAD);
        Classifier flip = Classifier.load(file, ONE_THREAD.with(TestTimeAugmentation.FLIP))) {
      float[] features = classifier.features(picture);
      assertThat(features).containsExactly(expected.row(0), within(1e-5f));
      assertThat(flip.features(picture)).isEqualTo(features);
      assertThat(classifier.features(Files.readAllBytes(picture))).isEqualTo(features);
      float[] weight = classifier.model().weights().get("fc.weight").toArray();
      float[] logits = classifier.model().weights().get("fc.bias").toArray().clone();
      assertThat(weight).hasSize(2 * features.length);
      for (int i = 0; i < weight.length; i++) {
        logits[i / features.length] += weight[i] * features[i % features.length];
      }
      assertThat(classifier.predict(picture).probabilities().get(0))
          .isCloseTo(Prediction.ofLogits(logits, 0, CLASSES).probabilities().get(0), within(1e-4));
    }
  }

  @Test
  void featuresAreRefusedInOneLineWhereThereAreNone() {
    Classifier closed = new Classifier(model(1), ONE_THREAD);
    closed.close();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> closed.features(upload(1)));
    try (Classifier both = Classifier.ensemble(List.of(model(1), model(2)), ONE_THREAD)) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> both.features(upload(1)))
          .withMessage("an ensemble has no features of its own");
    }
  }

  /** A progress whose owner has had enough after some pictures. */
  private static Told impatient() {
    return new Told() {
      @Override
      protected void advanced(String label, long by) {
        throw new CancellationException("enough");
      }
    };
  }

  @Test
  void longWorkEndsByItsProgressAndTheClassifierStaysOfUse() {
    Path data = Stripes.folder(folder.resolve("data"), 40);
    ImageDataset set = OpenedData.open(data).all();
    List<Path> files = Collections.nCopies(2000, data.resolve("across").resolve("p00.png"));
    List<Answer<Path>> answered = new ArrayList<>();
    try (Classifier classifier = new Classifier(model(1), TWO_THREADS)) {
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> classifier.predict(Feed.of(files), answered::add, impatient()))
          .withMessage("enough");
      assertThat(answered).isNotEmpty().hasSizeLessThan(files.size());
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> classifier.evaluate(set, impatient()))
          .withMessage("enough");
      assertThat(classifier.predict(files.subList(0, 3), Progress.NONE))
          .allMatch(answer -> answer.prediction().isPresent());
    }
  }

  @Test
  void longWorkEndsByAnInterruptWhichTheThreadKeeps() {
    Path data = Stripes.folder(folder.resolve("data"), 4);
    ImageDataset set = OpenedData.open(data).all();
    try (Classifier classifier = new Classifier(model(1), TWO_THREADS)) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> classifier.evaluate(set, Progress.NONE));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(classifier.evaluate(set, Progress.NONE).samples()).hasSize(8);
    } finally {
      Thread.interrupted();
    }
  }
}
