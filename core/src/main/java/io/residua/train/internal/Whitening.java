package io.residua.train.internal;

import io.residua.classic.internal.Execution;
import io.residua.classic.internal.Matrix;
import io.residua.classic.internal.Pca;
import io.residua.internal.Text;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.train.TrainingException;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Weights of the first convolution that whiten patches of the training pictures: each principal
 * component, divided by its standard deviation, once as it is and once negated (Page 2018, "How to
 * train your ResNet", part 8; Jordan 2024, arXiv:2404.00498). They stay frozen.
 */
public final class Whitening {
  private static final int MOST_PICTURES = 2_000;
  private static final int PATCHES_PER_PICTURE = 16;

  /** Keeps rare components from being blown up, in squares of the standardised pixels. */
  private static final double EPSILON = 5e-4;

  private Whitening() {}

  /** The first convolution's layer, where it looks at the picture itself. */
  public static Optional<Node> firstConvolution(Network network) {
    return network.nodes().stream()
        .filter(n -> n.layer() instanceof Conv c && c.groups() == 1)
        .filter(n -> n.inputs().equals(List.of(Network.INPUT)))
        .findFirst();
  }

  /**
   * The same weights with those of the first convolution made from pictures.
   *
   * @param sizePx side of the pictures
   * @throws TrainingException if no convolution looks at the picture itself
   */
  static WeightMap of(
      Network network, WeightMap weights, Examples pictures, int sizePx, long seed) {
    Node node =
        firstConvolution(network)
            .orElseThrow(
                () ->
                    new TrainingException(
                        Text.of(
                            "first_layer: %s does not begin with a convolution", network.name())));
    Conv conv = (Conv) node.layer();
    int kernel = conv.kernel();
    int channels = conv.inChannels();
    Matrix patches = patches(pictures, sizePx, kernel, channels, seed);
    int count = Math.min(conv.outChannels() / 2, patches.columns());
    Pca pca = Pca.fit(patches, count, Execution.plainJava(1));
    String name = node.name() + ".weight";
    FloatTensor drawn = weights.get(name);
    float[] values = drawn.toArray();
    for (int i = 0; i < count; i++) {
      double scale = 1 / Math.sqrt(pca.explainedVariance()[i] + EPSILON);
      double[] component = pca.components().row(i);
      for (int v = 0; v < component.length; v++) {
        values[i * component.length + v] = (float) (component[v] * scale);
        values[(i + count) * component.length + v] = (float) (-component[v] * scale);
      }
    }
    Map<String, FloatTensor> all = new LinkedHashMap<>(weights.asMap());
    all.put(name, new FloatTensor(drawn.shape(), FloatBuffer.wrap(values)));
    return new WeightMap(all);
  }

  /** Rows of patches in the order of a convolution's weights: channel, row, column. */
  private static Matrix patches(
      Examples pictures, int sizePx, int kernel, int channels, long seed) {
    int size = pictures.labels().length;
    int used = Math.min(size, MOST_PICTURES);
    int width = channels * kernel * kernel;
    float[] rows = new float[used * PATCHES_PER_PICTURE * width];
    float[] picture = new float[sizePx * sizePx * channels];
    SplittableRandom random = new SplittableRandom(seed);
    int at = 0;
    for (int p = 0; p < used; p++) {
      pictures.load((int) ((long) p * size / used), -1, picture, 0);
      for (int i = 0; i < PATCHES_PER_PICTURE; i++) {
        int top = random.nextInt(sizePx - kernel + 1);
        int left = random.nextInt(sizePx - kernel + 1);
        for (int c = 0; c < channels; c++) {
          for (int y = top; y < top + kernel; y++) {
            for (int x = left; x < left + kernel; x++) {
              rows[at++] = picture[(y * sizePx + x) * channels + c];
            }
          }
        }
      }
    }
    return Matrix.of(used * PATCHES_PER_PICTURE, width, rows);
  }
}
