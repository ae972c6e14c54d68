package io.residua.explain;

import io.residua.UsageException;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.engine.internal.BatchRunner;
import io.residua.engine.plain.ActivationGradients;
import io.residua.image.RgbImage;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where in a picture a network sees what speaks for a class: gradient-weighted class activation
 * mapping (Selvaraju et al. 2017, "Grad-CAM"). Each channel of a layer's feature map is weighted by
 * the mean over positions of the gradient of the class's logit; what is positive in the weighted
 * sum is kept. Computed in 32-bit floats: up to the layer as fast as the machine can, and from
 * there forth and back in plain Java. Safe to call from many threads; calls take turns.
 *
 * <pre>{@code
 * try (GradCam cam = GradCam.of(classifier.model(), "layer4", classifier.compute())) {
 *   Heatmap map = cam.explain(picture, OptionalInt.empty());
 *   AtomicFiles.write(Path.of("why.png"), map.overlay().toPng());
 * }
 * }</pre>
 */
public final class GradCam implements AutoCloseable {
  private final ModelSpec spec;
  private final String layer;

  /** What comes before the part that is computed back; null where that is everything. */
  private final @Nullable BatchRunner before;

  private final Shape middle;
  private final ActivationGradients rest;
  private boolean closed;

  private GradCam(
      ModelSpec spec,
      String layer,
      @Nullable BatchRunner before,
      Shape middle,
      ActivationGradients rest) {
    this.spec = spec;
    this.layer = layer;
    this.before = before;
    this.middle = middle;
    this.rest = rest;
  }

  /**
   * Prepares a model's network.
   *
   * @param layer a stage such as {@code layer4} for its output ({@link #lastStage} is the usual
   *     one), or the name of any layer that has positions, such as {@code layer3.0.conv1}
   * @throws ModelException if the model's answers are a classic classifier's, which has no logits
   * @throws UsageException with one line, if there is no such layer
   */
  public static GradCam of(ModelFile model, String layer, Compute compute) {
    ModelSpec spec = model.spec();
    if (model.classic().isPresent()) {
      throw new ModelException(
          "Grad-CAM needs the logits of a network; this model's answers are those of a classic"
              + " classifier on its features");
    }
    Network network = spec.network();
    Shapes shapes = network.shapes(spec.picture());
    String node = resolve(spec, layer);
    String cut = cut(network, node);
    if (cut.equals(Network.INPUT)) {
      ActivationGradients all =
          new ActivationGradients(
              network, model.weights(), spec.picture(), node, compute.threads());
      return new GradCam(spec, node, null, spec.picture(), all);
    }
    Shape middle = shapes.of(cut);
    String watched = cut.equals(node) ? Network.INPUT : node;
    ActivationGradients rest =
        new ActivationGradients(
            network.after(cut), model.weights(), middle, watched, compute.threads());
    BatchRunner before =
        new BatchRunner(
            network.upTo(cut), model.weights(), spec.picture(), compute.with(Precision.FP32));
    return new GradCam(spec, node, before, middle, rest);
  }

  private static String resolve(ModelSpec spec, String layer) {
    Network backbone = backbone(spec);
    List<String> maps = backbone.nodes().stream().map(Node::name).toList();
    if (maps.contains(layer)) {
      return layer;
    }
    return backbone
        .lastOf(layer)
        .orElseThrow(
            () -> {
              List<String> names = new ArrayList<>(backbone.stages());
              names.addAll(maps);
              return new UsageException(
                  Text.of(
                      "%s has no layer '%s' with positions; there are %s, and single ones such as"
                          + " %s%s",
                      spec.architecture(),
                      layer,
                      String.join(", ", backbone.stages()),
                      maps.get(maps.size() / 2),
                      Nearest.meant(layer, names)));
            });
  }

  private static Network backbone(ModelSpec spec) {
    return Architecture.named(spec.architecture()).backbone(spec.picture());
  }

  /** The last node, up to the given one, through which all that comes later goes. */
  private static String cut(Network network, String node) {
    List<Node> nodes = network.nodes();
    int i = 0;
    while (!nodes.get(i).name().equals(node)) {
      i++;
    }
    for (; i >= 0; i--) {
      Set<String> known = new HashSet<>(Set.of(nodes.get(i).name()));
      boolean whole = true;
      for (Node later : nodes.subList(i + 1, nodes.size())) {
        whole &= known.containsAll(later.inputs());
        known.add(later.name());
      }
      if (whole) {
        return nodes.get(i).name();
      }
    }
    return Network.INPUT;
  }

  /**
   * The stage whose map is usual: the last one, {@code layer4} of ResNet-50; of pictures so small
   * that its map is a single position, the last one that has more.
   */
  public static String lastStage(ModelSpec spec) {
    Network backbone = backbone(spec);
    Shapes shapes = backbone.shapes(spec.picture());
    String last = "layer1";
    for (String stage : backbone.stages()) {
      Shape shape = shapes.of(resolve(spec, stage));
      last = shape.height() * shape.width() > 1 ? stage : last;
    }
    return last;
  }

  /** Name of the layer whose feature map is used. */
  public String layer() {
    return layer;
  }

  /**
   * Explains the answer to a picture.
   *
   * @param classIndex the class to explain; empty for the most likely one
   * @throws IllegalStateException if this is closed
   */
  public synchronized Heatmap explain(RgbImage picture, OptionalInt classIndex) {
    if (closed) {
      throw new IllegalStateException("Grad-CAM is closed");
    }
    RgbImage prepared = spec.preprocessing().prepare(picture);
    float[] input = new float[spec.preprocessing().inputSize()];
    spec.preprocessing().normalise(prepared, input, 0);
    float[] logits = rest.run(before == null ? input : positionsFirst(before.runOne(input)));
    int chosen = classIndex.orElseGet(() -> largest(logits));
    float[] activation = rest.activation();
    float[] map = map(activation, rest.gradient(chosen), rest.shape());
    return new Heatmap(prepared, chosen, logits, rest.shape().width(), rest.shape().height(), map);
  }

  /** {@code C×H×W} to {@code H×W×C}. */
  private float[] positionsFirst(float[] values) {
    int plane = middle.height() * middle.width();
    float[] turned = new float[values.length];
    for (int c = 0; c < middle.channels(); c++) {
      for (int p = 0; p < plane; p++) {
        turned[p * middle.channels() + c] = values[c * plane + p];
      }
    }
    return turned;
  }

  /** The map of the paper: channels weighted by their mean gradient, summed, what is positive. */
  static float[] map(float[] activation, float[] gradient, Shape shape) {
    int plane = shape.height() * shape.width();
    double[] sum = new double[plane];
    for (int c = 0; c < shape.channels(); c++) {
      double weight = 0;
      for (int p = 0; p < plane; p++) {
        weight += gradient[c * plane + p];
      }
      weight /= plane;
      for (int p = 0; p < plane; p++) {
        sum[p] += weight * activation[c * plane + p];
      }
    }
    float[] map = new float[plane];
    for (int p = 0; p < plane; p++) {
      map[p] = (float) Math.max(0, sum[p]);
    }
    return map;
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int c = 1; c < logits.length; c++) {
      best = logits[c] > logits[best] ? c : best;
    }
    return best;
  }

  /** Releases the memory of what is computed before the layer. */
  @Override
  public synchronized void close() {
    closed = true;
    if (before != null) {
      before.close();
    }
  }
}
