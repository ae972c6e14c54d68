package io.residua.nn;

import io.residua.nn.Layer.Add;
import io.residua.nn.Layer.BatchNorm;
import io.residua.nn.Layer.Conv;
import io.residua.nn.Layer.MaxPool;
import io.residua.nn.Layer.Relu;
import io.residua.nn.Network.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * The ImageNet residual networks (He, Zhang, Ren and Sun 2015, arXiv:1512.03385) as one value.
 *
 * @param name for instance {@code resnet50}
 * @param block basic (two 3x3) or bottleneck (1x1, 3x3, 1x1)
 * @param depths blocks in each of the four stages
 * @param stride where a bottleneck halves the picture
 * @param convBias whether convolutions carry a bias before batch normalisation (Keras does)
 * @param bnEpsilon 1e-5 in torchvision, 1.001e-5 or 1e-3 in Keras
 */
public record ResNetSpec(
    String name,
    Block block,
    List<Integer> depths,
    Stride stride,
    boolean convBias,
    double bnEpsilon) {

  /** The two kinds of residual block. */
  public enum Block {
    BASIC(1),
    BOTTLENECK(4);

    final int expansion;

    Block(int expansion) {
      this.expansion = expansion;
    }
  }

  /** Which convolution of a bottleneck has the stride. */
  public enum Stride {
    /** The first 1x1, as published and in Keras ("v1"). */
    FIRST_1X1,
    /** The 3x3, as in torchvision ("v1.5"). */
    MIDDLE_3X3
  }

  private static final double BN_MOMENTUM = 0.1;

  public ResNetSpec {
    depths = List.copyOf(depths);
  }

  /** Names that {@link #named} knows. */
  public static List<String> names() {
    return List.of(
        "resnet18",
        "resnet34",
        "resnet50",
        "resnet101",
        "resnet152",
        "resnet50-v1",
        "resnet101-v1",
        "resnet152-v1");
  }

  /**
   * The network of that name: {@code resnet18} to {@code resnet152} as in torchvision (v1.5);
   * {@code resnet50-v1} to {@code resnet152-v1} as in Keras (stride on the first 1x1, convolutions
   * with bias).
   *
   * @throws IllegalArgumentException with one line that names the known ones
   */
  public static ResNetSpec named(String name) {
    return switch (name) {
      case "resnet18" -> torchvision(name, Block.BASIC, 2, 2, 2, 2);
      case "resnet34" -> torchvision(name, Block.BASIC, 3, 4, 6, 3);
      case "resnet50" -> torchvision(name, Block.BOTTLENECK, 3, 4, 6, 3);
      case "resnet101" -> torchvision(name, Block.BOTTLENECK, 3, 4, 23, 3);
      case "resnet152" -> torchvision(name, Block.BOTTLENECK, 3, 8, 36, 3);
      case "resnet50-v1" -> keras(name, 1e-3, 3, 4, 6, 3);
      case "resnet101-v1" -> keras(name, 1.001e-5, 3, 4, 23, 3);
      case "resnet152-v1" -> keras(name, 1.001e-5, 3, 8, 36, 3);
      default ->
          throw new IllegalArgumentException(
              "unknown network '%s': %s".formatted(name, String.join(", ", names())));
    };
  }

  private static ResNetSpec torchvision(String name, Block block, Integer... depths) {
    return new ResNetSpec(name, block, List.of(depths), Stride.MIDDLE_3X3, false, 1e-5);
  }

  private static ResNetSpec keras(String name, double bnEpsilon, Integer... depths) {
    return new ResNetSpec(
        name, Block.BOTTLENECK, List.of(depths), Stride.FIRST_1X1, true, bnEpsilon);
  }

  /** Channels of the last feature map. */
  public int featureChannels() {
    return 512 * block.expansion;
  }

  /** The network up to its last feature map, {@code featureChannels × H/32 × W/32}. */
  public Network backbone() {
    Builder b = new Builder();
    String x = b.convBn("conv1", "bn1", Network.INPUT, 3, 64, 7, 2);
    x = b.add("relu", new Relu(), x);
    x = b.add("maxpool", new MaxPool(3, 2, 1), x);
    int channels = 64;
    for (int stage = 0; stage < depths.size(); stage++) {
      int width = 64 << stage;
      for (int i = 0; i < depths.get(stage); i++) {
        int blockStride = i == 0 && stage > 0 ? 2 : 1;
        String prefix = "layer%d.%d".formatted(stage + 1, i);
        x = block(b, prefix, x, channels, width, blockStride);
        channels = width * block.expansion;
      }
    }
    return new Network(name, b.nodes);
  }

  /** The whole network with the head it was published with. */
  public Network network(int classes) {
    return new Head.GapLinear().on(backbone(), Shape.rgb(224), classes);
  }

  private String block(
      Builder b, String prefix, String in, int channels, int width, int blockStride) {
    int out = width * block.expansion;
    String y;
    if (block == Block.BASIC) {
      y = b.convBn(prefix + ".conv1", prefix + ".bn1", in, channels, width, 3, blockStride);
      y = b.add(prefix + ".relu1", new Relu(), y);
      y = b.convBn(prefix + ".conv2", prefix + ".bn2", y, width, out, 3, 1);
    } else {
      int first = stride == Stride.FIRST_1X1 ? blockStride : 1;
      int middle = stride == Stride.MIDDLE_3X3 ? blockStride : 1;
      y = b.convBn(prefix + ".conv1", prefix + ".bn1", in, channels, width, 1, first);
      y = b.add(prefix + ".relu1", new Relu(), y);
      y = b.convBn(prefix + ".conv2", prefix + ".bn2", y, width, width, 3, middle);
      y = b.add(prefix + ".relu2", new Relu(), y);
      y = b.convBn(prefix + ".conv3", prefix + ".bn3", y, width, out, 1, 1);
    }
    String shortcut = in;
    if (blockStride != 1 || channels != out) {
      shortcut =
          b.convBn(
              prefix + ".downsample.0",
              prefix + ".downsample.1",
              in,
              channels,
              out,
              1,
              blockStride);
    }
    y = b.add(prefix + ".add", new Add(), y, shortcut);
    return b.add(prefix + ".relu", new Relu(), y);
  }

  private final class Builder {
    final List<Node> nodes = new ArrayList<>();

    String add(String nodeName, Layer layer, String... inputs) {
      nodes.add(new Node(nodeName, layer, List.of(inputs)));
      return nodeName;
    }

    String convBn(String conv, String bn, String in, int from, int to, int kernel, int convStride) {
      add(conv, new Conv(from, to, kernel, convStride, kernel / 2, 1, convBias), in);
      return add(bn, new BatchNorm(to, bnEpsilon, BN_MOMENTUM), conv);
    }
  }
}
