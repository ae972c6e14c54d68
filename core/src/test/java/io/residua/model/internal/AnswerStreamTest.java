package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.data.Feed;
import io.residua.data.PictureSource.PictureBytes;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelFile;
import io.residua.model.Prediction;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures answered as they come. */
class AnswerStreamTest {
  private static final int SIZE_PX = 16;

  @TempDir private Path folder;

  private static final Options FP32 =
      Options.on(Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), 2));

  private static Classifier classifier(long seed) {
    return new Classifier(model(seed), FP32);
  }

  private static ModelFile model(long seed) {
    Preprocessing input =
        Preprocessing.preset("torchvision").withSize(SIZE_PX).withResize(Resize.SQUASH);
    return RandomModel.of("resnet8-cifar", "gap-linear", List.of("a", "b", "c"), input, seed);
  }

  private Path picture(int seed) {
    Path file = folder.resolve("p%d.png".formatted(seed));
    Pictures.noise(SIZE_PX, SIZE_PX, seed).writePng(file);
    return file;
  }

  @Test
  void answersComeInTheFeedsOrderWhateverCannotBeRead() {
    List<Path> pictures =
        IntStream.range(0, 300)
            .mapToObj(i -> i % 7 == 3 ? folder.resolve("missing" + i) : folder.resolve("p" + i % 9))
            .toList();
    IntStream.range(0, 9).forEach(i -> rename(picture(i), folder.resolve("p" + i)));
    List<Answer<Path>> answers = Collections.synchronizedList(new ArrayList<>());
    try (Classifier one = classifier(1);
        Classifier both =
            Classifier.ensemble(
                List.of(model(1), model(2)), FP32.with(TestTimeAugmentation.FLIP))) {
      for (Classifier classifier : List.of(one, both)) {
        answers.clear();
        classifier.predict(Feed.of(pictures.iterator()), answers::add, Progress.NONE);
        assertThat(answers).extracting(Answer::picture).isEqualTo(pictures);
        for (int i = 0; i < pictures.size(); i++) {
          Answer<Path> answer = answers.get(i);
          assertThat(answer.problem().isPresent()).isEqualTo(i % 7 == 3);
          if (i >= 9 && i % 7 != 3 && (i - 9) % 7 != 3) {
            assertThat(answer.prediction().orElseThrow().label())
                .isEqualTo(answers.get(i - 9).prediction().orElseThrow().label());
          }
        }
      }
    }
  }

  private static void rename(Path from, Path to) {
    assertThat(from.toFile().renameTo(to.toFile())).isTrue();
  }

  @Test
  void aPictureIsAnsweredBeforeTheNextOneIsThere() throws InterruptedException {
    LinkedBlockingQueue<Path> coming = new LinkedBlockingQueue<>();
    Path end = folder.resolve("end");
    Feed<Path> slow =
        new Feed<>() {
          @Override
          public @Nullable Path next() {
            try {
              Path next = coming.take();
              return next.equals(end) ? null : next;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return null;
            }
          }

          @Override
          public boolean ready() {
            return !coming.isEmpty();
          }
        };
    Path first = picture(1);
    Path second = picture(2);
    coming.add(first);
    List<Path> answered = new ArrayList<>();
    try (Classifier classifier = classifier(1)) {
      classifier.predict(
          slow,
          answer -> {
            answered.add(answer.picture());
            coming.add(answered.size() == 1 ? second : end); // without an answer none would come
          },
          Progress.NONE);
    }
    assertThat(answered).containsExactly(first, second);
  }

  @Test
  void onlySomeBatchesAreTakenAhead() {
    Path picture = picture(1);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger furthest = new AtomicInteger();
    Iterator<Path> pictures =
        IntStream.range(0, 20_000)
            .mapToObj(
                i -> {
                  furthest.accumulateAndGet(taken.incrementAndGet() - answered.get(), Math::max);
                  return picture;
                })
            .iterator();
    long[] usedBytes = new long[2];
    try (Classifier classifier = classifier(1)) {
      classifier.predict(
          Feed.of(pictures),
          answer -> {
            int n = answered.incrementAndGet();
            if (n == 2_000 || n == 20_000) {
              System.gc();
              Runtime runtime = Runtime.getRuntime();
              usedBytes[n / 20_000] = runtime.totalMemory() - runtime.freeMemory();
            }
          },
          Progress.NONE);
    }
    assertThat(answered).hasValue(20_000);
    assertThat(furthest.get()).isLessThan(64 * (16 + 4 * 2) + 64);
    assertThat(usedBytes[1] - usedBytes[0]).isLessThan(3 << 20);
  }

  @Test
  void anInterruptEndsTheWaitingForAPicture() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    Feed<Path> silent =
        () -> {
          waiting.countDown();
          try {
            new CountDownLatch(1).await();
            throw new AssertionError();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
          }
        };
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    try (Classifier classifier = classifier(1)) {
      Thread caller =
          new Thread(
              () -> {
                try {
                  classifier.predict(silent, answer -> {}, Progress.NONE);
                } catch (RuntimeException e) {
                  thrown.set(e);
                }
              });
      caller.start();
      waiting.await();
      caller.interrupt();
      caller.join();
    }
    assertThat(thrown.get()).isInstanceOf(CancellationException.class);
  }

  @Test
  void nothingFollowsAnAnswerThatCouldNotBeTaken() {
    Path picture = picture(1);
    AtomicInteger answered = new AtomicInteger();
    try (Classifier classifier = classifier(1)) {
      assertThatThrownBy(
              () ->
                  classifier.predict(
                      Feed.of(Collections.nCopies(500, picture)),
                      answer -> {
                        if (answered.incrementAndGet() >= 100) {
                          throw new IllegalStateException("the disk is full");
                        }
                      },
                      Progress.NONE))
          .hasMessage("the disk is full");
    }
    assertThat(answered).hasValue(100);
  }

  @Test
  void theHashKnowsWeightsViewsAndPrecisionButNotWhatComputes() {
    try (Classifier one = classifier(1);
        Classifier same = classifier(1);
        Classifier other = classifier(2);
        Classifier flip = new Classifier(one.model(), FP32.with(TestTimeAugmentation.FLIP));
        Classifier squash =
            new Classifier(one.model(), FP32.preparing(own -> own.withResize(Resize.CROP)));
        Classifier java =
            new Classifier(one.model(), Options.on(new Compute(Device.JAVA, Precision.FP32, 1)))) {
      assertThat(one.sha256()).matches("[0-9a-f]{64}").isEqualTo(same.sha256());
      assertThat(java.sha256()).isEqualTo(one.sha256());
      assertThat(List.of(other.sha256(), flip.sha256(), squash.sha256()))
          .doesNotHaveDuplicates()
          .doesNotContain(one.sha256());
    }
  }

  @Test
  void picturesInMemoryAreAnsweredAsTheirFilesAre() throws Exception {
    List<Path> files = IntStream.range(0, 5).mapToObj(this::picture).toList();
    List<PictureBytes> uploads = new ArrayList<>();
    for (Path file : files) {
      uploads.add(new PictureBytes(file.getFileName().toString(), Files.readAllBytes(file)));
    }
    uploads.add(2, new PictureBytes("up\0load", new byte[] {1, 2, 3}));
    try (Classifier classifier = classifier(1)) {
      List<Answer<PictureBytes>> answers = new ArrayList<>();
      classifier.<PictureBytes>predict(Feed.of(uploads), p -> p, answers::add, Progress.NONE);
      assertThat(answers).extracting(Answer::picture).isEqualTo(uploads);
      assertThat(answers.get(2).prediction()).isEmpty();
      assertThat(answers.get(2).problem().orElseThrow()).contains("up").doesNotContain("\n");
      answers.remove(2);
      List<Answer<Path>> expected = classifier.predict(files, Progress.NONE);
      for (int i = 0; i < files.size(); i++) {
        Prediction prediction = expected.get(i).prediction().orElseThrow();
        assertThat(answers.get(i).prediction().orElseThrow().probability())
            .isCloseTo(prediction.probability(), within(1e-4));
        assertThat(classifier.predict(Files.readAllBytes(files.get(i))))
            .isEqualTo(classifier.predict(files.get(i)));
        BufferedImage image = ImageIO.read(files.get(i).toFile());
        assertThat(classifier.predict(RgbImage.of(image)))
            .isEqualTo(classifier.predict(files.get(i)));
      }
    }
  }
}
