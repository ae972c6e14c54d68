package io.residua.data.inspect.internal;

import io.residua.Progress;
import io.residua.data.Sample;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Finding.Kind;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Finds pictures whose label their neighbours contradict: the ten pictures whose features are most
 * alike (cosine, mean taken off) mostly have one other label. The features, for instance a frozen
 * network's, are given one by one and kept in {@value #KEPT} random projections (Johnson and
 * Lindenstrauss 1984), 2 kB a picture; the search compares all pairs.
 *
 * <pre>{@code
 * NeighbourLabels neighbours = new NeighbourLabels(samples, classes, 2048);
 * neighbours.put(0, features, 0); // for each picture, from any thread
 * Inspection more = inspection.with(neighbours.findings(Progress.NONE));
 * }</pre>
 */
public final class NeighbourLabels {
  private static final int KEPT = 512;
  private static final int NEIGHBOURS = 10;
  private static final int MIN_OTHER = 7;
  private static final int MAX_OWN = 2;
  private static final int SHOWN_NEIGHBOURS = 3;
  private static final int TILE = 256;

  private final List<Sample> samples;
  private final List<String> classes;
  private final float[][] vectors;
  private final byte[] signs;
  private final int features;
  private final int kept;

  /**
   * @param samples the pictures, in the order of their numbers
   * @param classes class names
   * @param features how many features a picture has
   */
  public NeighbourLabels(List<Sample> samples, List<String> classes, int features) {
    this.samples = List.copyOf(samples);
    this.classes = List.copyOf(classes);
    this.features = features;
    this.vectors = new float[samples.size()][];
    this.kept = Math.min(KEPT, features);
    this.signs = new byte[features <= KEPT ? 0 : features * KEPT / 8];
    new SplittableRandom(1984).nextBytes(signs);
  }

  /** Takes one picture's features; pictures without are left out. May be called from any thread. */
  public void put(int picture, float[] values, int offset) {
    if (signs.length == 0) {
      vectors[picture] = Arrays.copyOfRange(values, offset, offset + features);
      return;
    }
    float[] vector = new float[KEPT];
    for (int f = 0; f < features; f++) {
      float value = values[offset + f];
      if (value != 0) {
        for (int b = 0; b < KEPT / 8; b++) {
          int bits = signs[f * (KEPT / 8) + b];
          for (int k = 0; k < 8; k++) {
            vector[8 * b + k] += (bits >> k & 1) == 0 ? value : -value;
          }
        }
      }
    }
    vectors[picture] = vector;
  }

  /** The pictures in doubt, the likeliest errors first; each with its nearest neighbours. */
  public List<Finding> findings(Progress progress) {
    int[] present = IntStream.range(0, vectors.length).filter(i -> vectors[i] != null).toArray();
    centre(present);
    Doubt[] doubts = new Doubt[present.length];
    try (Progress.Task task = progress.start("neighbours", present.length, "pictures")) {
      IntStream.range(0, (present.length + TILE - 1) / TILE)
          .parallel()
          .forEach(
              tile -> {
                int to = Math.min(present.length, (tile + 1) * TILE);
                doubt(present, tile * TILE, to, doubts);
                task.advance(to - tile * TILE);
              });
    }
    return Arrays.stream(doubts)
        .filter(d -> d.other >= MIN_OTHER && d.own <= MAX_OWN)
        .sorted(
            Comparator.comparingInt((Doubt d) -> d.own - d.other)
                .thenComparing(d -> -d.likeness)
                .thenComparingInt(d -> d.picture))
        .map(this::finding)
        .toList();
  }

  /**
   * What a picture's neighbours say.
   *
   * @param other how many have the label that most of those with another label have
   * @param own how many have the picture's own label
   * @param likeness mean cosine of the neighbours with the other label
   * @param neighbours their numbers, the nearest first
   */
  private record Doubt(
      int picture, int label, int other, int own, double likeness, int[] neighbours) {}

  /** Takes the mean off and scales to length 1. */
  private void centre(int[] present) {
    double[] mean = new double[kept];
    for (int i : present) {
      for (int k = 0; k < kept; k++) {
        mean[k] += vectors[i][k] / present.length;
      }
    }
    for (int i : present) {
      float[] vector = vectors[i].clone();
      double square = 1e-12;
      for (int k = 0; k < kept; k++) {
        vector[k] -= (float) mean[k];
        square += vector[k] * vector[k];
      }
      float scale = (float) (1 / Math.sqrt(square));
      for (int k = 0; k < kept; k++) {
        vector[k] *= scale;
      }
      vectors[i] = vector;
    }
  }

  /** Compares a tile of pictures with all, tile by tile so that both stay in the cache. */
  private void doubt(int[] present, int from, int to, Doubt[] doubts) {
    int k = Math.min(NEIGHBOURS, present.length - 1);
    float[][] best = new float[to - from][k];
    int[][] nearest = new int[to - from][k];
    for (float[] row : best) {
      Arrays.fill(row, Float.NEGATIVE_INFINITY);
    }
    for (int start = 0; start < present.length; start += TILE) {
      int end = Math.min(present.length, start + TILE);
      for (int i = from; i < to; i++) {
        float[] a = vectors[present[i]];
        float[] row = best[i - from];
        for (int j = start; j < end && k > 0; j++) {
          if (i != j) {
            float cosine = dot(a, vectors[present[j]]);
            if (cosine > row[k - 1]) {
              insert(row, nearest[i - from], cosine, present[j]);
            }
          }
        }
      }
    }
    for (int i = from; i < to; i++) {
      doubts[i] = doubt(present[i], best[i - from], nearest[i - from]);
    }
  }

  private static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int k = 0;
    for (; k + 3 < a.length; k += 4) {
      s0 += a[k] * b[k];
      s1 += a[k + 1] * b[k + 1];
      s2 += a[k + 2] * b[k + 2];
      s3 += a[k + 3] * b[k + 3];
    }
    for (; k < a.length; k++) {
      s0 += a[k] * b[k];
    }
    return s0 + s1 + s2 + s3;
  }

  private static void insert(float[] best, int[] nearest, float cosine, int picture) {
    int at = best.length - 1;
    while (at > 0 && best[at - 1] < cosine) {
      best[at] = best[at - 1];
      nearest[at] = nearest[at - 1];
      at--;
    }
    best[at] = cosine;
    nearest[at] = picture;
  }

  private Doubt doubt(int picture, float[] cosines, int[] nearest) {
    int[] votes = new int[classes.size()];
    for (int n : nearest) {
      votes[samples.get(n).label()]++;
    }
    int own = votes[samples.get(picture).label()];
    votes[samples.get(picture).label()] = 0;
    int label = 0;
    for (int c = 1; c < votes.length; c++) {
      label = votes[c] > votes[label] ? c : label;
    }
    double likeness = 0;
    for (int i = 0; i < nearest.length; i++) {
      if (samples.get(nearest[i]).label() == label) {
        likeness += cosines[i] / Math.max(1, votes[label]);
      }
    }
    return new Doubt(picture, label, votes[label], own, likeness, nearest);
  }

  private Finding finding(Doubt doubt) {
    List<String> files = new ArrayList<>();
    files.add(samples.get(doubt.picture).name());
    Arrays.stream(doubt.neighbours)
        .filter(n -> samples.get(n).label() == doubt.label)
        .limit(SHOWN_NEIGHBOURS)
        .forEach(n -> files.add(samples.get(n).name()));
    return new Finding(
        Kind.LABEL_DOUBT,
        files,
        Text.of(
            "labelled %s; of %d similar pictures %d are %s, %d %s",
            classes.get(samples.get(doubt.picture).label()),
            doubt.neighbours.length,
            doubt.other,
            classes.get(doubt.label),
            doubt.own,
            classes.get(samples.get(doubt.picture).label())));
  }
}
