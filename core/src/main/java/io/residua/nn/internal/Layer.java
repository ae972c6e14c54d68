package io.residua.nn.internal;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.internal.Parameter.Kind;
import java.util.List;
import java.util.function.Function;

/**
 * One operation of a network. Layers are values without weights; a {@link Network.Node} gives a
 * layer its name and inputs, and the weights are found under that name.
 */
public sealed interface Layer {

  /** How many inputs it takes. */
  default int inputs() {
    return 1;
  }

  /**
   * The shape of what it puts out.
   *
   * @throws IllegalArgumentException with what it expects, if the inputs do not fit
   */
  Shape outputShape(List<Shape> inputs);

  /** The arrays that a layer of that name needs. */
  List<Parameter> parameters(String name);

  /** Multiply-adds for one picture (of convolutions and linear layers). */
  long multiplyAdds(Shape output);

  /** What the visitor makes of a layer of this kind. */
  <R> R accept(Visitor<R> visitor);

  /**
   * What is made of each kind of layer. Whoever computes, stores or translates layers writes one
   * with all its cases; their types are written out, so that none takes another's place, and a new
   * kind of layer is an error at compile time in each of them.
   */
  record Visitor<R>(
      Function<Conv, ? extends R> conv,
      Function<BatchNorm, ? extends R> batchNorm,
      Function<Linear, ? extends R> linear,
      Function<Relu, ? extends R> relu,
      Function<MaxPool, ? extends R> maxPool,
      Function<AvgPool, ? extends R> avgPool,
      Function<GlobalAvgPool, ? extends R> globalAvgPool,
      Function<Add, ? extends R> add,
      Function<PadShortcut, ? extends R> padShortcut,
      Function<Flatten, ? extends R> flatten,
      Function<Dropout, ? extends R> dropout) {}

  /** A layer without parameters, whose cost is not counted. */
  sealed interface Weightless extends Layer {
    @Override
    default List<Parameter> parameters(String name) {
      return List.of();
    }

    @Override
    default long multiplyAdds(Shape output) {
      return 0;
    }
  }

  /**
   * Two-dimensional cross-correlation with a square kernel.
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

    /** Shape of its weights: {@code outChannels × inChannels/groups × kernel × kernel}. */
    public List<Integer> weightShape() {
      return List.of(outChannels, inChannels / groups, kernel, kernel);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      require(in.channels() == inChannels, Text.of("expects %d channels", inChannels), in);
      return window(in, outChannels, kernel, stride, padding + paddingAfter);
    }

    @Override
    public List<Parameter> parameters(String name) {
      Parameter weight = new Parameter(name + ".weight", name, Kind.WEIGHT, weightShape());
      return bias
          ? List.of(weight, new Parameter(name + ".bias", name, Kind.BIAS, List.of(outChannels)))
          : List.of(weight);
    }

    @Override
    public long multiplyAdds(Shape output) {
      return (long) output.size() * (inChannels / groups) * kernel * kernel;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.conv.apply(this);
    }
  }

  /**
   * Batch normalisation over channels (Ioffe and Szegedy 2015).
   *
   * @param epsilon added to the variance
   * @param momentum weight of the newest batch in the running statistics, as PyTorch counts it
   */
  record BatchNorm(int channels, double epsilon, double momentum) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      require(in.channels() == channels, Text.of("expects %d channels", channels), in);
      return in;
    }

    @Override
    public List<Parameter> parameters(String name) {
      List<Integer> shape = List.of(channels);
      return List.of(
          new Parameter(name + ".weight", name, Kind.SCALE, shape),
          new Parameter(name + ".bias", name, Kind.SHIFT, shape),
          new Parameter(name + ".running_mean", name, Kind.RUNNING_MEAN, shape),
          new Parameter(name + ".running_var", name, Kind.RUNNING_VARIANCE, shape));
    }

    @Override
    public long multiplyAdds(Shape output) {
      return 0;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.batchNorm.apply(this);
    }
  }

  /** Fully connected, weights {@code outFeatures × inFeatures}, with bias. */
  record Linear(int inFeatures, int outFeatures) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      require(in.equals(Shape.vector(inFeatures)), Text.of("expects %d values", inFeatures), in);
      return Shape.vector(outFeatures);
    }

    @Override
    public List<Parameter> parameters(String name) {
      return List.of(
          new Parameter(name + ".weight", name, Kind.WEIGHT, List.of(outFeatures, inFeatures)),
          new Parameter(name + ".bias", name, Kind.BIAS, List.of(outFeatures)));
    }

    @Override
    public long multiplyAdds(Shape output) {
      return (long) inFeatures * outFeatures;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.linear.apply(this);
    }
  }

  /** max(x, 0). */
  record Relu() implements Weightless {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.relu.apply(this);
    }
  }

  /** Something of each square window of each channel, with as much padding on all sides. */
  sealed interface Pool extends Weightless {
    int kernel();

    int stride();

    int padding();

    @Override
    default Shape outputShape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      return window(in, in.channels(), kernel(), stride(), 2 * padding());
    }
  }

  /** Maximum over windows; padding counts as minus infinity. */
  record MaxPool(int kernel, int stride, int padding) implements Pool {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.maxPool.apply(this);
    }
  }

  /** Mean over windows; padding counts as zeros inside the divisor, as in PyTorch's default. */
  record AvgPool(int kernel, int stride, int padding) implements Pool {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.avgPool.apply(this);
    }
  }

  /** Mean over all positions: {@code C×H×W} to {@code C×1×1}. */
  record GlobalAvgPool() implements Weightless {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.vector(inputs.get(0).channels());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.globalAvgPool.apply(this);
    }
  }

  /** Elementwise sum of two inputs of the same shape. */
  record Add() implements Weightless {
    @Override
    public int inputs() {
      return 2;
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      require(in.equals(inputs.get(1)), "adds " + inputs.get(1), in);
      return in;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.add.apply(this);
    }
  }

  /**
   * The parameter-free shortcut of the CIFAR ResNets (option A of He et al. 2015): every {@code
   * stride}-th position, channels padded with zeros on both sides.
   */
  record PadShortcut(int stride, int outChannels) implements Weightless {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      return new Shape(outChannels, (in.height() - 1) / stride + 1, (in.width() - 1) / stride + 1);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.padShortcut.apply(this);
    }
  }

  /** {@code C×H×W} to a vector in that order (channel first), as PyTorch flattens. */
  record Flatten() implements Weightless {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shape.vector(inputs.get(0).size());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.flatten.apply(this);
    }
  }

  /** Inverted dropout: while training, zeroes with probability {@code rate} and scales the rest. */
  record Dropout(double rate) implements Weightless {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.dropout.apply(this);
    }
  }

  private static Shape window(Shape in, int channels, int kernel, int stride, int paddings) {
    return new Shape(
        channels,
        positions(in.height(), kernel, stride, paddings),
        positions(in.width(), kernel, stride, paddings));
  }

  private static int positions(int in, int kernel, int stride, int paddings) {
    if (in + paddings < kernel) {
      throw new UsageException(
          Text.of("a window of %d does not fit %d pixels; use larger pictures", kernel, in));
    }
    return (in + paddings - kernel) / stride + 1;
  }

  private static void require(boolean holds, String what, Shape in) {
    if (!holds) {
      throw new IllegalArgumentException(what + ", gets " + in);
    }
  }
}
