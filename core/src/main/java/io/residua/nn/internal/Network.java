package io.residua.nn.internal;

import static java.util.Objects.requireNonNull;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.Head;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private static final String STAGE = "layer";

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
      int expected = node.layer().inputs();
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
    return nodes.stream().flatMap(n -> n.layer().parameters(n.name()).stream()).toList();
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
        shapes.put(node.name(), node.layer().outputShape(in));
      } catch (UsageException | IllegalArgumentException e) {
        String told = Text.of("%s at %s: layer %s: %s", name, input, node.name(), e.getMessage());
        throw e instanceof UsageException
            ? new UsageException(told, e)
            : new IllegalArgumentException(told, e);
      }
    }
    return new Shapes(shapes);
  }

  /** The shape of the network's output. */
  public Shape outputShape(Shape input) {
    return shapes(input).of(output());
  }

  /** Multiply-adds of one picture's forward pass, by node (convolutions and linear layers). */
  public Map<String, Long> multiplyAdds(Shape input) {
    Shapes shapes = shapes(input);
    Map<String, Long> cost = new LinkedHashMap<>();
    nodes.forEach(n -> cost.put(n.name(), n.layer().multiplyAdds(shapes.of(n.name()))));
    return cost;
  }

  /** The normalisations by batch statistics, in order of computation. */
  public Map<String, Layer.BatchNorm> batchNorms() {
    Map<String, Layer.BatchNorm> norms = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (node.layer() instanceof Layer.BatchNorm norm) {
        norms.put(node.name(), norm);
      }
    }
    return norms;
  }

  /** The backbone's stages, first to last: {@code layer1}, {@code layer2}, … */
  public List<String> stages() {
    return nodes.stream()
        .map(n -> part(n.name()))
        .filter(part -> part.startsWith(STAGE))
        .distinct()
        .toList();
  }

  /**
   * The part of a network in which a layer or an array of that name lies: a stage such as {@code
   * layer1}, the head {@link Head#NAME}, or {@code stem} for what is in neither.
   */
  public static String part(String name) {
    String first = name.split("\\.", 2)[0];
    return first.equals(Head.NAME) || first.startsWith(STAGE) ? first : "stem";
  }

  /** Name of the last node that lies in a stage or another module, such as {@code layer3.0}. */
  public Optional<String> lastOf(String module) {
    return nodes.stream()
        .map(Node::name)
        .filter(n -> n.startsWith(module + "."))
        .reduce((a, b) -> b);
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
