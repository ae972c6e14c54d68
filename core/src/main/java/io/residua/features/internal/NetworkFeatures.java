package io.residua.features.internal;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.data.PictureSource;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.engine.internal.BatchRunner;
import io.residua.image.Preprocessing;
import io.residua.internal.Build;
import io.residua.internal.IoReasons;
import io.residua.internal.Sha256;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.model.internal.ModelHash;
import io.residua.model.internal.PictureLoader;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a network that stays as it is makes of pictures. Where it is told a folder, features are
 * kept there by the content of their picture and computed once, whoever asks for them.
 *
 * <pre>{@code
 * try (NetworkFeatures features = NetworkFeatures.of(classifier.model(), classifier.compute())) {
 *   features.forEach(
 *       pictures, (i, values, offset) -> use(i, values, offset), "features", Progress.NONE);
 * }
 * }</pre>
 */
public final class NetworkFeatures implements AutoCloseable {
  /** How many pictures' features are written at once. */
  private static final int KEPT_TOGETHER = 1024;

  /** Features of so many pictures that they take more than this are computed each time. */
  private static final long MOST_KEPT_BYTES = 512L << 20;

  private final Network network;
  private final WeightMap weights;
  private final Preprocessing preprocessing;
  private final Compute compute;
  private final Optional<Path> home;
  private final BatchRunner runner;
  private @Nullable Path folder;

  /**
   * @param weights of every parameter of the network
   * @param home where features are kept, in a folder for each network; empty to keep none
   */
  public NetworkFeatures(
      Network network,
      WeightMap weights,
      Preprocessing preprocessing,
      Compute compute,
      Optional<Path> home) {
    this.network = network;
    this.weights = weights;
    this.preprocessing = preprocessing;
    this.compute = compute;
    this.home = home;
    Shape picture = Shape.picture(preprocessing.channels(), preprocessing.sizePx());
    runner = new BatchRunner(network, weights, picture, compute);
  }

  /**
   * What a model sees before it decides: its last feature map, averaged over positions (2048
   * numbers for ResNet-50), or for a classic classifier the features that it answers. An int8
   * model's are computed in fp32. None are kept.
   */
  public static NetworkFeatures of(ModelFile model, Compute compute) {
    return of(model, compute, Optional.empty());
  }

  /**
   * The same, kept.
   *
   * @param home as for the constructor
   */
  public static NetworkFeatures of(ModelFile model, Compute compute, Optional<Path> home) {
    ModelSpec spec = model.spec();
    Network network =
        spec.features().isPresent()
            ? spec.network()
            : new FeatureLayer("avgpool", spec.classes().size())
                .network(spec.architecture(), spec.head(), spec.picture());
    Compute floating =
        compute.precision() == Precision.INT8 ? compute.with(Precision.FP32) : compute;
    return new NetworkFeatures(network, model.weights(), spec.preprocessing(), floating, home);
  }

  /** Where the features are kept of networks whose weights come from a source. */
  public static Path beside(WeightSource weights) {
    return weights.store().home().resolve("features");
  }

  /** How many numbers a picture has. */
  public int size() {
    return runner.outputSize();
  }

  /**
   * Features of every picture, in any order and from several threads; those that can't be read are
   * reported and left out.
   *
   * @param what it is called while it is under way
   * @return what was wrong with the pictures that could not be read, by their index
   */
  public Map<Integer, String> forEach(
      List<? extends PictureSource> pictures,
      BatchRunner.Sink sink,
      String what,
      Progress progress) {
    if (home.isEmpty() || (long) pictures.size() * size() > MOST_KEPT_BYTES / Float.BYTES) {
      PictureLoader loader = new PictureLoader(pictures, preprocessing, progress);
      try (Progress.Task task = progress.start(what, pictures.size(), "images")) {
        runner.runAll(pictures.size(), loader, sink, task);
      }
      return loader.problems();
    }
    return forEach(pictures, hashes(pictures, progress), sink, what, what, progress);
  }

  /**
   * The same of pictures whose content is known.
   *
   * @param hashes SHA-256 of each; null for one that can't be read, which is left out
   * @param about what they are, before how many were computed before
   */
  public Map<Integer, String> forEach(
      List<? extends PictureSource> pictures,
      @Nullable String[] hashes,
      BatchRunner.Sink sink,
      String about,
      String what,
      Progress progress) {
    Map<String, List<Integer>> wanted = new LinkedHashMap<>();
    Map<Integer, String> problems = new TreeMap<>();
    for (int i = 0; i < hashes.length; i++) {
      String hash = hashes[i];
      if (hash == null) {
        problems.put(i, pictures.get(i).path() + ": cannot be read");
      } else {
        wanted.computeIfAbsent(hash, h -> new ArrayList<>()).add(i);
      }
    }
    int all = wanted.size();
    FeatureStore store = new FeatureStore(home.map(this::folder), progress);
    BiConsumer<String, float[]> take =
        (hash, row) -> wanted.getOrDefault(hash, List.of()).forEach(i -> sink.accept(i, row, 0));
    wanted.keySet().removeAll(store.find(wanted.keySet(), size(), take));
    progress.line(
        Text.of(
            "%s: %,d of %s computed before",
            about, all - wanted.size(), Text.count(all, "picture")));
    List<String> names = List.copyOf(wanted.keySet());
    try (Progress.Task task = progress.start(what, names.size(), "images")) {
      for (int from = 0; from < names.size(); from += KEPT_TOGETHER) {
        List<String> next = names.subList(from, Math.min(names.size(), from + KEPT_TOGETHER));
        PictureLoader loader =
            new PictureLoader(
                next.stream()
                    .<PictureSource>map(h -> pictures.get(requireNonNull(wanted.get(h)).get(0)))
                    .toList(),
                preprocessing,
                progress);
        Map<String, float[]> computed = new ConcurrentHashMap<>();
        runner.runAll(
            next.size(),
            loader,
            (i, output, offset) -> {
              float[] row = Arrays.copyOfRange(output, offset, offset + size());
              computed.put(next.get(i), row);
              take.accept(next.get(i), row);
            },
            task);
        store.add(computed, size());
        loader
            .problems()
            .forEach(
                (i, why) ->
                    requireNonNull(wanted.get(next.get(i))).forEach(p -> problems.put(p, why)));
      }
    }
    return problems;
  }

  /** SHA-256 of every picture, null for one that can't be read. */
  public static @Nullable String[] hashes(
      List<? extends PictureSource> pictures, Progress progress) {
    @Nullable String[] hashes = new String[pictures.size()];
    try (Progress.Task task = progress.start("hashing pictures", hashes.length, "pictures")) {
      IntStream.range(0, hashes.length)
          .parallel()
          .forEach(
              i -> {
                hashes[i] = hash(pictures.get(i), progress);
                task.advance(1);
              });
    }
    return hashes;
  }

  private static @Nullable String hash(PictureSource source, Progress progress) {
    try {
      return source.sha256();
    } catch (IOException e) {
      Warnings.tell(progress, Text.of("%s: %s", source.path(), IoReasons.of(e)));
      return null;
    }
  }

  /** The network's own, found once: its name takes in all weights. */
  private synchronized Path folder(Path under) {
    Path known = folder;
    if (known == null) {
      known = under.resolve(Sha256.of(identity().getBytes(StandardCharsets.UTF_8)));
      folder = known;
    }
    return known;
  }

  /** Everything that features depend on besides the picture; names of layers do not matter. */
  private String identity() {
    StringBuilder text = new StringBuilder(Build.current().text());
    text.append('\n').append(compute.device()).append(' ').append(compute.precision().text());
    text.append('\n').append(preprocessing.toJson());
    Shapes shapes = network.shapes(Shape.picture(preprocessing.channels(), preprocessing.sizePx()));
    Map<String, Integer> places = new HashMap<>(Map.of(Network.INPUT, 0));
    for (Network.Node node : network.nodes()) {
      List<Integer> inputs = node.inputs().stream().map(places::get).toList();
      Shape shape = shapes.of(node.name());
      if (node.layer() instanceof Layer.Flatten && shape.size() == shape.channels()) {
        places.put(node.name(), inputs.get(0)); // as at the end of a network up to "flatten"
      } else {
        places.put(node.name(), places.size());
        text.append('\n').append(node.layer()).append(inputs);
      }
    }
    text.append('\n');
    network.parameters().forEach(p -> text.append(ModelHash.ofTensor(weights.get(p.name()))));
    return text.toString();
  }

  @Override
  public void close() {
    runner.close();
  }
}
