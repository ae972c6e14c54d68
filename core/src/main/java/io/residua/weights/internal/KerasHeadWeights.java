package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.Head.Step;
import io.residua.weights.internal.KerasHead.Part;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables of a Keras head as weights of the same head here. */
final class KerasHeadWeights {
  private final WeightFile file;
  private final KerasHead head;
  private final int channels;
  private final Map<String, FloatTensor> weights = new LinkedHashMap<>();
  private int size;

  private KerasHeadWeights(WeightFile file, KerasHead head, int channels) {
    this.file = file;
    this.head = head;
    this.channels = channels;
  }

  /**
   * The weights under the names of the head's layers.
   *
   * @param channels of the backbone's last feature map
   * @throws BadWeights with what does not fit
   */
  static Map<String, FloatTensor> of(WeightFile file, KerasHead head, int channels)
      throws BadWeights {
    KerasHeadWeights reader = new KerasHeadWeights(file, head, channels);
    reader.read();
    return reader.weights;
  }

  private void read() throws BadWeights {
    size = firstSize();
    Head computed = head.head();
    for (int i = 0; i < head.parts().size(); i++) {
      Part part = head.parts().get(i);
      boolean last = i == head.parts().size() - 1;
      String name = last ? computed.lastLayer() : Head.stepName(i);
      if (part.step() instanceof Step.Dense dense) {
        dense(part, dense.units(), name);
      } else if (part.step() instanceof Step.Norm) {
        norm(part, name);
      }
    }
  }

  /** How many values the first step gets. */
  private int firstSize() throws BadWeights {
    if (head.pooling() == Head.Pooling.GAP) {
      return channels;
    }
    for (Part part : head.parts()) {
      if (part.step() instanceof Step.Dense) {
        int in = variable(part, "kernel").shape().get(0);
        if (in % channels == 0) {
          return in;
        }
      }
    }
    throw new BadWeights(Text.of("its first dense layer is not on %d channels", channels));
  }

  private void dense(Part part, int units, String name) throws BadWeights {
    FloatTensor kernel = variable(part, "kernel");
    if (!kernel.shape().equals(List.of(size, units))) {
      throw new BadWeights(
          Text.of(
              "the kernel of its layer %s is %s instead of %s",
              OneLine.quoted(layer(part)), kernel.shape(), List.of(size, units)));
    }
    float[] values = kernel.toArray();
    float[] transposed = new float[values.length];
    for (int i = 0; i < size; i++) {
      int to = part.positions() ? channelFirst(i) : i;
      for (int o = 0; o < units; o++) {
        transposed[o * size + to] = values[i * units + o];
      }
    }
    weights.put(
        name + ".weight", new FloatTensor(List.of(units, size), FloatBuffer.wrap(transposed)));
    String bias = layer(part) + "/bias";
    weights.put(
        name + ".bias",
        file.names().contains(bias) ? checked(file.floats(bias), units, part) : filled(units, 0));
    size = units;
  }

  private void norm(Part part, String name) throws BadWeights {
    Map<String, String> theirs =
        Map.of(
            "weight",
            "gamma",
            "bias",
            "beta",
            "running_mean",
            "moving_mean",
            "running_var",
            "moving_variance");
    for (Map.Entry<String, String> e : theirs.entrySet()) {
      String stored = layer(part) + "/" + e.getValue();
      boolean optional = e.getKey().equals("weight") || e.getKey().equals("bias");
      if (optional && !file.names().contains(stored)) {
        weights.put(name + "." + e.getKey(), filled(size, e.getKey().equals("weight") ? 1 : 0));
        continue;
      }
      FloatTensor values = variable(part, e.getValue());
      weights.put(name + "." + e.getKey(), ordered(values, part));
    }
  }

  /** One value for each of the step's inputs, in the order of a map that is flattened here. */
  private FloatTensor ordered(FloatTensor values, Part part) throws BadWeights {
    if (part.spread()) {
      float[] each = checked(values, channels, part).toArray();
      float[] all = new float[size];
      int positions = size / channels;
      for (int c = 0; c < channels; c++) {
        Arrays.fill(all, c * positions, (c + 1) * positions, each[c]);
      }
      return new FloatTensor(List.of(size), FloatBuffer.wrap(all));
    }
    float[] own = checked(values, size, part).toArray();
    float[] all = new float[size];
    for (int i = 0; i < size; i++) {
      all[part.positions() ? channelFirst(i) : i] = own[i];
    }
    return new FloatTensor(List.of(size), FloatBuffer.wrap(all));
  }

  /**
   * Where a value of a map that Keras flattened, channels last, is in one that is flattened here.
   */
  private int channelFirst(int index) {
    return index % channels * (size / channels) + index / channels;
  }

  private FloatTensor variable(Part part, String kind) throws BadWeights {
    String name = layer(part) + "/" + kind;
    if (!file.names().contains(name)) {
      throw new BadWeights(
          Text.of(
              "the file has no plain %s; it may be quantised in a way that is not read: save the"
                  + " model without quantize()",
              OneLine.quoted(name)));
    }
    FloatTensor tensor = file.floats(name);
    if (tensor.shape().size() != (kind.equals("kernel") ? 2 : 1)) {
      throw new BadWeights(
          Text.of("%s has %d dimensions", OneLine.quoted(name), tensor.shape().size()));
    }
    return tensor;
  }

  private static String layer(Part part) {
    return part.layer() == null ? "" : part.layer().name();
  }

  private static FloatTensor checked(FloatTensor tensor, int count, Part part) throws BadWeights {
    if (!tensor.shape().equals(List.of(count))) {
      throw new BadWeights(
          Text.of(
              "a variable of its layer %s is %s instead of [%d]",
              OneLine.quoted(layer(part)), tensor.shape(), count));
    }
    return tensor;
  }

  private static FloatTensor filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return new FloatTensor(List.of(count), FloatBuffer.wrap(values));
  }
}
