package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.Map;

/**
 * k nearest neighbours by Euclidean distance, each with one vote.
 *
 * @param k how many neighbours vote, at least 1
 */
public record NeighboursSpec(int k) implements ClassicSpec {
  public NeighboursSpec {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, not " + k);
    }
  }

  @Override
  public KNearestNeighbours fit(
      Matrix samples, int[] labels, Execution execution, Progress progress) {
    Training.check(samples, labels);
    if (k > samples.rows()) {
      throw new ClassicException(
          Text.of("%d neighbours can't be found among %d samples", k, samples.rows()));
    }
    int[] classes = ClassRows.of(labels, Training.allRows(labels)).classes();
    int[] target = Arrays.stream(labels).map(l -> Arrays.binarySearch(classes, l)).toArray();
    return new KNearestNeighbours(this, classes, samples, target);
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("k", Integer.toString(k));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("classifier", "nearest-neighbours");
    json.put("k", k);
    return json;
  }
}
