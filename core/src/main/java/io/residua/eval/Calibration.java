package io.residua.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How far the confidence of the answers agrees with how often they are right (Guo et al. 2017, "On
 * Calibration of Modern Neural Networks"). Confidence is the probability of the predicted class.
 *
 * @param bins equal-width bins of confidence, ascending
 * @param expectedError ECE: the mean over samples of |accuracy - mean confidence| of their bin
 * @param maximumError the largest such gap of any bin that holds samples
 */
public record Calibration(List<Bin> bins, double expectedError, double maximumError) {
  private static final int FEWEST_DRAWS = 100;
  private static final int MOST_DRAWS = 1000;
  private static final long MOST_NUMBERS = 20_000_000;
  private static final long SEED = 1;

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * The samples whose confidence is above {@code low} and at most {@code high}.
   *
   * @param accuracy the share that is right, 0 if the bin is empty
   * @param confidence their mean confidence, 0 if the bin is empty
   */
  public record Bin(double low, double high, int count, double accuracy, double confidence) {}

  /**
   * How large the expected error gets by chance: a model whose confidence is exactly right stays
   * below it on 95 of 100 sets with these confidences. A measured error says something only above
   * it. By simulation, with a fixed seed.
   *
   * @param predictions answers with probabilities
   * @param binCount how many bins, at least 1
   */
  static double byChance(Predictions predictions, int binCount) {
    Calibration measured = of(predictions, binCount);
    int n = predictions.n();
    int draws = (int) Math.max(FEWEST_DRAWS, Math.min(MOST_DRAWS, MOST_NUMBERS / Math.max(1, n)));
    SplittableRandom random = new SplittableRandom(SEED);
    int[] bin = new int[n];
    double[] confidence = new double[n];
    for (int i = 0; i < n; i++) {
      confidence[i] = predictions.confidence(i);
      bin[i] = measured.bin(confidence[i]);
    }
    double[] errors = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      double[] right = new double[binCount];
      for (int i = 0; i < n; i++) {
        right[bin[i]] += random.nextDouble() < confidence[i] ? 1 : 0;
      }
      for (int b = 0; b < binCount; b++) {
        Bin of = measured.bins.get(b);
        errors[draw] += Math.abs(right[b] - of.count * of.confidence) / n;
      }
    }
    return Interval.highest95(errors);
  }

  private int bin(double confidence) {
    int bin = 0;
    while (bin < bins.size() - 1 && confidence > bins.get(bin).high) {
      bin++;
    }
    return bin;
  }

  /**
   * Sorts the answers into bins.
   *
   * @param predictions answers with probabilities
   * @param binCount how many bins, at least 1
   */
  public static Calibration of(Predictions predictions, int binCount) {
    predictions.requireProbabilities("calibration");
    if (binCount < 1) {
      throw new IllegalArgumentException("binCount must be at least 1, not " + binCount);
    }
    int[] counts = new int[binCount];
    int[] right = new int[binCount];
    double[] confidences = new double[binCount];
    for (int i = 0; i < predictions.n(); i++) {
      double confidence = predictions.confidence(i);
      int bin = 0;
      while (bin < binCount - 1 && confidence > (double) (bin + 1) / binCount) {
        bin++;
      }
      counts[bin]++;
      right[bin] += predictions.isRight(i) ? 1 : 0;
      confidences[bin] += confidence;
    }
    List<Bin> bins = new ArrayList<>();
    double expected = 0;
    double maximum = 0;
    for (int b = 0; b < binCount; b++) {
      double accuracy = counts[b] == 0 ? 0 : (double) right[b] / counts[b];
      double confidence = counts[b] == 0 ? 0 : confidences[b] / counts[b];
      double low = (double) b / binCount;
      bins.add(new Bin(low, (double) (b + 1) / binCount, counts[b], accuracy, confidence));
      double gap = Math.abs(accuracy - confidence);
      expected += gap * counts[b] / predictions.n();
      maximum = Math.max(maximum, gap);
    }
    return new Calibration(bins, expected, maximum);
  }
}
