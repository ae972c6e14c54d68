package io.residua.eval.internal;

/**
 * How wrong the answer to one sample is.
 *
 * @param sample its index
 * @param logLoss minus the natural logarithm of the probability given to the true class
 * @param probabilityOfTruth that probability, 0 to 1
 */
public record SampleLoss(
    int sample, int trueClass, int predictedClass, double logLoss, double probabilityOfTruth) {}
