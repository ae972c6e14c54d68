package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.UsageException;
import io.residua.engine.internal.DropoutMask;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.plain.JavaMemoryPlan.Buffer;
import io.residua.internal.Text;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network bound to memory: runs its layers in order and, where something is trained, back again
 * down to the lowest layer that has something to train.
 *
 * <p>Time for the memory plan: the input is written at 0, node i of n computes at i + 1 and goes
 * back at 2n - i.
 */
final class JavaGraph {
  /** What a layer reads again when it goes back. */
  private enum Kept {
    NOTHING,
    INPUT,
    OUTPUT
  }

  private static final Visitor<Kept> KEPT =
      new Visitor<>(
          (Conv c) -> Kept.INPUT,
          (BatchNorm b) -> Kept.INPUT,
          (Linear l) -> Kept.INPUT,
          (Relu r) -> Kept.OUTPUT,
          (MaxPool p) -> Kept.NOTHING,
          (AvgPool p) -> Kept.NOTHING,
          (GlobalAvgPool g) -> Kept.NOTHING,
          (Add a) -> Kept.NOTHING,
          (PadShortcut p) -> Kept.NOTHING,
          (Flatten f) -> Kept.NOTHING,
          (Dropout d) -> Kept.NOTHING);

  /** What training adds to a graph. */
  private final @Nullable TrainingOptions training;

  /** The tensor whose values and gradient outlive a backward pass; null for none. */
  private final @Nullable String watched;

  /** The tensors whose values outlive a forward pass. */
  private final Set<String> shown;

  private final JavaParameters parameters;
  private final JavaWorkers workers;
  private final int batchSize;
  private final List<Node> nodes;
  private final Shapes shapes;

  /** The nodes that are trained or watched, or lie above one that is. */
  private final Set<String> trained = new HashSet<>();

  /** The last node that reads each tensor. */
  private final Map<String, Integer> lastReader = new HashMap<>();

  private final Map<String, JavaTensor> tensors = new HashMap<>();
  private final List<JavaLayer> layers = new ArrayList<>();

  /**
   * @param network every node of it is computed, so it should end with what is wanted
   * @param training how it is trained; null for inference
   */
  JavaGraph(
      Network network,
      Shape picture,
      int batchSize,
      JavaParameters parameters,
      JavaWorkers workers,
      @Nullable TrainingOptions training) {
    this(network, picture, batchSize, parameters, workers, training, null, Set.of());
  }

  private JavaGraph(
      Network network,
      Shape picture,
      int batchSize,
      JavaParameters parameters,
      JavaWorkers workers,
      @Nullable TrainingOptions training,
      @Nullable String watched,
      Set<String> shown) {
    this.training = training;
    this.watched = watched;
    this.shown = shown;
    this.parameters = parameters;
    this.workers = workers;
    this.batchSize = batchSize;
    nodes = network.nodes();
    shapes = network.shapes(picture);
    if (Network.INPUT.equals(watched)) {
      trained.add(Network.INPUT);
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (parameters.trains(node.name())
          || node.name().equals(watched)
          || node.inputs().stream().anyMatch(trained::contains)) {
        trained.add(node.name());
      }
      for (String input : node.inputs()) {
        lastReader.put(input, i);
      }
    }
    allocate();
    for (Node node : nodes) {
      layers.add(layer(node));
    }
  }

  /**
   * A network as for inference, of which the gradient of the output by one tensor is wanted too.
   *
   * @param watched name of a node, or {@link Network#INPUT}
   */
  static JavaGraph watching(
      Network network,
      Shape picture,
      JavaParameters parameters,
      JavaWorkers workers,
      String watched) {
    return new JavaGraph(network, picture, 1, parameters, workers, null, watched, Set.of());
  }

  /**
   * A network as for inference, of which some values outlive a run.
   *
   * @param shown names of nodes, or {@link Network#INPUT}
   */
  static JavaGraph showing(
      Network network,
      Shape picture,
      JavaParameters parameters,
      JavaWorkers workers,
      Set<String> shown) {
    return new JavaGraph(network, picture, 1, parameters, workers, null, null, shown);
  }

  private void allocate() {
    JavaMemoryPlan plan = new JavaMemoryPlan();
    int n = nodes.size();
    Map<String, Buffer> values = new HashMap<>();
    Map<String, Buffer> gradients = new HashMap<>();
    values.put(Network.INPUT, plan.buffer(batchSize(Network.INPUT), 0));
    for (int i = 0; i < n; i++) {
      Node node = nodes.get(i);
      Buffer output = plan.buffer(batchSize(node.name()), i + 1);
      values.put(node.name(), output);
      boolean goesBack = trained.contains(node.name());
      Kept kept = goesBack ? node.layer().accept(KEPT) : Kept.NOTHING;
      if (kept == Kept.OUTPUT) {
        output.usedAt(2 * n - i);
      }
      for (String input : node.inputs()) {
        requireNonNull(values.get(input)).usedAt(kept == Kept.INPUT ? 2 * n - i : i + 1);
      }
      if (goesBack) {
        int firstWrite = 2 * n - lastReader.getOrDefault(node.name(), n - 1);
        Buffer gradient = plan.buffer(batchSize(node.name()), firstWrite);
        gradient.usedAt(2 * n - i);
        gradients.put(node.name(), gradient);
      }
    }
    if (watched != null) {
      int end = 2 * n + 1;
      requireNonNull(values.get(watched)).usedAt(end);
      if (watched.equals(Network.INPUT)) {
        int firstWrite = 2 * n - requireNonNull(lastReader.get(watched));
        gradients.put(watched, plan.buffer(batchSize(watched), firstWrite));
      }
      requireNonNull(gradients.get(watched)).usedAt(end);
    }
    shown.forEach(name -> requireNonNull(values.get(name)).usedAt(2 * n + 1));
    plan.allocate();
    values.forEach(
        (name, buffer) -> {
          Buffer gradient = gradients.get(name);
          tensors.put(
              name,
              new JavaTensor(
                  shapes.of(name), buffer.array(), gradient == null ? null : gradient.array()));
        });
  }

  private int batchSize(String tensor) {
    try {
      return Math.multiplyExact(batchSize, shapes.of(tensor).size());
    } catch (ArithmeticException e) {
      throw new UsageException(
          Text.of(
              "a batch of %d is too large for layer %s (%s values a picture)",
              batchSize, tensor, shapes.of(tensor)),
          e);
    }
  }

  private JavaLayer layer(Node node) {
    String name = node.name();
    JavaTensor in = tensor(node.inputs().get(0));
    JavaTensor out = tensor(name);
    return node.layer()
        .accept(
            new Visitor<JavaLayer>(
                (Conv c) -> new JavaConv(name, c, in, out, parameters, workers),
                (BatchNorm b) -> {
                  boolean batch = training != null && !training.frozenStatistics().contains(name);
                  return new JavaBatchNorm(name, b, batch, in, out, parameters, workers);
                },
                (Linear l) -> new JavaLinear(name, l, in, out, parameters, workers),
                (Relu r) -> new JavaElementwise.Relu(in, out, workers),
                (MaxPool p) ->
                    new JavaPooling.Max(in, out, new JavaWindow(in, out, p), batchSize, workers),
                (AvgPool p) -> new JavaPooling.Avg(in, out, new JavaWindow(in, out, p), workers),
                (GlobalAvgPool g) -> new JavaPooling.GlobalAvg(in, out, workers),
                (Add a) -> new JavaElementwise.Add(in, tensor(node.inputs().get(1)), out, workers),
                (PadShortcut p) -> new JavaPadShortcut(name, p.stride(), in, out, workers),
                (Flatten f) -> new JavaElementwise.Copy(in, out, workers),
                (Dropout d) ->
                    training == null
                        ? new JavaElementwise.Copy(in, out, workers)
                        : new JavaElementwise.Dropout(
                            in, out, new DropoutMask(training.seed(), name, d.rate()), workers)));
  }

  JavaTensor tensor(String name) {
    return requireNonNull(tensors.get(name));
  }

  private JavaTensor output() {
    return tensor(nodes.get(nodes.size() - 1).name());
  }

  int inputSize() {
    return tensor(Network.INPUT).size();
  }

  int outputSize() {
    return output().size();
  }

  /**
   * Computes all layers.
   *
   * @param input {@code count×H×W×C}
   * @param result takes {@code count × outputSize} values
   */
  void forward(float[] input, int count, long step, float[] result) {
    toChannelsFirst(input, count);
    for (JavaLayer layer : layers) {
      layer.forward(count, step);
    }
    System.arraycopy(output().values(), 0, result, 0, count * outputSize());
  }

  private void toChannelsFirst(float[] input, int count) {
    JavaTensor in = tensor(Network.INPUT);
    int channels = in.shape().channels();
    for (int picture = 0; picture < count; picture++) {
      int from = picture * in.size();
      for (int position = 0; position < in.plane(); position++) {
        for (int c = 0; c < channels; c++) {
          in.values()[from + c * in.plane() + position] = input[from + position * channels + c];
        }
      }
    }
  }

  /** Computes all gradients that are wanted, from that of the output. */
  void backward(float[] outputGradient, int count) {
    float[] last = output().gradient();
    if (last == null) {
      return; // nothing is trained
    }
    System.arraycopy(outputGradient, 0, last, 0, count * outputSize());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (trained.contains(node.name()) && !node.name().equals(watched)) {
        for (String input : node.inputs()) {
          float[] gradient = tensor(input).gradient();
          if (gradient != null && requireNonNull(lastReader.get(input)) == i) {
            Arrays.fill(gradient, 0, count * tensor(input).size(), 0);
          }
        }
        layers.get(i).backward(count);
      }
    }
  }
}
