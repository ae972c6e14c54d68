package io.residua.nn.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The output shape of every node of a network for one size of picture, in order of computation. */
public record Shapes(Map<String, Shape> byNode) {
  public Shapes {
    byNode = Collections.unmodifiableMap(new LinkedHashMap<>(byNode));
  }

  /** The output shape of that node, or of the picture for {@link Network#INPUT}. */
  public Shape of(String node) {
    Shape shape = byNode.get(node);
    if (shape == null) {
      throw new IllegalArgumentException("no layer " + node);
    }
    return shape;
  }
}
