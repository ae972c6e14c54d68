package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.data.inspect.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NeighbourLabelsTest {
  private static final int PICTURES = 600;
  private static final int FEATURES = 1000;

  @Test
  void wrongLabelsAreFoundAndRankedFirst() {
    Random random = new Random(4);
    float[][] centres = new float[3][FEATURES];
    for (float[] centre : centres) {
      fill(centre, 0, random);
    }
    List<Sample> samples = new ArrayList<>();
    float[][] features = new float[PICTURES][FEATURES];
    for (int i = 0; i < PICTURES; i++) {
      int shown = i % 3;
      int label = i % 50 == 7 ? (shown + 1) % 3 : shown;
      String name = "p" + i + ".jpg";
      samples.add(new Sample(new PictureSource.PictureFile(Path.of(name)), name, label));
      fill(features[i], 1.5f, random);
      for (int f = 0; f < FEATURES; f++) {
        features[i][f] += centres[shown][f] + 5; // as after a ReLU: all on one side
      }
    }
    NeighbourLabels neighbours =
        new NeighbourLabels(samples, List.of("ant", "bee", "cow"), FEATURES);
    for (int i = 0; i < PICTURES; i++) {
      neighbours.put(i, features[i], 0);
    }
    List<Finding> findings = neighbours.findings(Progress.NONE);

    assertThat(findings)
        .hasSize(12)
        .allMatch(f -> Integer.parseInt(f.files().get(0).replaceAll("\\D", "")) % 50 == 7)
        .allMatch(f -> f.kind() == Finding.Kind.LABEL_DOUBT && f.files().size() == 4);
    assertThat(findings.get(0).detail())
        .matches("labelled \\w+; of 10 similar pictures \\d+ are .*");
  }

  @Test
  void pictureWithoutFeaturesAndTinySetsDoNoHarm() {
    Sample sample = new Sample(new PictureSource.PictureFile(Path.of("a")), "a", 0);
    NeighbourLabels none = new NeighbourLabels(List.of(sample, sample), List.of("x", "y"), 4);
    assertThat(none.findings(Progress.NONE)).isEmpty();
    none.put(1, new float[] {9, 1, 2, 3, 4}, 1);
    assertThat(none.findings(Progress.NONE)).isEmpty();
  }

  private static void fill(float[] values, float deviation, Random random) {
    for (int f = 0; f < values.length; f++) {
      values[f] = (float) random.nextGaussian() * (deviation == 0 ? 1 : deviation);
    }
  }
}
