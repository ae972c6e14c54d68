package io.residua.nn.internal;

import io.residua.UsageException;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import java.util.List;
import java.util.stream.Stream;

/**
 * A residual network as one value: those for ImageNet and those for CIFAR (He, Zhang, Ren and Sun
 * 2015, arXiv:1512.03385), Wide ResNets (Zagoruyko and Komodakis 2016, arXiv:1605.07146) and
 * ResNeXt (Xie et al. 2016, arXiv:1611.05431).
 *
 * @param name for instance {@code resnet50}
 * @param stem what comes before the first stage
 * @param block basic (two 3x3) or bottleneck (1x1, 3x3, 1x1)
 * @param depths blocks in each stage
 * @param stemChannels channels before the first stage
 * @param width channels of a block's 3x3 convolution in the first stage (before widening); each
 *     stage has twice as many as the one before
 * @param shortcut how a block's input is added where its output has another shape
 * @param cardinality groups of a bottleneck's 3x3 convolution
 * @param groupWidth channels of each such group where the width is 64, as torchvision counts
 * @param style in what implementations differ
 */
public record ResNetSpec(
    String name,
    Stem stem,
    Block block,
    List<Integer> depths,
    int stemChannels,
    int width,
    Shortcut shortcut,
    int cardinality,
    int groupWidth,
    Style style)
    implements Architecture {

  /** What comes before the first stage. */
  public enum Stem {
    /** 7x7 convolution with stride 2, max pooling 3x3 with stride 2. */
    IMAGENET(224),
    /** 3x3 convolution. */
    CIFAR(32);

    final int pictureSizePx;

    Stem(int pictureSizePx) {
      this.pictureSizePx = pictureSizePx;
    }
  }

  /** The two kinds of residual block. */
  public enum Block {
    BASIC(1),
    BOTTLENECK(4);

    final int expansion;

    Block(int expansion) {
      this.expansion = expansion;
    }
  }

  /** How a block's input is added to an output of another shape. */
  public enum Shortcut {
    /** Subsampled and padded with zero channels: "option A", without parameters. */
    PAD,
    /** 1x1 convolution and batch normalisation: "option B". */
    PROJECTION,
    /** 1x1 convolution alone, as in MLPerf Tiny. */
    CONV
  }

  /** Which convolution of a bottleneck has the stride. */
  public enum Stride {
    /** The first 1x1, as published and in Keras ("v1"). */
    FIRST_1X1,
    /** The 3x3, as in torchvision ("v1.5"). */
    MIDDLE_3X3
  }

  /**
   * In what implementations differ.
   *
   * @param stride where a bottleneck halves the picture
   * @param convBias whether convolutions carry a bias before batch normalisation (Keras does)
   * @param bnEpsilon 1e-5 in torchvision, 1.001e-5 or 1e-3 in Keras
   * @param samePadding whether a 3x3 convolution with stride 2 pads below and to the right only, as
   *     TensorFlow's "same" does where the picture's size is even
   */
  public record Style(Stride stride, boolean convBias, double bnEpsilon, boolean samePadding) {
    static final Style TORCHVISION = new Style(Stride.MIDDLE_3X3, false, 1e-5, false);

    static Style keras(double bnEpsilon) {
      return new Style(Stride.FIRST_1X1, true, bnEpsilon, false);
    }
  }

  static final int IMAGENET_WIDTH = 64;
  private static final int CIFAR_WIDTH = 16;
  private static final List<Integer> CIFAR_LAYERS = List.of(20, 32, 44, 56, 110);

  public ResNetSpec {
    depths = List.copyOf(depths);
  }

  /** Names that {@link #named} knows. */
  public static List<String> names() {
    return Stream.concat(
            Stream.of(
                "resnet18",
                "resnet34",
                "resnet50",
                "resnet101",
                "resnet152",
                "wide_resnet50_2",
                "wide_resnet101_2",
                "resnext50_32x4d",
                "resnext101_32x8d",
                "resnet50-v1",
                "resnet101-v1",
                "resnet152-v1",
                "resnet50-keras",
                "resnet18-cifar",
                "resnet34-cifar",
                "resnet50-cifar",
                "resnet8-cifar"),
            CIFAR_LAYERS.stream().flatMap(n -> Stream.of(cifarName(n), cifarName(n) + "-b")))
        .toList();
  }

  private static String cifarName(int layers) {
    return Text.of("resnet%d-cifar", layers);
  }

  /**
   * The network of that name:
   *
   * <ul>
   *   <li>{@code resnet18} to {@code resnet152}, {@code wide_resnet50_2}, {@code resnext50_32x4d}
   *       and so on as in torchvision (v1.5);
   *   <li>{@code resnet50-v1} to {@code resnet152-v1} as in Keras (stride on the first 1x1,
   *       convolutions with bias); {@code resnet50-v1} has the epsilon 1e-3 of Keras' first
   *       ResNet-50, {@code resnet50-keras} the 1.001e-5 of {@code keras.applications} since;
   *   <li>{@code resnet18-cifar}, {@code resnet34-cifar} and {@code resnet50-cifar} as {@code
   *       resnet18} and so on, but for pictures of 32 px: their stem is a 3x3 convolution without
   *       stride or pooling;
   *   <li>{@code resnet20-cifar} to {@code resnet110-cifar}, for pictures of 32 px, with
   *       parameter-free shortcuts (option A), and {@code resnet20-cifar-b} and so on with
   *       projections (option B);
   *   <li>{@code resnet8-cifar}, the ResNet-8 of the MLPerf Tiny benchmark (Banbury et al. 2021,
   *       arXiv:2106.07597).
   * </ul>
   *
   * @throws UsageException with one line that names the known ones
   */
  public static ResNetSpec named(String name) {
    return switch (name) {
      case "resnet18" -> torchvision(name, Block.BASIC, 1, 64, 2, 2, 2, 2);
      case "resnet34" -> torchvision(name, Block.BASIC, 1, 64, 3, 4, 6, 3);
      case "resnet50" -> torchvision(name, Block.BOTTLENECK, 1, 64, 3, 4, 6, 3);
      case "resnet101" -> torchvision(name, Block.BOTTLENECK, 1, 64, 3, 4, 23, 3);
      case "resnet152" -> torchvision(name, Block.BOTTLENECK, 1, 64, 3, 8, 36, 3);
      case "wide_resnet50_2" -> torchvision(name, Block.BOTTLENECK, 1, 128, 3, 4, 6, 3);
      case "wide_resnet101_2" -> torchvision(name, Block.BOTTLENECK, 1, 128, 3, 4, 23, 3);
      case "resnext50_32x4d" -> torchvision(name, Block.BOTTLENECK, 32, 4, 3, 4, 6, 3);
      case "resnext101_32x8d" -> torchvision(name, Block.BOTTLENECK, 32, 8, 3, 4, 23, 3);
      case "resnet18-cifar" -> named("resnet18").forCifar(name);
      case "resnet34-cifar" -> named("resnet34").forCifar(name);
      case "resnet50-cifar" -> named("resnet50").forCifar(name);
      case "resnet50-v1" -> keras(name, 1e-3, 3, 4, 6, 3);
      case "resnet101-v1" -> keras(name, 1.001e-5, 3, 4, 23, 3);
      case "resnet152-v1" -> keras(name, 1.001e-5, 3, 8, 36, 3);
      case "resnet50-keras" -> keras(name, 1.001e-5, 3, 4, 6, 3);
      case "resnet8-cifar" ->
          cifar(name, 1, Shortcut.CONV, new Style(Stride.MIDDLE_3X3, true, 1e-3, true));
      default -> cifar(name);
    };
  }

  private static ResNetSpec torchvision(
      String name, Block block, int cardinality, int groupWidth, Integer... depths) {
    return new ResNetSpec(
        name,
        Stem.IMAGENET,
        block,
        List.of(depths),
        IMAGENET_WIDTH,
        IMAGENET_WIDTH,
        Shortcut.PROJECTION,
        cardinality,
        groupWidth,
        Style.TORCHVISION);
  }

  /** The same stages after the stem for small pictures. */
  private ResNetSpec forCifar(String newName) {
    return new ResNetSpec(
        newName,
        Stem.CIFAR,
        block,
        depths,
        stemChannels,
        width,
        shortcut,
        cardinality,
        groupWidth,
        style);
  }

  private static ResNetSpec keras(String name, double bnEpsilon, Integer... depths) {
    return new ResNetSpec(
        name,
        Stem.IMAGENET,
        Block.BOTTLENECK,
        List.of(depths),
        IMAGENET_WIDTH,
        IMAGENET_WIDTH,
        Shortcut.PROJECTION,
        1,
        IMAGENET_WIDTH,
        Style.keras(bnEpsilon));
  }

  /** A net with n layers has (n - 2) / 6 blocks of two layers in each of its three stages. */
  private static ResNetSpec cifar(String name) {
    for (int layers : CIFAR_LAYERS) {
      for (Shortcut shortcut : List.of(Shortcut.PAD, Shortcut.PROJECTION)) {
        if (name.equals(cifarName(layers) + (shortcut == Shortcut.PAD ? "" : "-b"))) {
          return cifar(name, (layers - 2) / 6, shortcut, Style.TORCHVISION);
        }
      }
    }
    throw unknown(name, names());
  }

  /** The error for a name that is of no network. */
  static UsageException unknown(String name, List<String> known) {
    return new UsageException(
        Text.of(
            "unknown network '%s' (there are %s)%s",
            name, String.join(", ", known), Nearest.meant(name, known)));
  }

  private static ResNetSpec cifar(String name, int blocks, Shortcut shortcut, Style style) {
    return new ResNetSpec(
        name,
        Stem.CIFAR,
        Block.BASIC,
        List.of(blocks, blocks, blocks),
        CIFAR_WIDTH,
        CIFAR_WIDTH,
        shortcut,
        1,
        IMAGENET_WIDTH,
        style);
  }

  @Override
  public int pictureSizePx() {
    return stem.pictureSizePx;
  }

  @Override
  public int featureChannels() {
    return (width << (depths.size() - 1)) * block.expansion;
  }

  /**
   * The network up to its last feature map: {@code featureChannels × H/32 × W/32}, or, with the
   * stem for CIFAR, {@code H/4 × W/4} after three stages and {@code H/8 × W/8} after four.
   */
  @Override
  public Network backbone(Shape picture) {
    return new Network(name, new ResNetNodes(this, picture.channels()).all());
  }
}
