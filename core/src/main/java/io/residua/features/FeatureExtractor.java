package io.residua.features;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Build;
import io.residua.IoReasons;
import io.residua.Progress;
import io.residua.Text;
import io.residua.Warnings;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.model.FeatureLayer;
import io.residua.model.FeatureNetwork;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.PictureLoader;
import io.residua.weights.FloatTensor;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes features of labelled pictures with a network that stays as it is. What was computed once
 * is kept in the user's cache, by the picture's content, and taken from there the next time.
 *
 * <pre>{@code
 * Features features =
 *     FeatureExtractor.create()
 *         .extract(OpenedData.open(Path.of("pictures")), Request.of("imagenet", "avgpool"));
 * features.write(Path.of("features.safetensors"));
 * }</pre>
 */
public final class FeatureExtractor {
  /** How many pictures' features are written to the cache at once. */
  private static final int KEPT_TOGETHER = 1024;

  private final WeightSource weights;
  private final boolean offline;
  private final Compute compute;
  private final Progress progress;
  private final Optional<Path> cache;

  /**
   * Which features.
   *
   * @param weights a model file or a name of the catalogue
   * @param layer as {@link FeatureLayer#name}
   * @param imageSizePx side of the input; empty for the model's own
   * @param resize how pictures get that size; empty for the model's own
   */
  public record Request(
      String weights, String layer, Optional<Integer> imageSizePx, Optional<Resize> resize) {
    /** With the model's own preprocessing. */
    public static Request of(String weights, String layer) {
      return new Request(weights, layer, Optional.empty(), Optional.empty());
    }
  }

  private FeatureExtractor(
      WeightSource weights,
      boolean offline,
      Compute compute,
      Progress progress,
      Optional<Path> cache) {
    this.weights = weights;
    this.offline = offline;
    this.compute = compute;
    this.progress = progress;
    this.cache = cache;
  }

  /** A silent extractor on all processors, with the user's caches of weights and features. */
  public static FeatureExtractor create() {
    WeightSource source = WeightSource.ofEnvironment();
    return new FeatureExtractor(
        source, false, Compute.auto(), Progress.NONE, Optional.of(folder(source)));
  }

  /** This extractor, but computing as given. */
  public FeatureExtractor on(Compute other) {
    return new FeatureExtractor(weights, offline, other, progress, cache);
  }

  /** This extractor, but reporting to the given progress. */
  public FeatureExtractor reportingTo(Progress other) {
    return new FeatureExtractor(weights, offline, compute, other, cache);
  }

  /** This extractor, but with other sources of weights, and features kept beside them. */
  public FeatureExtractor with(WeightSource other, boolean neverTouchNetwork) {
    return new FeatureExtractor(
        other, neverTouchNetwork, compute, progress, Optional.of(folder(other)));
  }

  /** This extractor, but taking the network under a prefix of a weight file that has several. */
  FeatureExtractor withPrefix(String prefix) {
    return new FeatureExtractor(weights.withPrefix(prefix), offline, compute, progress, cache);
  }

  private static Path folder(WeightSource source) {
    return source.store().home().resolve("features");
  }

  /** This extractor, but keeping features in another folder; empty to keep none. */
  public FeatureExtractor keepingIn(Optional<Path> folder) {
    return new FeatureExtractor(weights, offline, compute, progress, folder);
  }

  Compute compute() {
    return compute;
  }

  Progress progress() {
    return progress;
  }

  /** Opens the model that computes features. */
  ModelFile model(String nameOrFile) {
    return ModelFile.open(nameOrFile, weights, progress, offline);
  }

  /**
   * The features of every picture of every part. One that can't be read is reported and left out.
   *
   * @throws io.residua.ResiduaException with one line, if there are no such weights, no picture can
   *     be read, or the features exceed 2 GB
   * @throws IllegalArgumentException with one line, if the network has no such layer
   */
  public Features extract(OpenedData data, Request request) {
    ModelFile model = model(request.weights());
    Preprocessing preprocessing = model.spec().preprocessing();
    if (request.imageSizePx().isPresent()) {
      preprocessing = preprocessing.withSize(request.imageSizePx().get());
    }
    if (request.resize().isPresent()) {
      preprocessing = preprocessing.withResize(request.resize().get());
    }
    FeatureNetwork network =
        FeatureNetwork.of(model, request.weights(), request.layer(), preprocessing);
    int width = network.network().outputShape(network.picture()).size();
    List<Part> partOf = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    data.parts()
        .forEach(
            (part, set) ->
                set.samples()
                    .forEach(
                        sample -> {
                          partOf.add(part);
                          samples.add(sample);
                        }));
    if ((long) samples.size() * width > Integer.MAX_VALUE / Float.BYTES) {
      throw new ModelException(
          Text.of(
              "%s: %,d features of %,d pictures exceed 2 GB; take a narrower layer or divide the"
                  + " set",
              data.root(), width, samples.size()));
    }
    @Nullable String[] hashes = hashes(samples);
    Map<String, float[]> rows = rows(samples, hashes, network, model, width);

    FloatBuffer values = FloatBuffer.allocate(samples.size() * width);
    List<Features.Row> about = new ArrayList<>();
    for (int i = 0; i < hashes.length; i++) {
      String hash = hashes[i];
      float[] row = hash == null ? null : rows.get(hash);
      if (hash != null && row != null) {
        Sample sample = samples.get(i);
        values.put(row);
        about.add(new Features.Row(sample.name(), sample.label(), partOf.get(i), hash));
      }
    }
    if (about.isEmpty()) {
      throw new ModelException(
          Text.of(
              "%s: not one of %s could be read",
              data.root(), Text.count(samples.size(), "picture")));
    }
    return new Features(
        new FloatTensor(List.of(about.size(), width), values.flip()),
        about,
        data.classes(),
        network,
        provenance(data, samples.size() - about.size()));
  }

  private ObjectNode provenance(OpenedData data, int unreadable) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("data", String.valueOf(data.root().toAbsolutePath().normalize().getFileName()));
    json.put("unreadable", unreadable);
    json.put("compute", compute.describe());
    json.put("java", System.getProperty("java.vm.version", ""));
    json.put(
        "platform", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
    Build.sign(json, "");
    return json;
  }

  /** Features by their picture's hash: those that were kept, and the others computed. */
  private Map<String, float[]> rows(
      List<Sample> samples,
      @Nullable String[] hashes,
      FeatureNetwork network,
      ModelFile model,
      int width) {
    String identity =
        String.join("\n", network.identity(), compute.device().name(), compute.precision().text());
    FeatureStore store = new FeatureStore(cache, identity, progress);
    Map<String, PictureSource> wanted = new LinkedHashMap<>();
    for (int i = 0; i < hashes.length; i++) {
      String hash = hashes[i];
      if (hash != null) {
        wanted.putIfAbsent(hash, samples.get(i).source());
      }
    }
    Map<String, float[]> rows = new HashMap<>(store.find(wanted.keySet(), width));
    progress.line(
        Text.of(
            "features: %s of %s, %s; %s; %,d of %s computed before",
            network.layer().name(),
            network.weights(),
            Text.count(width, "value"),
            network.preprocessing().describe(),
            rows.size(),
            Text.count(wanted.size(), "picture")));
    wanted.keySet().removeAll(rows.keySet());
    rows.putAll(compute(wanted, network, model, store));
    return rows;
  }

  /** Computes features, and keeps them as it goes, so that a stop loses little. */
  private Map<String, float[]> compute(
      Map<String, PictureSource> pictures,
      FeatureNetwork network,
      ModelFile model,
      FeatureStore store) {
    List<String> names = List.copyOf(pictures.keySet());
    Map<String, float[]> all = new LinkedHashMap<>();
    try (BatchRunner runner =
            new BatchRunner(network.network(), model.weights(), network.picture(), compute);
        Progress.Task task = progress.start("features", names.size(), "images")) {
      for (int from = 0; from < names.size(); from += KEPT_TOGETHER) {
        List<String> next = names.subList(from, Math.min(names.size(), from + KEPT_TOGETHER));
        PictureLoader loader =
            new PictureLoader(
                next.stream().map(pictures::get).toList(), network.preprocessing(), progress);
        Map<String, float[]> computed = compute(next, loader, runner, task);
        store.add(computed, runner.outputSize());
        all.putAll(computed);
      }
    }
    return all;
  }

  private static Map<String, float[]> compute(
      List<String> names, PictureLoader loader, BatchRunner runner, Progress.Task task) {
    float @Nullable [][] rows = new float[names.size()][];
    int width = runner.outputSize();
    runner.runAll(
        names.size(),
        loader,
        (i, output, offset) -> rows[i] = Arrays.copyOfRange(output, offset, offset + width),
        task);
    Map<String, float[]> computed = new LinkedHashMap<>();
    for (int i = 0; i < rows.length; i++) {
      float[] row = rows[i];
      if (row != null) {
        computed.put(names.get(i), row);
      }
    }
    return computed;
  }

  /** SHA-256 of every picture, null for one that can't be read. */
  private @Nullable String[] hashes(List<Sample> samples) {
    @Nullable String[] hashes = new String[samples.size()];
    try (Progress.Task task = progress.start("hashing pictures", hashes.length, "pictures")) {
      IntStream.range(0, hashes.length)
          .parallel()
          .forEach(
              i -> {
                hashes[i] = hash(samples.get(i).source());
                task.advance(1);
              });
    }
    return hashes;
  }

  private @Nullable String hash(PictureSource source) {
    try {
      return source.sha256();
    } catch (IOException e) {
      Warnings.tell(progress, Text.of("%s: %s", source.path(), IoReasons.of(e)));
      return null;
    }
  }
}
