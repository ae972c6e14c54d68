package io.residua.data.internal;

import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Says which pictures belong together, so that copies of one photograph never lie on both sides of
 * a split.
 */
@FunctionalInterface
public interface Grouping {
  /** A group number for each sample, in order; equal numbers stay together. Any ints will do. */
  int[] groups(ImageDataset data);

  /** Every picture for itself. */
  static Grouping none() {
    return data -> {
      int[] groups = new int[data.size()];
      for (int i = 0; i < groups.length; i++) {
        groups[i] = i;
      }
      return groups;
    };
  }

  /** Pictures with equal keys stay together. */
  static Grouping byKey(Function<Sample, ?> key) {
    return data -> {
      Map<Object, Integer> numbers = new HashMap<>();
      return data.samples().stream()
          .mapToInt(s -> numbers.computeIfAbsent(key.apply(s), k -> numbers.size()))
          .toArray();
    };
  }

  /**
   * Copies named as such stay with their original within a class and folder: {@code
   * rotated_by_15_X}, {@code vertical_flip_X}, {@code saltandpepper_X}, {@code X_flip}, {@code X -
   * Copy}, {@code X (1)} …; numbered copies ({@code X (1)}, {@code X_aug_2}) only where X is there
   * too, for whole folders are often numbered that way.
   */
  static Grouping copiesByName() {
    return data -> CopyNames.groups(data, true);
  }

  /** The same, wherever within a class the pictures lie: the parts of a set are folders, too. */
  static Grouping copiesByNameInAnyFolder() {
    return data -> CopyNames.groups(data, false);
  }

  /** Pictures that either grouping holds together, directly or through others, stay together. */
  default Grouping and(Grouping other) {
    return data -> {
      int[] first = groups(data);
      int[] second = other.groups(data);
      UnionFind sets = new UnionFind(data.size());
      for (int[] groups : new int[][] {first, second}) {
        Map<Integer, Integer> seen = new HashMap<>();
        for (int i = 0; i < groups.length; i++) {
          Integer earlier = seen.putIfAbsent(groups[i], i);
          if (earlier != null) {
            sets.join(earlier, i);
          }
        }
      }
      return sets.roots();
    };
  }
}
