package io.residua.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Progress;
import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSetTest {
  @TempDir Path dir;

  @Test
  void theSetOpensAsTrainAndTestOfSixClasses() throws IOException {
    Path folder = dir.resolve("fruit");
    SampleSet.render(folder, 3, 2, 1, Progress.NONE);

    OpenedData data = OpenedData.open(folder);

    assertThat(data.classes()).isEqualTo(SampleSet.CLASSES).isSorted();
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(data.all().countsByClass()).containsOnly(5);
    BufferedImage picture = ImageIO.read(data.all().samples().get(0).path().toFile());
    assertThat(picture.getWidth()).isEqualTo(224);
    assertThat(picture.getHeight()).isEqualTo(224);
    try (Stream<Path> beside = Files.list(dir)) {
      assertThat(beside).containsExactly(folder);
    }
  }

  @Test
  void aPictureDependsOnlyOnSeedClassPartAndIndex() throws IOException {
    SampleSet.render(dir.resolve("a"), 2, 1, 5, Progress.NONE);
    SampleSet.render(dir.resolve("b"), 4, 2, 5, Progress.NONE);
    SampleSet.render(dir.resolve("c"), 2, 1, 6, Progress.NONE);

    String name = "train/rottenbanana/synthetic_0002.jpg";
    byte[] one = Files.readAllBytes(dir.resolve("a").resolve(name));
    assertThat(Files.readAllBytes(dir.resolve("b").resolve(name))).isEqualTo(one);
    assertThat(Files.readAllBytes(dir.resolve("c").resolve(name))).isNotEqualTo(one);
    assertThat(Files.readAllBytes(dir.resolve("a/test/rottenbanana/synthetic_0001.jpg")))
        .isNotEqualTo(Files.readAllBytes(dir.resolve("a/train/rottenbanana/synthetic_0001.jpg")));
  }

  /** Whoever names a seed in a result must be able to draw the same set years later. */
  @Test
  void theSameSeedGivesTheBytesItHasAlwaysGiven() throws Exception {
    Path folder = dir.resolve("fruit");
    SampleSet.render(folder, 2, 1, 7, Progress.NONE);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        digest.update(
            (folder.relativize(file).toString().replace('\\', '/') + "\n").getBytes(UTF_8));
        digest.update(Files.readAllBytes(file));
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("198f95c05136cddf8a6583d1ca106e6c6397e60980070cf19a3ed6fb7f4cb125");
  }

  @Test
  void aFolderInUseIsRefusedAndLeftAlone() throws IOException {
    Files.writeString(dir.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> SampleSet.render(dir, 1, 1, 1, Progress.NONE))
        .isInstanceOf(DataException.class)
        .hasMessage(dir + ": exists and is not empty; give a new folder");
    assertThatThrownBy(() -> SampleSet.render(dir.resolve("mine.txt"), 1, 1, 1, Progress.NONE))
        .hasMessageContaining("is a file");
    assertThat(Files.readString(dir.resolve("mine.txt"))).isEqualTo("mine");
  }

  /** Colour alone must not solve the set, or it would show nothing about a network. */
  @Test
  void meanColourAndContrastDecideLittle() {
    int perClass = 36;
    double[][] features =
        IntStream.range(0, 6 * perClass)
            .parallel()
            .mapToObj(i -> meansAndDeviations(SampleSet.picture(i % 6, false, i / 6, 1)))
            .toArray(double[][]::new);
    standardise(features);

    double accuracy = logisticRegressionAccuracy(features, 3 * perClass);

    assertThat(accuracy).as("accuracy of six-number colour statistics").isBetween(0.17, 0.55);
  }

  private static double[] meansAndDeviations(BufferedImage image) {
    double[] sums = new double[6];
    int n = image.getWidth() * image.getHeight();
    for (int rgb :
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth())) {
      for (int c = 0; c < 3; c++) {
        int value = rgb >> (16 - 8 * c) & 0xff;
        sums[c] += value;
        sums[3 + c] += value * value;
      }
    }
    double[] result = new double[6];
    for (int c = 0; c < 3; c++) {
      result[c] = sums[c] / n;
      result[3 + c] = Math.sqrt(sums[3 + c] / n - result[c] * result[c]);
    }
    return result;
  }

  private static void standardise(double[][] rows) {
    for (int c = 0; c < rows[0].length; c++) {
      int column = c;
      double mean = Arrays.stream(rows).mapToDouble(r -> r[column]).average().orElseThrow();
      double deviation =
          Math.sqrt(
              Arrays.stream(rows)
                  .mapToDouble(r -> Math.pow(r[column] - mean, 2))
                  .average()
                  .orElseThrow());
      for (double[] row : rows) {
        row[c] = (row[c] - mean) / deviation;
      }
    }
  }

  /** Fitted on the first rows, measured on the rest; row i has class i % 6. */
  private static double logisticRegressionAccuracy(double[][] rows, int train) {
    int d = rows[0].length + 1;
    double[][] weights = new double[6][d];
    for (int step = 0; step < 1500; step++) {
      double[][] gradient = new double[6][d];
      for (int i = 0; i < train; i++) {
        double[] p = softmax(weights, rows[i]);
        for (int k = 0; k < 6; k++) {
          double error = p[k] - (i % 6 == k ? 1 : 0);
          for (int j = 0; j < d; j++) {
            gradient[k][j] += error * (j < d - 1 ? rows[i][j] : 1);
          }
        }
      }
      for (int k = 0; k < 6; k++) {
        for (int j = 0; j < d; j++) {
          weights[k][j] -= 1.0 * gradient[k][j] / train;
        }
      }
    }
    List<Integer> right = new ArrayList<>();
    for (int i = train; i < rows.length; i++) {
      double[] p = softmax(weights, rows[i]);
      int best = IntStream.range(0, 6).reduce((a, b) -> p[b] > p[a] ? b : a).orElseThrow();
      if (best == i % 6) {
        right.add(i);
      }
    }
    return (double) right.size() / (rows.length - train);
  }

  private static double[] softmax(double[][] weights, double[] row) {
    double[] p = new double[6];
    double sum = 0;
    for (int k = 0; k < 6; k++) {
      double z = weights[k][row.length];
      for (int j = 0; j < row.length; j++) {
        z += weights[k][j] * row[j];
      }
      p[k] = Math.exp(z);
      sum += p[k];
    }
    for (int k = 0; k < 6; k++) {
      p[k] /= sum;
    }
    return p;
  }
}
