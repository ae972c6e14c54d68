package io.residua.weights.internal;

import io.residua.internal.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one layer in a file of Keras 3, which only numbers them: what they are follows
 * from the layer's kind, from how many there are and from their types.
 */
final class KerasVariables {
  private static final List<String> NORMALISATION =
      List.of("gamma", "beta", "moving_mean", "moving_variance");

  private final Map<String, StoredTensor> byNumber;
  private final @Nullable KerasLayer layer;
  private final String folder;

  /**
   * @param layer what the model's configuration says of it; null where it says nothing
   * @param folder the layer's own in the file, which Keras names after its kind
   */
  KerasVariables(Map<String, StoredTensor> byNumber, @Nullable KerasLayer layer, String folder) {
    this.byNumber = byNumber;
    this.layer = layer;
    this.folder = folder;
  }

  /** The variables by name; by number where nothing tells what they are. */
  Map<String, StoredTensor> named() throws BadWeights {
    StoredTensor first = byNumber.get("0");
    if (first != null && first.dtype() == DType.I8 && first.shape().size() == 2) {
      return dequantised(first);
    }
    List<String> names = names();
    Map<String, StoredTensor> named = new LinkedHashMap<>();
    byNumber.forEach(
        (number, tensor) -> {
          int index = number.matches("[0-9]{1,4}") ? Integer.parseInt(number) : names.size();
          named.put(index < names.size() ? names.get(index) : KerasNames.kind(number), tensor);
        });
    return named;
  }

  private List<String> names() {
    int count = byNumber.size();
    if (is("BatchNormalization", "batch_normalization") && count < 4 && count > 1) {
      boolean scale = layer != null && layer.config().path("scale").asBoolean(true);
      return count == 2
          ? NORMALISATION.subList(2, 4)
          : List.of(scale ? "gamma" : "beta", "moving_mean", "moving_variance");
    } else if (is("Normalization", "normalization")) {
      return List.of("mean", "variance", "count");
    }
    boolean dense = is("Dense", "dense");
    return switch (dense && count > 2 ? 0 : count) {
      case 1 -> List.of("kernel");
      case 2 -> List.of("kernel", "bias");
      case 4 -> NORMALISATION;
      default -> List.of();
    };
  }

  private boolean is(String kind, String folderOfKind) {
    return layer != null
        ? layer.is(kind)
        : folder.equals(folderOfKind) || folder.startsWith(folderOfKind + "_");
  }

  /**
   * The kernel that {@code quantize("int8")} or {@code quantize("int4")} made 8 or 4 bits of, in 32
   * again.
   */
  private Map<String, StoredTensor> dequantised(StoredTensor kernel) throws BadWeights {
    int count = byNumber.size();
    boolean bias = count == 3 || count == 5;
    boolean groups = count >= 4;
    StoredTensor scale = byNumber.get(bias ? "2" : "1");
    StoredTensor zero = byNumber.get(bias ? "3" : "2");
    StoredTensor group = byNumber.get(bias ? "4" : "3");
    if (count < 2 || count > 5 || scale == null || groups && (zero == null || group == null)) {
      return byNumber;
    }
    int in = kernel.shape().get(0);
    int stored = kernel.shape().get(1);
    int out = scale.shape().isEmpty() ? 0 : scale.shape().get(scale.shape().size() - 1);
    boolean packed = isPacked(stored, out, groups);
    int rows = groups ? scale.shape().get(0) : 1;
    boolean fits =
        stored == (packed ? (out + 1) / 2 : out)
            && scale.size() == (long) rows * out
            && (zero == null || !groups || zero.size() == scale.size())
            && (group == null || !groups || group.size() == in);
    if (!fits || !kernel.problem().isEmpty() || !scale.problem().isEmpty()) {
      throw new BadWeights("a quantised kernel and its scales do not fit each other");
    }
    float[] scales = scale.floats().toArray();
    float[] zeros = groups && zero != null ? zero.floats().toArray() : new float[scales.length];
    float[] rowOf = groups && group != null ? group.floats().toArray() : new float[in];
    float[] values = kernel.floats().toArray();
    ByteBuffer result =
        ByteBuffer.allocate(Math.multiplyExact(Math.multiplyExact(in, out), Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < in; i++) {
      int row = (int) rowOf[i];
      if (row < 0 || row >= rows) {
        throw new BadWeights("a quantised kernel has a row of no group");
      }
      for (int o = 0; o < out; o++) {
        float value = packed ? nibble((int) values[i * stored + o / 2], o) : values[i * stored + o];
        int at = row * out + o;
        result.putFloat(groups ? (value - zeros[at]) * scales[at] : value / scales[at]);
      }
    }
    Map<String, StoredTensor> named = new LinkedHashMap<>();
    named.put("kernel", StoredTensor.contiguous(DType.F32, List.of(in, out), result.flip()));
    StoredTensor shift = byNumber.get("1");
    if (bias && shift != null) {
      named.put("bias", shift);
    }
    return named;
  }

  /** Whether two values of 4 bits are in a byte. */
  private boolean isPacked(int stored, int out, boolean groups) throws BadWeights {
    String mode =
        layer == null ? "" : layer.config().path("dtype").path("config").path("mode").asText();
    if (!mode.isEmpty()) {
      return mode.startsWith("int4");
    } else if (stored == out && out == 1 && !groups) {
      throw new BadWeights(
          Text.of("%s may be of 8 or of 4 bits; save the whole model", OneLine.quoted(folder)));
    }
    return groups || stored != out;
  }

  /** The value of 4 bits at an even or odd place of a row, the lower half first, -8 to 7. */
  private static int nibble(int twoValues, int place) {
    int half = (place % 2 == 0 ? twoValues : twoValues >> 4) & 15;
    return half < 8 ? half : half - 16;
  }
}
