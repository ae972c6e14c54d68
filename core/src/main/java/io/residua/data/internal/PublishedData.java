package io.residua.data.internal;

import java.net.URI;
import java.util.List;

/**
 * A data set that its makers publish as one {@code .tar.gz}.
 *
 * @param name what {@code residua data fetch} calls it
 * @param archive where it lies
 * @param bytes of the archive
 * @param md5 of the archive, as published, lower-case hexadecimal
 * @param folder the folder in the archive that holds the files
 */
public record PublishedData(String name, URI archive, long bytes, String md5, String folder) {
  /** CIFAR-10, 60,000 pictures of 32×32 (Krizhevsky 2009), 170 MB. */
  public static final PublishedData CIFAR10 =
      new PublishedData(
          "cifar10",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
          170_052_171,
          "c32a1d4ab5d03f1284b67883e8d87530",
          "cifar-10-batches-bin");

  /** STL-10, 113,000 pictures of 96×96, 13,000 with labels (Coates, Lee and Ng 2011), 2.6 GB. */
  public static final PublishedData STL10 =
      new PublishedData(
          "stl10",
          URI.create("https://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz"),
          2_640_397_119L,
          "91f7769df0f17e558f3565bffb0c7dfb",
          "stl10_binary");

  /** All that are known. */
  public static List<PublishedData> all() {
    return List.of(CIFAR10, STL10);
  }

  /** The archive's own name. */
  String fileName() {
    String path = archive.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
