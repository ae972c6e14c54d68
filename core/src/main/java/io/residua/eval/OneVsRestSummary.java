package io.residua.eval;

/**
 * A curve's area for each class against all others, and its averages.
 *
 * @param perClass one value a class; NaN where the class (or everything else) does not occur
 * @param macro the plain mean over the classes that have a value; NaN if none has
 * @param weighted their mean weighted by how often each class occurs
 * @param micro of all pairs of sample and class pooled
 */
public record OneVsRestSummary(double[] perClass, double macro, double weighted, double micro) {

  static OneVsRestSummary of(double[] perClass, ConfusionMatrix confusion, double micro) {
    double sum = 0;
    double weightedSum = 0;
    double weight = 0;
    int defined = 0;
    for (int c = 0; c < perClass.length; c++) {
      if (!Double.isNaN(perClass[c])) {
        sum += perClass[c];
        weightedSum += perClass[c] * confusion.support(c);
        weight += confusion.support(c);
        defined++;
      }
    }
    return new OneVsRestSummary(perClass, sum / defined, weightedSum / weight, micro);
  }
}
