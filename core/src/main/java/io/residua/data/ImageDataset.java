package io.residua.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Labelled pictures in a fixed order. A value: it holds names and places, not pixels, so that a set
 * of 100,000 files takes some tens of megabytes.
 *
 * @param classes the class names; a sample's label is an index into this list
 * @param samples the pictures, in an order that is the same on every machine
 */
public record ImageDataset(List<String> classes, List<Sample> samples) {
  public ImageDataset {
    classes = List.copyOf(classes);
    samples = List.copyOf(samples);
    for (Sample sample : samples) {
      if (sample.label() >= classes.size()) {
        throw new IllegalArgumentException(
            sample.name() + ": label " + sample.label() + " of " + classes.size() + " classes");
      }
    }
  }

  public int size() {
    return samples.size();
  }

  /** The label of each sample, in order. */
  public int[] labels() {
    return samples.stream().mapToInt(Sample::label).toArray();
  }

  /** How many samples each class has, in the order of {@link #classes()}. */
  public int[] countsByClass() {
    int[] counts = new int[classes.size()];
    samples.forEach(sample -> counts[sample.label()]++);
    return counts;
  }

  /** The samples whose flag equals {@code wanted}, in this set's order. */
  public ImageDataset where(boolean[] flags, boolean wanted) {
    if (flags.length != samples.size()) {
      throw new IllegalArgumentException(flags.length + " flags for " + samples.size());
    }
    List<Sample> kept = new ArrayList<>();
    for (int i = 0; i < flags.length; i++) {
      if (flags[i] == wanted) {
        kept.add(samples.get(i));
      }
    }
    return new ImageDataset(classes, kept);
  }
}
