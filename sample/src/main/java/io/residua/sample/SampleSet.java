package io.residua.sample;

import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.internal.NewFolder;
import io.residua.image.RgbImage;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The built-in sample set: synthetic 224×224 pictures of fresh and rotten apples, bananas and
 * oranges, after the six classes of the well-known fruit sets.
 *
 * <p>Light, colour, pose, background and small harmless spots vary independently of the class, so
 * that mean colour or the mere presence of spots decides little. A picture depends only on (seed,
 * class, part, index): more pictures or another number of threads change none of them.
 */
public final class SampleSet {
  /** The class names, sorted. */
  public static final List<String> CLASSES =
      List.of(
          "freshapples",
          "freshbanana",
          "freshoranges",
          "rottenapples",
          "rottenbanana",
          "rottenoranges");

  private SampleSet() {}

  private record Task(String part, int partNumber, int label, int index) {}

  /**
   * Renders the default number of pictures: 120 a class to train and 40 to test.
   *
   * @see #render(Path, int, int, long, Progress)
   */
  public static void render(Path folder, long seed, Progress progress) {
    render(folder, 120, 40, seed, progress);
  }

  /**
   * Renders the set as JPEG files to {@code folder/train/<class>/} and {@code
   * folder/test/<class>/}. Uses all processors. The folder appears when it is complete.
   *
   * @param folder must not exist or be empty
   * @param trainPerClass pictures per class, at least 1
   * @param testPerClass pictures per class, at least 1
   * @throws DataException if the folder is not empty or cannot be written
   */
  public static void render(
      Path folder, int trainPerClass, int testPerClass, long seed, Progress progress) {
    if (trainPerClass < 1 || testPerClass < 1) {
      throw new IllegalArgumentException(
          "a sample set needs at least 1 picture per class and part, not "
              + Math.min(trainPerClass, testPerClass));
    }
    NewFolder.write(
        folder, unfinished -> renderAll(unfinished, trainPerClass, testPerClass, seed, progress));
  }

  private static void renderAll(
      Path folder, int trainPerClass, int testPerClass, long seed, Progress progress)
      throws IOException {
    List<Task> tasks = new ArrayList<>();
    for (int label = 0; label < CLASSES.size(); label++) {
      for (int part = 0; part < 2; part++) {
        String name = part == 0 ? "train" : "test";
        Files.createDirectories(folder.resolve(name).resolve(CLASSES.get(label)));
        for (int i = 0; i < (part == 0 ? trainPerClass : testPerClass); i++) {
          tasks.add(new Task(name, part, label, i));
        }
      }
    }
    try (Progress.Task bar = progress.start("synthetic pictures", tasks.size(), "pictures")) {
      tasks.parallelStream()
          .forEach(
              task -> {
                write(folder, task, seed);
                bar.advance(1);
              });
    }
  }

  /**
   * Renders one picture, 224×224 RGB.
   *
   * @param label index into {@link #CLASSES}
   * @param test whether it belongs to the test part
   * @param index number of the picture within its class and part
   */
  public static BufferedImage picture(int label, boolean test, int index, long seed) {
    Scene.Fruit fruit = Scene.Fruit.values()[label % 3];
    return Scene.render(fruit, label >= 3, pictureSeed(seed, label, test ? 1 : 0, index));
  }

  private static long pictureSeed(long seed, int label, int part, int index) {
    long h = seed;
    for (int value : new int[] {label, part, index}) {
      h = (h ^ value) * 0x9E3779B97F4A7C15L;
      h = (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
      h ^= h >>> 29;
    }
    return h;
  }

  private static void write(Path folder, Task task, long seed) {
    boolean test = task.partNumber() == 1;
    BufferedImage image = picture(task.label(), test, task.index(), seed);
    long own = pictureSeed(seed, task.label(), task.partNumber(), task.index());
    float quality = 0.7f + 0.25f * new Random(own ^ 0x5DEECE66DL).nextFloat();
    String name = Text.of("synthetic_%04d.jpg", task.index() + 1);
    Path file = folder.resolve(task.part()).resolve(CLASSES.get(task.label())).resolve(name);
    try {
      Files.write(file, RgbImage.of(image).toJpeg(quality));
    } catch (IOException e) {
      throw new DataException(file + ": cannot be written: " + IoReasons.of(e), e);
    }
  }
}
