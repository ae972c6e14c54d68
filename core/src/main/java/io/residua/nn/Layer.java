package io.residua.nn;

import io.residua.Text;

/**
 * One operation of a network. Layers are values without weights; a {@link Network.Node} gives a
 * layer its name and inputs, and the weights are found under that name.
 */
public sealed interface Layer {

  /**
   * Two-dimensional cross-correlation with a square kernel, weights {@code outChannels ×
   * inChannels/groups × kernel × kernel}.
   *
   * @param padding zeros above and to the left of the picture
   * @param paddingAfter zeros below and to the right of it
   * @param groups into how many equal parts the channels are divided, each with filters of its own;
   *     divides both numbers of channels
   */
  record Conv(
      int inChannels,
      int outChannels,
      int kernel,
      int stride,
      int padding,
      int paddingAfter,
      int groups,
      boolean bias)
      implements Layer {
    public Conv {
      if (groups < 1 || inChannels % groups != 0 || outChannels % groups != 0) {
        throw new IllegalArgumentException(
            Text.of(
                "a convolution of %d to %d channels can't have %d groups",
                inChannels, outChannels, groups));
      }
    }

    /** The same padding on all sides. */
    public Conv(
        int inChannels,
        int outChannels,
        int kernel,
        int stride,
        int padding,
        int groups,
        boolean bias) {
      this(inChannels, outChannels, kernel, stride, padding, padding, groups, bias);
    }
  }

  /**
   * Batch normalisation over channels (Ioffe and Szegedy 2015).
   *
   * @param epsilon added to the variance
   * @param momentum weight of the newest batch in the running statistics, as PyTorch counts it
   */
  record BatchNorm(int channels, double epsilon, double momentum) implements Layer {}

  /** max(x, 0). */
  record Relu() implements Layer {}

  /** Maximum over windows; padding counts as minus infinity. */
  record MaxPool(int kernel, int stride, int padding) implements Layer {}

  /** Mean over windows; padding counts as zeros inside the divisor, as in PyTorch's default. */
  record AvgPool(int kernel, int stride, int padding) implements Layer {}

  /** Mean over all positions: {@code C×H×W} to {@code C×1×1}. */
  record GlobalAvgPool() implements Layer {}

  /** Elementwise sum of two inputs of the same shape. */
  record Add() implements Layer {}

  /**
   * The parameter-free shortcut of the CIFAR ResNets (option A of He et al. 2015): every {@code
   * stride}-th position, channels padded with zeros on both sides.
   */
  record PadShortcut(int stride, int outChannels) implements Layer {}

  /** {@code C×H×W} to a vector in that order (channel first), as PyTorch flattens. */
  record Flatten() implements Layer {}

  /** Fully connected, weights {@code outFeatures × inFeatures}, with bias. */
  record Linear(int inFeatures, int outFeatures) implements Layer {}

  /** Inverted dropout: while training, zeroes with probability {@code rate} and scales the rest. */
  record Dropout(double rate) implements Layer {}
}
