package io.residua.export;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.Shared;
import io.residua.classic.ClassicRecipe;
import io.residua.data.PictureSource;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.internal.PictureList;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.features.ClassicTrainer;
import io.residua.features.FeatureExtractor;
import io.residua.image.Preprocessing;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.testkit.Scenes;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Models to export, and pictures for them. */
public final class TestModels {
  static final List<String> CLASSES = List.of("naïve", "b", "c");

  private TestModels() {}

  /** A network of random weights with batch-norm statistics that are not trivial. */
  public static ModelFile random(String architecture, Head head, Preprocessing preprocessing) {
    ModelSpec spec = new ModelSpec(architecture, head, CLASSES, List.of(), preprocessing);
    ObjectNode provenance = JsonNodeFactory.instance.objectNode().put("seed", 1);
    return new ModelFile(
        spec, shaken(spec.network()), JsonNodeFactory.instance.objectNode(), provenance);
  }

  public static Preprocessing preprocessing(String preset, int sizePx) {
    return Preprocessing.preset(preset).withSize(sizePx).withResize(Preprocessing.Resize.SQUASH);
  }

  private static WeightMap shaken(Network network) {
    WeightMap weights = new Initialisation(1, Initialisation.LinearRule.TORCH).weights(network);
    Random random = new Random(5);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(weights.asMap());
    for (Parameter parameter : network.parameters()) {
      float[] values = tensors.get(parameter.name()).toArray();
      boolean last = parameter.layer().startsWith("fc");
      if (parameter.shape().size() == 1 && !last) {
        for (int i = 0; i < values.length; i++) {
          float noise = 0.2f * random.nextFloat();
          values[i] =
              switch (parameter.kind()) {
                case SCALE -> 0.4f + noise;
                case RUNNING_VARIANCE -> 0.8f + noise;
                default -> noise - 0.1f;
              };
        }
        tensors.put(parameter.name(), new FloatTensor(parameter.shape(), FloatBuffer.wrap(values)));
      }
    }
    return new WeightMap(tensors);
  }

  /** A file of weights with its own head. */
  static ModelFile published(String nameOrFile) {
    return ModelFile.open(
        nameOrFile, WeightSource.ofEnvironment().withOffline(true), Progress.NONE);
  }

  static ModelFile cifar(String name) {
    return published(Shared.path("data/weights/akamaster_cifar10", name).toString());
  }

  /** Some pictures of a set of the reference data, spread over it. */
  public static List<PictureSource> pictures(String set, int count) {
    List<PictureSource> all =
        PictureList.of(List.of(Shared.path(set))).pictures().stream()
            .<PictureSource>map(PictureFile::new)
            .toList();
    return IntStream.range(0, count).mapToObj(i -> all.get(i * all.size() / count)).toList();
  }

  /**
   * A classic classifier on a small network's features of drawn pictures.
   *
   * @param folder is made, and everything in it
   */
  public static ModelFile classic(Path folder, String classifier) {
    Path network = folder.resolve("network.safetensors");
    Path pictures = folder.resolve("pictures");
    Scenes.set(pictures, 8, 1);
    random("resnet18", Head.gapLinear(), preprocessing("torchvision", 32)).write(network);
    return classic(pictures, network, classifier, "rbf", folder.resolve("run"));
  }

  /** A classic classifier on the features of a network, fitted to pictures. */
  public static ModelFile classic(
      Path pictures, Path network, String classifier, String kernel, Path run) {
    ClassicRecipe recipe =
        ClassicRecipe.defaults()
            .with("weights", network.toString())
            .with("classifier", classifier)
            .with("kernel", kernel)
            .with("folds", "2")
            .with("c", "1")
            .with("k", "3");
    Compute fp32 = Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), 2);
    FeatureExtractor extractor =
        FeatureExtractor.create()
            .on(fp32)
            .with(WeightSource.ofEnvironment().withOffline(true))
            .keepingIn(Optional.empty());
    return ModelFile.read(ClassicTrainer.using(extractor).fit(pictures, recipe, run).model());
  }
}
