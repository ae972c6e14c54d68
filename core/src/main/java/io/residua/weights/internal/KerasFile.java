package io.residua.weights.internal;

import io.residua.UsageException;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A Keras file read by the model's configuration, where it has one. */
final class KerasFile {
  /** Dense layers that a head of weights alone may have; more are of the backbone. */
  private static final int MOST_DENSE = 8;

  private static final Set<String> OF_A_RESNET =
      Set.of("Add", "BatchNormalization", "Conv2D", "MaxPooling2D", "ZeroPadding2D");

  private KerasFile() {}

  /** What the configuration tells; empty without one that is understood. */
  static Optional<KerasModel> model(WeightFile file) {
    return file instanceof TensorFile tensors ? tensors.keras() : Optional.empty();
  }

  /** Names of the tensors that are of the backbone; all where no configuration tells it. */
  static Collection<String> backbone(WeightFile file) {
    return model(file)
        .<Collection<String>>map(
            model ->
                file.names().stream().filter(n -> model.backbone().containsKey(layer(n))).toList())
        .orElse(file.names());
  }

  private static String layer(String tensor) {
    return tensor.substring(0, Math.max(0, tensor.lastIndexOf('/')));
  }

  /** Whether tensors that no backbone has may be those of a head, of a file of weights alone. */
  static boolean mayBeHead(WeightFile file, Collection<String> unexpected) {
    boolean keras =
        file.format() == WeightFile.Format.KERAS
            || file.format() == WeightFile.Format.TENSORFLOW_JS;
    long dense = unexpected.stream().filter(n -> n.endsWith("/kernel")).count();
    return keras
        && model(file).isEmpty()
        && dense <= MOST_DENSE
        && unexpected.stream()
            .allMatch(
                n -> file.names().contains(n) && n.contains("/") && file.shape(n).size() <= 2);
  }

  /**
   * In what the configuration's backbone is not the network, though its tensors fit; empty where
   * nothing is.
   *
   * @param names our name for each of the file's tensors
   */
  static String difference(WeightFile file, Network network, Map<String, String> names) {
    Optional<KerasModel> model = model(file);
    if (model.isEmpty()) {
      return "";
    }
    Map<String, Conv> convolutions = new LinkedHashMap<>();
    for (Node node : network.nodes()) {
      if (node.layer() instanceof Conv conv) {
        convolutions.put(node.name() + ".weight", conv);
      }
    }
    for (KerasLayer layer : model.get().backbone().values()) {
      boolean known = OF_A_RESNET.contains(layer.kind()) || layer.isRelu() || layer.isIdentity();
      if (!known) {
        return Text.of("its layer %s is within the backbone", layer.said());
      }
      Conv conv = convolutions.get(names.getOrDefault(layer.name() + "/kernel", ""));
      if (conv != null && !KerasPadding.same(layer, conv)) {
        return Text.of("its layer %s has other strides or borders", layer.said());
      }
    }
    return "";
  }

  /** Why a file with a configuration is of no network here; empty where it does not tell. */
  static Optional<String> whyUnknown(WeightFile file) {
    boolean v2 = file.names().stream().anyMatch(n -> layer(n).endsWith("_preact_bn"));
    if (v2) {
      return Optional.of(
          "it is a ResNet V2, with batch norm before its convolutions, which Residua does not have;"
              + " ResNet50, ResNet101 and ResNet152 of keras.applications are read");
    }
    return model(file)
        .filter(model -> !model.models().isEmpty())
        .map(
            model ->
                Text.of(
                    "it is built on %s, of no network that Residua has",
                    OneLine.quoted(model.models().get(model.models().size() - 1))));
  }

  /** The backbone's variances, changed so that the network's epsilon does what the file's does. */
  static Map<String, FloatTensor> withOwnEpsilons(
      WeightFile file, Network network, Map<String, String> names, Map<String, FloatTensor> ours) {
    Optional<KerasModel> model = model(file);
    Map<String, FloatTensor> changed = new LinkedHashMap<>(ours);
    Map<String, Double> epsilons = new LinkedHashMap<>();
    network
        .batchNorms()
        .forEach((layer, norm) -> epsilons.put(layer + ".running_var", norm.epsilon()));
    names.forEach(
        (theirs, name) -> {
          KerasLayer layer = model.map(m -> m.backbone().get(layer(theirs))).orElse(null);
          Double epsilon = epsilons.get(name);
          FloatTensor variance = ours.get(name);
          if (layer != null && epsilon != null && variance != null) {
            double more = layer.config().path("epsilon").asDouble(epsilon) - epsilon;
            if (Math.abs(more) > epsilon * 1e-6) {
              changed.put(name, plus(variance, more));
            }
          }
        });
    return changed;
  }

  private static FloatTensor plus(FloatTensor tensor, double summand) {
    float[] values = tensor.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] + summand);
    }
    return new FloatTensor(tensor.shape(), FloatBuffer.wrap(values));
  }

  /** A head that comes with its weights. */
  record Found(FileHead head, Map<String, FloatTensor> weights) {}

  /**
   * The head that the configuration has on a backbone.
   *
   * @param sizePx side of the pictures
   */
  static Found head(WeightFile file, KerasModel model, Architecture spec, int sizePx) {
    KerasHead own = model.head();
    if (!own.problem().isEmpty() || own.parts().isEmpty()) {
      boolean none = own.problem().isEmpty();
      return new Found(none ? FileHead.NONE : FileHead.notComputed(own.problem()), Map.of());
    }
    try {
      if (own.window() > 0) {
        int side = spec.backbone(Shape.rgb(sizePx)).outputShape(Shape.rgb(sizePx)).height();
        if (side != own.window()) {
          return new Found(
              FileHead.notComputed(
                  Text.of(
                      "it averages windows of %d positions a side of a map of %d",
                      own.window(), side)),
              Map.of());
        }
      }
      Head head = own.head();
      return new Found(FileHead.of(head), KerasHeadWeights.of(file, own, spec.featureChannels()));
    } catch (BadWeights | UsageException | IllegalArgumentException e) {
      return new Found(FileHead.notComputed(String.valueOf(e.getMessage())), Map.of());
    }
  }

  /** How pictures are prepared, by the model's own layers where it has some for that. */
  static KerasPixels.Found pixels(WeightFile file, KerasModel model, Preprocessing usual) {
    boolean published = outputs(model) == ImageNetClass.COUNT;
    // What Keras has to load folders of pictures squashes them.
    Preprocessing geometry = published ? usual : usual.withResize(Resize.SQUASH);
    return KerasPixels.of(model.pixels(), file, geometry);
  }

  private static int outputs(KerasModel model) {
    List<KerasHead.Part> parts = model.head().parts();
    return !parts.isEmpty() && parts.get(parts.size() - 1).step() instanceof Head.Step.Dense dense
        ? dense.units()
        : 0;
  }
}
