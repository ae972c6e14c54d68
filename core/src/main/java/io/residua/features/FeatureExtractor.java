package io.residua.features;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.engine.Compute;
import io.residua.features.internal.Means;
import io.residua.features.internal.NetworkFeatures;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.internal.FeatureNetwork;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.FloatTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
  private final Means means;

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
      requireNonNull(weights, "weights");
      requireNonNull(layer, "layer");
      return new Request(weights, layer, Optional.empty(), Optional.empty());
    }
  }

  private FeatureExtractor(Means means) {
    this.means = means;
  }

  /** A silent extractor on all processors, with the user's caches of weights and features. */
  public static FeatureExtractor create() {
    return new FeatureExtractor(Means.usual());
  }

  /** This extractor, but computing as given. */
  public FeatureExtractor on(Compute other) {
    requireNonNull(other, "other");
    return new FeatureExtractor(means.on(other));
  }

  /** This extractor, but reporting to the given progress. */
  public FeatureExtractor reportingTo(Progress other) {
    requireNonNull(other, "other");
    return new FeatureExtractor(means.reportingTo(other));
  }

  /** This extractor, but with other sources of weights, and features kept beside them. */
  public FeatureExtractor with(WeightSource other) {
    requireNonNull(other, "other");
    return new FeatureExtractor(means.with(other));
  }

  /** This extractor, but taking the network under a prefix of a weight file that has several. */
  FeatureExtractor withPrefix(String prefix) {
    return new FeatureExtractor(
        means.with(means.weights().withPrefix(prefix)).keepingIn(means.features()));
  }

  /** This extractor, but keeping features in another folder; empty to keep none. */
  public FeatureExtractor keepingIn(Optional<Path> folder) {
    requireNonNull(folder, "folder");
    return new FeatureExtractor(means.keepingIn(folder));
  }

  Compute compute() {
    return means.compute();
  }

  Progress progress() {
    return means.progress();
  }

  /** Opens the model that computes features. */
  ModelFile model(String nameOrFile) {
    return ModelFile.open(nameOrFile, means.weights(), means.progress());
  }

  /**
   * The features of every picture of every part. One that can't be read is reported and left out.
   *
   * @throws io.residua.ResiduaException with one line, if there are no such weights, no picture can
   *     be read, or the features exceed 2 GB
   * @throws UsageException with one line, if the network has no such layer
   */
  public Features extract(OpenedData data, Request request) {
    requireNonNull(data, "data");
    requireNonNull(request, "request");
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
    List<PictureSource> pictures = samples.stream().map(Sample::source).toList();
    @Nullable String[] hashes = NetworkFeatures.hashes(pictures, means.progress());
    float @Nullable [][] rows = new float[samples.size()][];
    try (NetworkFeatures features =
        new NetworkFeatures(
            network.network(),
            model.weights(),
            network.preprocessing(),
            means.compute(),
            means.features())) {
      features.forEach(
          pictures,
          hashes,
          (i, output, offset) -> rows[i] = Arrays.copyOfRange(output, offset, offset + width),
          Text.of(
              "features: %s of %s, %s; %s",
              network.layer().name(),
              network.weights(),
              Text.count(width, "value"),
              network.preprocessing().describe()),
          "features",
          means.progress());
    }

    FloatBuffer values = FloatBuffer.allocate(samples.size() * width);
    List<Features.Row> about = new ArrayList<>();
    for (int i = 0; i < hashes.length; i++) {
      String hash = hashes[i];
      float[] row = rows[i];
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
        provenance(data, samples.size() - about.size()).json());
  }

  private Provenance provenance(OpenedData data, int unreadable) {
    return Provenance.unknown()
        .data(data.root())
        .with(Fact.UNREADABLE, unreadable)
        .with(Fact.COMPUTE, means.compute().describe())
        .platform()
        .signed("");
  }
}
