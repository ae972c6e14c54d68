package io.residua.nn.internal;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Network.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * A residual network of nine layers, made to train fast from scratch: four blocks of a 3x3
 * convolution, batch normalisation and ReLU, with {@code width}, 2·, 4· and 8·{@code width}
 * channels, the last three with max pooling; a residual pair of such blocks after the second and
 * the fourth; one linear layer after a last max pooling over what is left. It is David Page's entry
 * to DAWNBench ("How to train your ResNet", 2018, part 4) without its scaling of the logits.
 *
 * @param name for instance {@code resnet9}
 * @param pictureSizePx side of the pictures that it was designed for
 * @param width channels of the first block
 * @param pool side and step of the max pooling for pictures of at least {@value #LARGE_PICTURE_PX}
 *     px; for smaller ones it is 2
 */
public record ResNet9Spec(String name, int pictureSizePx, int width, int pool)
    implements Architecture {
  /** From this size on a picture is pooled by {@link #pool}. */
  public static final int LARGE_PICTURE_PX = 128;

  private static final int SMALL_POOL = 2;
  private static final double BN_EPSILON = 1e-5;
  private static final double BN_MOMENTUM = 0.1;

  public ResNet9Spec {
    if (width < 1 || pool < 1) {
      throw new IllegalArgumentException(
          Text.of("a ResNet-9 of width %d with pooling by %d", width, pool));
    }
  }

  /** Names that {@link #named} knows. */
  public static List<String> names() {
    return List.of("resnet9", "resnet9-cifar");
  }

  /**
   * The network of that name:
   *
   * <ul>
   *   <li>{@code resnet9} of width 32, for scenes of 150 px, which it pools by 4: 32×150×150,
   *       64×37×37, 128×9×9, 256×2×2; smaller pictures are pooled by 2, so that at 32 px it is a
   *       slim network for CIFAR;
   *   <li>{@code resnet9-cifar} of width 64, which pools by 2: 64×32×32, 128×16×16, 256×8×8,
   *       512×4×4.
   * </ul>
   *
   * @throws UsageException with one line that names the known ones
   */
  public static ResNet9Spec named(String name) {
    return switch (name) {
      case "resnet9" -> new ResNet9Spec(name, 150, 32, 4);
      case "resnet9-cifar" -> new ResNet9Spec(name, 32, 64, SMALL_POOL);
      default -> throw ResNetSpec.unknown(name, names());
    };
  }

  @Override
  public int featureChannels() {
    return 8 * width;
  }

  /**
   * The network up to its last max pooling, {@code 8·width × 1 × 1} for square pictures. The stem
   * is called {@code conv1}, {@code bn1}, the three blocks that pool {@code layer1} to {@code
   * layer3}, the residual pairs {@code layer1.residual} and {@code layer3.residual}.
   */
  @Override
  public Network backbone(Shape picture) {
    List<Node> nodes = new ArrayList<>();
    int side = Math.min(picture.height(), picture.width());
    int by = side >= LARGE_PICTURE_PX ? pool : SMALL_POOL;
    String x = block(nodes, "", "1", Network.INPUT, picture.channels(), width);
    int channels = width;
    for (int stage = 1; stage <= 3; stage++) {
      String prefix = "layer" + stage + ".";
      x = block(nodes, prefix, "1", x, channels, 2 * channels);
      channels *= 2;
      x = add(nodes, prefix + "maxpool", new MaxPool(by, by, 0), x);
      side /= by;
      if (stage != 2) {
        String residual = prefix + "residual.";
        String y = block(nodes, residual, "1", x, channels, channels);
        y = block(nodes, residual, "2", y, channels, channels);
        x = add(nodes, residual + "add", new Add(), y, x);
      }
    }
    int rest = Math.max(1, side);
    add(nodes, "maxpool", new MaxPool(rest, rest, 0), x);
    return new Network(name, nodes);
  }

  private static String block(
      List<Node> nodes, String prefix, String number, String input, int in, int out) {
    String conv = add(nodes, prefix + "conv" + number, new Conv(in, out, 3, 1, 1, 1, false), input);
    String bn =
        add(nodes, prefix + "bn" + number, new BatchNorm(out, BN_EPSILON, BN_MOMENTUM), conv);
    return add(nodes, prefix + "relu" + number, new Relu(), bn);
  }

  private static String add(List<Node> nodes, String name, Layer layer, String... inputs) {
    nodes.add(new Node(name, layer, List.of(inputs)));
    return name;
  }
}
