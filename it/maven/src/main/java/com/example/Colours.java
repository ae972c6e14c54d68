package com.example;

import io.residua.Progress;
import io.residua.image.ImageException;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.run.EpochRecord;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/** Trains on pictures that it draws, and asks in every way: {@code Colours FOLDER}. */
public final class Colours {
  private static final int EPOCHS = 3;

  /** Small and from scratch, so that no weights are needed. */
  private static final Recipe RECIPE =
      Recipe.defaults()
          .with(
              Map.of(
                  "model", "resnet8-cifar",
                  "weights", "none",
                  "freeze", "none",
                  "image_size", "32",
                  "batch_size", "8",
                  "epochs", Integer.toString(EPOCHS)));

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path pictures = draw(folder.resolve("pictures"));

    List<EpochRecord> epochs = new ArrayList<>();
    TrainedRun run =
        Trainer.create().onEpoch(epochs::add).train(pictures, RECIPE, folder.resolve("run"));
    check(epochs.equals(run.history()) && epochs.size() == EPOCHS, "epochs are told of");
    check(Files.size(run.model()) > 0, "the model is a file");
    cancelled(pictures, folder.resolve("cancelled"));

    Path file = folder.resolve("new.png");
    BufferedImage image = picture(true, new Random(99));
    ImageIO.write(image, "png", file.toFile());
    ImageIO.write(image, "jpeg", folder.resolve("new.jpg").toFile());
    byte[] bytes = Files.readAllBytes(file);
    try (Classifier classifier = Classifier.load(run.model())) {
      Prediction answer = classifier.predict(file);
      check(answer.label().equals("red"), "a red picture is red, not " + answer);
      check(answer.equals(classifier.predict(bytes)), "bytes");
      check(
          answer.equals(classifier.predict(new ByteArrayInputStream(bytes), "new.png")), "a stream");
      check(answer.equals(classifier.predict(RgbImage.of(image))), "a BufferedImage");
      check(answer.equals(classifier.predictAsync(bytes).get(1, TimeUnit.MINUTES)), "a future");
      check(classifier.features(bytes).length == 64, "features");
      Path blue = pictures.resolve("blue/0.png");
      List<Classifier.Answer<Path>> answers =
          classifier.predict(List.of(file, blue, folder.resolve("absent.png")), Progress.NONE);
      check(answers.get(0).prediction().orElseThrow().label().equals("red"), "the first of three");
      check(answers.get(1).prediction().orElseThrow().label().equals("blue"), "the second of three");
      check(answers.get(2).problem().isPresent(), "the third is not there");
      try {
        classifier.predict(new byte[10]);
        check(false, "no picture, and no exception");
      } catch (ImageException e) {
        System.out.println("as it should be: " + e.getMessage());
      }
      System.out.println(
          "Java " + Runtime.version().feature() + ": " + answer.label() + " by " + classifier.compute());
    }
  }

  /** Training that is interrupted after an epoch goes on where it was. */
  private static void cancelled(Path pictures, Path out) {
    try {
      Trainer.create()
          .onEpoch(epoch -> Thread.currentThread().interrupt())
          .train(pictures, RECIPE, out);
      check(false, "an interrupt does not end training");
    } catch (CancellationException e) {
      check(Thread.interrupted(), "the thread is no longer interrupted");
    }
    check(Trainer.canResume(out), "what was interrupted can't be resumed");
    List<Integer> told = new ArrayList<>();
    TrainedRun resumed =
        Trainer.create().onEpoch(epoch -> told.add(epoch.epoch())).resume(pictures, out);
    check(resumed.history().size() == EPOCHS, "resumed training is complete");
    check(told.equals(List.of(2, 3)), "resumed training does what is left, not " + told);
  }

  private static Path draw(Path folder) throws IOException {
    for (String label : List.of("red", "blue")) {
      Path of = Files.createDirectories(folder.resolve(label));
      for (int i = 0; i < 40; i++) {
        BufferedImage image = picture(label.equals("red"), new Random(i + label.hashCode()));
        ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
      }
    }
    return folder;
  }

  private static BufferedImage picture(boolean red, Random random) {
    BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 40; x++) {
        int more = 128 + random.nextInt(128);
        int less = random.nextInt(128);
        image.setRGB(x, y, new Color(red ? more : less, less, red ? less : more).getRGB());
      }
    }
    return image;
  }

  private static void check(boolean good, String what) {
    if (!good) {
      throw new IllegalStateException(what);
    }
  }

  private Colours() {}
}
