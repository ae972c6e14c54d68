package io.residua.data;

import java.nio.file.Path;

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
}
