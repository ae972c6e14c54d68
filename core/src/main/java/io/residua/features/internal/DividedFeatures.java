package io.residua.features.internal;

import io.residua.classic.internal.Matrix;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.SplitSize;
import io.residua.features.Features;
import io.residua.internal.Text;
import io.residua.model.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Features by part. Parts that the set has are taken as they are; a set without any gives a
 * validation part, which is kept aside.
 */
public final class DividedFeatures {
  private final Features features;
  private final Map<Part, int[]> rows = new EnumMap<>(Part.class);
  private final Map<Part, String> origins = new EnumMap<>(Part.class);

  /**
   * @param root what messages call the set
   * @param heldOut how much is kept aside where nothing is
   */
  public DividedFeatures(Features features, Path root, double heldOut, long seed) {
    this.features = features;
    OpenedData set = features.asData(root);
    Map<Part, ImageDataset> parts = set.parts();
    if (parts.containsKey(Part.TEST) || parts.containsKey(Part.VALIDATION)) {
      for (Part part : parts.keySet()) {
        origins.put(part, Text.of("the set's own %s part", part.label()));
      }
    } else {
      DataSplits splits =
          set.split(SplitPlan.defaults(seed).withValidation(SplitSize.fraction(heldOut)));
      parts = splits.byPart();
      origins.put(Part.TRAIN, splits.training().trainOrigin());
      origins.put(Part.VALIDATION, splits.training().validationOrigin());
    }
    if (!parts.containsKey(Part.TRAIN)) {
      throw new ModelException(root + ": has no train part");
    }
    Map<String, Integer> rowOf = rowOf(features);
    parts.forEach(
        (part, data) ->
            rows.put(
                part,
                data.samples().stream()
                    .map(Sample::name)
                    .mapToInt(name -> rowOf.getOrDefault(name, -1))
                    .toArray()));
  }

  /**
   * Features divided as a manifest says; pictures that it does not list are left out.
   *
   * @param origin what the parts' origins say
   * @throws ModelException if a listed picture is missing, has another class or other content
   */
  public DividedFeatures(Features features, Path root, Manifest manifest, String origin) {
    this.features = features;
    Map<String, Integer> rowOf = rowOf(features);
    Map<Part, List<Integer>> listed = new EnumMap<>(Part.class);
    for (Manifest.Entry entry : manifest.entries()) {
      Integer row = rowOf.get(entry.path());
      if (row == null) {
        throw new ModelException(
            Text.of("%s: '%s' of the split is missing or unreadable", root, entry.path()));
      }
      requireSame(features, row, entry, root);
      listed.computeIfAbsent(entry.split(), part -> new ArrayList<>()).add(row);
    }
    if (!listed.containsKey(Part.TRAIN)) {
      throw new ModelException(origin + ": a split needs train pictures");
    }
    listed.forEach(
        (part, indices) -> {
          rows.put(part, indices.stream().mapToInt(i -> i).toArray());
          origins.put(part, origin);
        });
  }

  private static void requireSame(Features features, int row, Manifest.Entry entry, Path root) {
    Features.Row here = features.rows().get(row);
    String label = features.classes().get(here.label());
    if (!label.equals(entry.label())) {
      throw new ModelException(
          Text.of(
              "%s: '%s' is '%s' here but '%s' in the split",
              root, entry.path(), label, entry.label()));
    }
    if (!here.sha256().equals(entry.sha256())) {
      throw new ModelException(
          Text.of(
              "%s: '%s' has changed since the split was made (other content)", root, entry.path()));
    }
  }

  private static Map<String, Integer> rowOf(Features features) {
    Map<String, Integer> rowOf = new HashMap<>();
    for (int i = 0; i < features.rows().size(); i++) {
      rowOf.put(features.rows().get(i).name(), i);
    }
    return rowOf;
  }

  public boolean has(Part part) {
    return rows.containsKey(part);
  }

  public String origin(Part part) {
    return origins.getOrDefault(part, "");
  }

  public int size(Part part) {
    return rows(part).length;
  }

  public Matrix matrix(Part part) {
    int[] wanted = rows(part);
    float[] all = new float[Math.multiplyExact(wanted.length, features.width())];
    for (int i = 0; i < wanted.length; i++) {
      System.arraycopy(features.row(wanted[i]), 0, all, i * features.width(), features.width());
    }
    return Matrix.of(wanted.length, features.width(), all);
  }

  public int[] labels(Part part) {
    int[] labels = rows(part).clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i] = features.rows().get(labels[i]).label();
    }
    return labels;
  }

  public Manifest manifest() {
    List<Manifest.Entry> entries = new ArrayList<>();
    rows.forEach(
        (part, indices) -> {
          for (int i : indices) {
            Features.Row row = features.rows().get(i);
            String label = features.classes().get(row.label());
            entries.add(new Manifest.Entry(row.name(), label, part, row.sha256()));
          }
        });
    return new Manifest(entries);
  }

  private int[] rows(Part part) {
    return rows.getOrDefault(part, new int[0]);
  }
}
