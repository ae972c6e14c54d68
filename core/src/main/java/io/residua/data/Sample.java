package io.residua.data;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One labelled picture.
 *
 * @param source where its bytes lie
 * @param name what it is called within its data set: the path relative to the set's folder, with
 *     forward slashes on every system, for instance {@code train/cats/cat_1.jpg}
 * @param label the index of its class in {@link ImageDataset#classes()}
 */
public record Sample(PictureSource source, String name, int label) {
  public Sample {
    if (name.isEmpty() || label < 0) {
      throw new IllegalArgumentException("sample '" + name + "' with label " + label);
    }
  }

  public Path path() {
    return source.path();
  }

  /** So many of a list, spread evenly over it; all if there are no more. */
  public static <T> List<T> evenly(List<T> all, int most) {
    int count = Math.min(most, all.size());
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
        .toList();
  }
}
