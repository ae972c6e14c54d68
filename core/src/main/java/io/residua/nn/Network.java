package io.residua.nn;

import static java.util.Objects.requireNonNull;

import io.residua.Text;
import io.residua.nn.Layer.AvgPool;
import io.residua.nn.Layer.BatchNorm;
import io.residua.nn.Layer.Conv;
import io.residua.nn.Layer.Linear;
import io.residua.nn.Layer.MaxPool;
import io.residua.nn.Layer.PadShortcut;
import io.residua.nn.Parameter.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as a value: named layers in an order in which they can be computed. The last node is
 * the output. Nodes and parameters are named as torchvision names them ({@code conv1}, {@code
 * layer1.0.bn2}, {@code fc}), so the names are those of the checkpoint files.
 *
 * @param name for instance {@code resnet50}
 * @param nodes in order of computation; each input names an earlier node or {@link #INPUT}
 */
public record Network(String name, List<Node> nodes) {
  /** The name that stands for the picture itself among a node's inputs. */
  public static final String INPUT = "input";

  /** A named layer and where its inputs come from. */
  public record Node(String name, Layer layer, List<String> inputs) {
    public Node {
      inputs = List.copyOf(inputs);
    }
  }

  public Network {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a network needs a layer");
    }
    Map<String, Node> seen = new HashMap<>();
    for (Node node : nodes) {
      int expected = node.layer() instanceof Layer.Add ? 2 : 1;
      if (node.inputs().size() != expected) {
        throw new IllegalArgumentException(
            Text.of("%s has %d inputs, not %d", node.name(), node.inputs().size(), expected));
      }
      for (String input : node.inputs()) {
        if (!input.equals(INPUT) && !seen.containsKey(input)) {
          throw new IllegalArgumentException(
              Text.of("%s comes before its input %s", node.name(), input));
        }
      }
      if (node.name().equals(INPUT) || seen.put(node.name(), node) != null) {
        throw new IllegalArgumentException("two layers are called " + node.name());
      }
    }
  }

  /** Name of the last node. */
  public String output() {
    return nodes.get(nodes.size() - 1).name();
  }

  /**
   * The node of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Node node(String nodeName) {
    return nodes.stream()
        .filter(n -> n.name().equals(nodeName))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(Text.of("%s has no layer %s", name, nodeName)));
  }

  /** Every array the network needs, in order of computation. */
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    for (Node node : nodes) {
      String layer = node.name();
      if (node.layer() instanceof Conv c) {
        List<Integer> shape =
            List.of(c.outChannels(), c.inChannels() / c.groups(), c.kernel(), c.kernel());
        all.add(new Parameter(layer + ".weight", layer, Kind.WEIGHT, shape));
        if (c.bias()) {
          all.add(new Parameter(layer + ".bias", layer, Kind.BIAS, List.of(c.outChannels())));
        }
      } else if (node.layer() instanceof BatchNorm b) {
        List<Integer> shape = List.of(b.channels());
        all.add(new Parameter(layer + ".weight", layer, Kind.SCALE, shape));
        all.add(new Parameter(layer + ".bias", layer, Kind.SHIFT, shape));
        all.add(new Parameter(layer + ".running_mean", layer, Kind.RUNNING_MEAN, shape));
        all.add(new Parameter(layer + ".running_var", layer, Kind.RUNNING_VARIANCE, shape));
      } else if (node.layer() instanceof Linear l) {
        List<Integer> shape = List.of(l.outFeatures(), l.inFeatures());
        all.add(new Parameter(layer + ".weight", layer, Kind.WEIGHT, shape));
        all.add(new Parameter(layer + ".bias", layer, Kind.BIAS, List.of(l.outFeatures())));
      }
    }
    return all;
  }

  /** Number of values in all parameters, running statistics included (as Keras counts). */
  public long parameterCount() {
    return parameters().stream().mapToLong(Parameter::size).sum();
  }

  /**
   * The output shape of every node for pictures of the given shape, in order of computation.
   *
   * @throws IllegalArgumentException naming the layer, if the picture is too small or a layer does
   *     not fit its input
   */
  public Shapes shapes(Shape input) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(INPUT, input);
    for (Node node : nodes) {
      List<Shape> in = node.inputs().stream().map(i -> requireNonNull(shapes.get(i))).toList();
      try {
        shapes.put(node.name(), outputShape(node.layer(), in));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            Text.of("%s at %s: layer %s: %s", name, input, node.name(), e.getMessage()), e);
      }
    }
    return new Shapes(shapes);
  }

  /** The shape of the network's output. */
  public Shape outputShape(Shape input) {
    return shapes(input).of(output());
  }

  private static Shape outputShape(Layer layer, List<Shape> inputs) {
    Shape in = inputs.get(0);
    if (layer instanceof Conv c) {
      require(in.channels() == c.inChannels(), Text.of("expects %d channels", c.inChannels()), in);
      return new Shape(
          c.outChannels(),
          window(in.height(), c.kernel(), c.stride(), c.padding() + c.paddingAfter()),
          window(in.width(), c.kernel(), c.stride(), c.padding() + c.paddingAfter()));
    } else if (layer instanceof BatchNorm b) {
      require(in.channels() == b.channels(), Text.of("expects %d channels", b.channels()), in);
      return in;
    } else if (layer instanceof MaxPool p) {
      return new Shape(
          in.channels(),
          window(in.height(), p.kernel(), p.stride(), 2 * p.padding()),
          window(in.width(), p.kernel(), p.stride(), 2 * p.padding()));
    } else if (layer instanceof AvgPool p) {
      return new Shape(
          in.channels(),
          window(in.height(), p.kernel(), p.stride(), 2 * p.padding()),
          window(in.width(), p.kernel(), p.stride(), 2 * p.padding()));
    } else if (layer instanceof Layer.GlobalAvgPool) {
      return Shape.vector(in.channels());
    } else if (layer instanceof Layer.Add) {
      Shape other = inputs.get(1);
      require(in.equals(other), "adds " + other, in);
      return in;
    } else if (layer instanceof PadShortcut p) {
      return new Shape(
          p.outChannels(), (in.height() - 1) / p.stride() + 1, (in.width() - 1) / p.stride() + 1);
    } else if (layer instanceof Layer.Flatten) {
      return Shape.vector(in.size());
    } else if (layer instanceof Linear l) {
      require(
          in.equals(Shape.vector(l.inFeatures())),
          Text.of("expects %d values", l.inFeatures()),
          in);
      return Shape.vector(l.outFeatures());
    }
    return in; // ReLU, dropout
  }

  private static int window(int in, int kernel, int stride, int paddings) {
    if (in + paddings < kernel) {
      throw new IllegalArgumentException(
          Text.of("a window of %d does not fit %d pixels; use larger pictures", kernel, in));
    }
    return (in + paddings - kernel) / stride + 1;
  }

  private static void require(boolean holds, String what, Shape in) {
    if (!holds) {
      throw new IllegalArgumentException(what + ", gets " + in);
    }
  }

  /** Multiply-adds of one picture's forward pass, by node (convolutions and linear layers). */
  public Map<String, Long> multiplyAdds(Shape input) {
    Shapes shapes = shapes(input);
    Map<String, Long> cost = new LinkedHashMap<>();
    for (Node node : nodes) {
      Shape out = shapes.of(node.name());
      long multiplyAdds = 0;
      if (node.layer() instanceof Conv c) {
        multiplyAdds = (long) out.size() * (c.inChannels() / c.groups()) * c.kernel() * c.kernel();
      } else if (node.layer() instanceof Linear l) {
        multiplyAdds = (long) l.inFeatures() * l.outFeatures();
      }
      cost.put(node.name(), multiplyAdds);
    }
    return cost;
  }

  /**
   * The part of this network that ends with the given node: only what that node needs.
   *
   * @throws IllegalArgumentException if there is no such node
   */
  public Network upTo(String nodeName) {
    node(nodeName);
    Set<String> needed = new HashSet<>(List.of(nodeName));
    List<Node> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (needed.contains(node.name())) {
        needed.addAll(node.inputs());
        kept.add(0, node);
      }
    }
    return new Network(name, kept);
  }

  /**
   * The part of this network that follows the given node, which becomes its input.
   *
   * @throws IllegalArgumentException if later nodes also need something computed before that node
   */
  public Network after(String nodeName) {
    node(nodeName);
    List<Node> kept = new ArrayList<>();
    boolean past = false;
    for (Node node : nodes) {
      if (past) {
        kept.add(
            new Node(
                node.name(),
                node.layer(),
                node.inputs().stream().map(i -> i.equals(nodeName) ? INPUT : i).toList()));
      }
      past |= node.name().equals(nodeName);
    }
    return new Network(name, kept);
  }
}
