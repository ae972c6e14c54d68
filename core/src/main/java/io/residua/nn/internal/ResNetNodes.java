package io.residua.nn.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.ResNetSpec.Block;
import io.residua.nn.internal.ResNetSpec.Shortcut;
import io.residua.nn.internal.ResNetSpec.Stem;
import io.residua.nn.internal.ResNetSpec.Stride;
import io.residua.nn.internal.ResNetSpec.Style;
import java.util.ArrayList;
import java.util.List;

/** Lists the layers of a {@link ResNetSpec}, named as torchvision names them. */
final class ResNetNodes {
  private static final double BN_MOMENTUM = 0.1;

  private final ResNetSpec spec;
  private final Style style;
  private final int pictureChannels;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * @param pictureChannels 3, or 1 for grey pictures
   */
  ResNetNodes(ResNetSpec spec, int pictureChannels) {
    this.spec = spec;
    this.pictureChannels = pictureChannels;
    this.style = spec.style();
  }

  /** The layers up to the last feature map. */
  List<Node> all() {
    String x;
    int channels = spec.stemChannels();
    if (spec.stem() == Stem.IMAGENET) {
      x =
          convBn(
              "conv1",
              "bn1",
              Network.INPUT,
              new Conv(pictureChannels, channels, 7, 2, 3, 1, bias()));
      x = add("relu", new Relu(), x);
      x = add("maxpool", new MaxPool(3, 2, 1), x);
    } else {
      x = convBn("conv1", "bn1", Network.INPUT, conv3x3(pictureChannels, channels, 1, 1));
      x = add("relu", new Relu(), x);
    }
    for (int stage = 0; stage < spec.depths().size(); stage++) {
      int planes = spec.width() << stage;
      int out = planes * spec.block().expansion;
      for (int i = 0; i < spec.depths().get(stage); i++) {
        int stride = i == 0 && stage > 0 ? 2 : 1;
        String prefix = Text.of("layer%d.%d", stage + 1, i);
        String y =
            spec.block() == Block.BASIC
                ? basic(prefix, x, channels, planes, stride)
                : bottleneck(prefix, x, channels, planes, stride);
        String shortcut =
            stride == 1 && channels == out ? x : shortcut(prefix, x, channels, out, stride);
        y = add(prefix + ".add", new Add(), y, shortcut);
        x = add(prefix + ".relu", new Relu(), y);
        channels = out;
      }
    }
    return nodes;
  }

  private String basic(String prefix, String in, int channels, int planes, int stride) {
    String y = convBn(prefix + ".conv1", prefix + ".bn1", in, conv3x3(channels, planes, stride, 1));
    y = add(prefix + ".relu1", new Relu(), y);
    return convBn(prefix + ".conv2", prefix + ".bn2", y, conv3x3(planes, planes, 1, 1));
  }

  private String bottleneck(String prefix, String in, int channels, int planes, int stride) {
    int groups = spec.cardinality();
    int width = planes * spec.groupWidth() / ResNetSpec.IMAGENET_WIDTH * groups;
    int first = style.stride() == Stride.FIRST_1X1 ? stride : 1;
    int middle = style.stride() == Stride.MIDDLE_3X3 ? stride : 1;
    String y = convBn(prefix + ".conv1", prefix + ".bn1", in, conv1x1(channels, width, first));
    y = add(prefix + ".relu1", new Relu(), y);
    y = convBn(prefix + ".conv2", prefix + ".bn2", y, conv3x3(width, width, middle, groups));
    y = add(prefix + ".relu2", new Relu(), y);
    Conv last = conv1x1(width, planes * spec.block().expansion, 1);
    return convBn(prefix + ".conv3", prefix + ".bn3", y, last);
  }

  private String shortcut(String prefix, String in, int channels, int out, int stride) {
    String name = prefix + ".downsample";
    if (spec.shortcut() == Shortcut.PAD) {
      return add(name, new PadShortcut(stride, out), in);
    } else if (spec.shortcut() == Shortcut.CONV) {
      return add(name + ".0", conv1x1(channels, out, stride), in);
    }
    return convBn(name + ".0", name + ".1", in, conv1x1(channels, out, stride));
  }

  private Conv conv1x1(int in, int out, int stride) {
    return new Conv(in, out, 1, stride, 0, 1, bias());
  }

  private Conv conv3x3(int in, int out, int stride, int groups) {
    int before = style.samePadding() && stride == 2 ? 0 : 1;
    return new Conv(in, out, 3, stride, before, 1, groups, bias());
  }

  private boolean bias() {
    return style.convBias();
  }

  private String convBn(String conv, String bn, String in, Conv layer) {
    add(conv, layer, in);
    return add(bn, new BatchNorm(layer.outChannels(), style.bnEpsilon(), BN_MOMENTUM), conv);
  }

  private String add(String name, Layer layer, String... inputs) {
    nodes.add(new Node(name, layer, List.of(inputs)));
    return name;
  }
}
