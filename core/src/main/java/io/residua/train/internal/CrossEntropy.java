package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.List;

/**
 * Cross-entropy of the softmax of logits, averaged over the batch, as {@code
 * torch.nn.CrossEntropyLoss}.
 *
 * @param labelSmoothing part of every target that is spread evenly over all classes, the true one
 *     too (Szegedy et al. 2015); 0 up to 1
 * @param classWeights weight of each class's term, empty for all alike. With labels the mean is
 *     weighted by the labels' classes; with soft targets it is over the pictures. Both as in
 *     PyTorch
 */
public record CrossEntropy(double labelSmoothing, List<Double> classWeights) {
  public CrossEntropy {
    classWeights = List.copyOf(classWeights);
    UsageException.check(
        labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing", labelSmoothing, "0 up to 1");
    for (double weight : classWeights) {
      UsageException.check(
          weight >= 0 && weight < Double.POSITIVE_INFINITY, "class weight", weight, "0 or more");
    }
  }

  /** The plain loss: no smoothing, no weights. */
  public CrossEntropy() {
    this(0, List.of());
  }

  /** {@code n / (classes × count)}, as scikit-learn's; 0 for a class without pictures. */
  public static List<Double> balancedWeights(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return Arrays.stream(counts)
        .mapToObj(count -> count == 0 ? 0.0 : (double) labels.length / ((double) classes * count))
        .toList();
  }

  /**
   * The loss for labels.
   *
   * @param logits {@code count × classes}
   * @param labels class of each picture, from 0
   * @param count how many pictures
   * @param gradient takes the loss's gradient by the logits, {@code count × classes}
   * @return the loss
   * @throws IllegalArgumentException if a label is no class or a size doesn't fit
   */
  public double ofLabels(float[] logits, int[] labels, int count, int classes, float[] gradient) {
    check(logits, labels.length, count, count, classes, gradient);
    double total = 0;
    for (int n = 0; n < count; n++) {
      if (labels[n] < 0 || labels[n] >= classes) {
        throw new IllegalArgumentException(
            Text.of("label %d is none of %d classes", labels[n], classes));
      }
      total += weight(labels[n]);
    }
    double[] target = new double[classes];
    double loss = 0;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < classes; c++) {
        target[c] = smooth(c == labels[n] ? 1 : 0, classes);
      }
      loss += ofPicture(logits, n * classes, target, total, gradient);
    }
    return loss;
  }

  /**
   * The loss for probabilities, as MixUp and CutMix make them.
   *
   * @param logits {@code count × classes}
   * @param targets {@code count × classes}, each row adding up to 1
   * @param count how many pictures
   * @param gradient takes the loss's gradient by the logits, {@code count × classes}
   * @return the loss
   * @throws IllegalArgumentException if a size doesn't fit
   */
  public double ofTargets(
      float[] logits, float[] targets, int count, int classes, float[] gradient) {
    check(logits, targets.length, count * classes, count, classes, gradient);
    double[] target = new double[classes];
    double loss = 0;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < classes; c++) {
        target[c] = smooth(targets[n * classes + c], classes);
      }
      loss += ofPicture(logits, n * classes, target, count, gradient);
    }
    return loss;
  }

  private double smooth(double target, int classes) {
    return (1 - labelSmoothing) * target + labelSmoothing / classes;
  }

  private double weight(int c) {
    return classWeights.isEmpty() ? 1 : classWeights.get(c);
  }

  /** One picture's part of the loss, in double and safe from overflow. */
  private double ofPicture(
      float[] logits, int from, double[] target, double divisor, float[] gradient) {
    int classes = target.length;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      greatest = Math.max(greatest, logits[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[from + c] - greatest);
    }
    double logSum = greatest + Math.log(sum);
    double loss = 0;
    double mass = 0;
    for (int c = 0; c < classes; c++) {
      double weighted = weight(c) * target[c];
      loss += weighted * (logSum - logits[from + c]);
      mass += weighted;
    }
    for (int c = 0; c < classes; c++) {
      double probability = Math.exp(logits[from + c] - logSum);
      gradient[from + c] = (float) ((probability * mass - weight(c) * target[c]) / divisor);
    }
    return loss / divisor;
  }

  private void check(
      float[] logits, int targets, int neededTargets, int count, int classes, float[] gradient) {
    if (count < 1
        || logits.length < count * classes
        || gradient.length < count * classes
        || targets < neededTargets) {
      throw new IllegalArgumentException(
          Text.of(
              "%d logits, %d targets and %d gradients do not hold %d pictures of %d classes",
              logits.length, targets, gradient.length, count, classes));
    }
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          Text.of("%d class weights for %d classes", classWeights.size(), classes));
    }
  }
}
