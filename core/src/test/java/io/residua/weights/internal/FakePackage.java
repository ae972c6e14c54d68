package io.residua.weights.internal;

import io.residua.Progress;
import io.residua.image.Preprocessing.Preset;
import io.residua.internal.FileHash;
import io.residua.testkit.Tarballs;
import io.residua.weights.internal.CatalogueEntry.NpmPackage;
import io.residua.weights.internal.CatalogueEntry.PublisherFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** A package like the published one, all zeros, so that it packs into little. */
final class FakePackage {
  static final String FILE = "fake_resnet-1.0.0.tgz";
  private static final int SHARD_BYTES = 4 << 20;

  private FakePackage() {}

  /** The whole of ResNet-50 under Keras' names. */
  static void writeResNet50(Path file) throws IOException {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    conv(shapes, "conv1", "bn_conv1", 7, 3, 64);
    int in = 64;
    int[] depths = {3, 4, 6, 3};
    for (int stage = 0; stage < 4; stage++) {
      int width = 64 << stage;
      for (int i = 0; i < depths[stage]; i++) {
        String block = "%d%c_branch".formatted(stage + 2, 'a' + i);
        conv(shapes, "res" + block + "2a", "bn" + block + "2a", 1, in, width);
        conv(shapes, "res" + block + "2b", "bn" + block + "2b", 3, width, width);
        conv(shapes, "res" + block + "2c", "bn" + block + "2c", 1, width, 4 * width);
        if (i == 0) {
          conv(shapes, "res" + block + "1", "bn" + block + "1", 1, in, 4 * width);
        }
        in = 4 * width;
      }
    }
    shapes.put("fc1000/kernel", new int[] {2048, 1000});
    shapes.put("fc1000/bias", new int[] {1000});

    StringJoiner weights = new StringJoiner(",");
    long bytes = 0;
    for (Map.Entry<String, int[]> e : shapes.entrySet()) {
      long size = 4;
      StringJoiner shape = new StringJoiner(",", "[", "]");
      for (int d : e.getValue()) {
        shape.add(Integer.toString(d));
        size *= d;
      }
      bytes += size;
      weights.add(
          "{\"name\":\"%s\",\"shape\":%s,\"dtype\":\"float32\"}".formatted(e.getKey(), shape));
    }
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put("package/package.json", "{}".getBytes(StandardCharsets.UTF_8));
    List<String> shards = new ArrayList<>();
    for (; bytes > 0; bytes -= SHARD_BYTES) {
      String shard = "shard%d.bin".formatted(shards.size());
      shards.add('"' + shard + '"');
      content.put("package/model/" + shard, new byte[(int) Math.min(bytes, SHARD_BYTES)]);
    }
    String model =
        "{\"weightsManifest\":[{\"paths\":[%s],\"weights\":[%s]}]}"
            .formatted(String.join(",", shards), weights);
    content.put("package/model/model.json", model.getBytes(StandardCharsets.UTF_8));
    Tarballs.write(file, content);
  }

  private static void conv(
      Map<String, int[]> shapes, String conv, String bn, int kernel, int in, int out) {
    shapes.put(conv + "/kernel", new int[] {kernel, kernel, in, out});
    shapes.put(conv + "/bias", new int[] {out});
    for (String name : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      shapes.put(bn + "/" + name, new int[] {out});
    }
  }

  static CatalogueEntry entry(String sha256) {
    return new CatalogueEntry(
        "resnet50.fake",
        List.of("fake"),
        "all zeros",
        "resnet50-v1",
        "imagenet1000",
        25_636_712,
        "CC0-1.0",
        0.001,
        0.005,
        "",
        Preset.KERAS_CAFFE.preprocessing(),
        List.of(
            new NpmPackage(
                "fake_resnet", "1.0.0", FILE, 100_000, sha256, "package/model/model.json"),
            new PublisherFile("https://publisher.example/fake.h5", "Keras .h5", 1, "")));
  }

  static String sha256(Path file) throws IOException {
    return FileHash.of(file, Progress.NONE);
  }
}
