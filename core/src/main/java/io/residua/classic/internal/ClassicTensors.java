package io.residua.classic.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Text;
import io.residua.weights.internal.FloatTensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays of doubles as named float tensors. An array whose values are not all floats has a second
 * tensor, of the same name and {@code .lo}, with what rounding left over, so that a stored
 * classifier answers as it did before it was stored.
 */
final class ClassicTensors {
  private static final String REST = ".lo";

  private ClassicTensors() {}

  /** Collects tensors under a common prefix. */
  static final class Writer {
    private final Map<String, FloatTensor> tensors;
    private final String prefix;

    Writer(String prefix) {
      this(new LinkedHashMap<>(), prefix);
    }

    private Writer(Map<String, FloatTensor> tensors, String prefix) {
      this.tensors = tensors;
      this.prefix = prefix;
    }

    /** A writer into the same map under a longer prefix. */
    Writer under(String more) {
      return new Writer(tensors, prefix + more);
    }

    void put(String name, double[] values, int... shape) {
      float[] high = new float[values.length];
      float[] low = new float[values.length];
      boolean exact = true;
      for (int i = 0; i < values.length; i++) {
        high[i] = (float) values[i];
        if (Float.isInfinite(high[i])) {
          throw new ClassicException(
              Text.of("a value of '%s' is too large to be stored: %s", name, values[i]));
        }
        low[i] = (float) (values[i] - high[i]);
        exact &= low[i] == 0;
      }
      List<Integer> dimensions = dimensions(shape);
      tensors.put(prefix + name, new FloatTensor(dimensions, FloatBuffer.wrap(high)));
      if (!exact) {
        tensors.put(prefix + name + REST, new FloatTensor(dimensions, FloatBuffer.wrap(low)));
      }
    }

    Map<String, FloatTensor> tensors() {
      return Collections.unmodifiableMap(tensors);
    }
  }

  /** Reads tensors under a common prefix; what does not fit is a {@link ClassicException}. */
  record Reader(Map<String, FloatTensor> tensors, String prefix) {

    Reader under(String more) {
      return new Reader(tensors, prefix + more);
    }

    double[] get(String name, int... shape) {
      FloatTensor high = tensors.get(prefix + name);
      if (high == null) {
        throw new ClassicException(Text.of("the stored classifier has no array '%s'", name));
      }
      requireShape(name, high, shape);
      FloatBuffer data = high.data();
      double[] values = new double[data.remaining()];
      for (int i = 0; i < values.length; i++) {
        values[i] = data.get(i);
      }
      FloatTensor low = tensors.get(prefix + name + REST);
      if (low != null) {
        requireShape(name + REST, low, shape);
        FloatBuffer rest = low.data();
        for (int i = 0; i < values.length; i++) {
          values[i] += rest.get(i);
        }
      }
      for (double value : values) {
        if (!Double.isFinite(value)) {
          throw new ClassicException(
              Text.of("the stored classifier's array '%s' holds %s", name, value));
        }
      }
      return values;
    }

    private static void requireShape(String name, FloatTensor tensor, int[] shape) {
      if (!tensor.shape().equals(dimensions(shape))) {
        throw new ClassicException(
            Text.of(
                "the stored classifier's array '%s' has shape %s, not %s",
                name, tensor.shape(), dimensions(shape)));
      }
    }

    int count(ObjectNode json, String key) {
      return count(json.path(key), key);
    }

    private static int count(JsonNode node, String key) {
      if (!node.isInt() || node.intValue() < 0) {
        throw new ClassicException(
            Text.of("the stored classifier's '%s' is no count: %s", key, node));
      }
      return node.intValue();
    }

    /** An array of so many counts. */
    int[] counts(ObjectNode json, String key, int size) {
      JsonNode array = json.path(key);
      if (!array.isArray() || array.size() != size) {
        throw new ClassicException(
            Text.of("the stored classifier's '%s' is no list of %d counts", key, size));
      }
      int[] counts = new int[size];
      long sum = 0;
      for (int i = 0; i < size; i++) {
        counts[i] = count(array.get(i), key);
        sum += counts[i];
      }
      if (sum > Integer.MAX_VALUE) {
        throw new ClassicException(
            Text.of("the stored classifier's '%s' has too large a sum", key));
      }
      return counts;
    }

    /** The labels of the classes, ascending. */
    int[] classes(ObjectNode json) {
      JsonNode array = json.path("classes");
      if (!array.isArray() || array.size() < 2) {
        throw new ClassicException("the stored classifier has no list of classes");
      }
      int[] classes = new int[array.size()];
      for (int i = 0; i < classes.length; i++) {
        if (!array.get(i).isInt() || (i > 0 && array.get(i).intValue() <= classes[i - 1])) {
          throw new ClassicException("the stored classifier's classes are not ascending labels");
        }
        classes[i] = array.get(i).intValue();
      }
      return classes;
    }

    double number(ObjectNode json, String key) {
      JsonNode node = json.path(key);
      if (!node.isNumber()) {
        throw new ClassicException(Text.of("the stored classifier has no number '%s'", key));
      }
      return node.doubleValue();
    }

    String text(ObjectNode json, String key) {
      JsonNode node = json.path(key);
      if (!node.isTextual()) {
        throw new ClassicException(Text.of("the stored classifier has no '%s'", key));
      }
      return node.textValue();
    }

    Gamma resolvedGamma(ObjectNode json) {
      Gamma gamma = Gamma.parse(text(json, "resolved_gamma"));
      if (!(gamma instanceof Gamma.Value)) {
        throw new ClassicException("the stored classifier's gamma is no number: " + gamma);
      }
      return gamma;
    }
  }

  private static List<Integer> dimensions(int[] shape) {
    List<Integer> dimensions = new ArrayList<>();
    for (int d : shape) {
      dimensions.add(d);
    }
    return dimensions;
  }
}
