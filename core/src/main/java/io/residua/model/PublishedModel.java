package io.residua.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.nn.Architecture;
import io.residua.nn.Head;
import io.residua.weights.CatalogueEntry;
import io.residua.weights.Coverage;
import io.residua.weights.FloatTensor;
import io.residua.weights.ImageNetClass;
import io.residua.weights.LoadedWeights;
import java.util.List;
import java.util.stream.IntStream;

/** Published weights, or a file of weights, with their own head, as a model. */
final class PublishedModel {
  private static final List<String> CIFAR10 =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private PublishedModel() {}

  /**
   * @throws ModelException if the weights are of no known network, or without a head
   */
  static ModelFile of(LoadedWeights loaded) {
    String architecture =
        loaded
            .architecture()
            .orElseThrow(
                () ->
                    new ModelException(
                        loaded.name()
                            + ": these are weights without classes and preprocessing, not a"
                            + " Residua model, and of no network that is known"));
    FloatTensor last = loaded.weights().asMap().get("fc.weight");
    if (last == null) {
      throw new ModelException(
          "%s: %s without its last layer; it can be trained on, but does not classify"
              .formatted(loaded.name(), architecture));
    }
    if (ModelFile.isExported(loaded.metadata())) {
      return exported(loaded, architecture);
    }
    int count = last.shape().isEmpty() ? 0 : last.shape().get(0);
    boolean imageNet = count == ImageNetClass.COUNT;
    List<ImageNetClass> known = imageNet ? ImageNetClass.all() : List.of();
    CatalogueEntry.Preparation preparation = loaded.preparation().orElseThrow();
    ModelSpec spec =
        new ModelSpec(
            architecture,
            new Head.GapLinear(),
            imageNet
                ? known.stream().map(ImageNetClass::name).toList()
                : names(architecture, count),
            known.stream().map(ImageNetClass::wnid).toList(),
            CataloguePreprocessing.of(preparation));
    Coverage.of(spec.network(), loaded.weights()).requireExact(loaded.name());
    ObjectNode provenance = JsonNodeFactory.instance.objectNode();
    provenance.put("weights", loaded.entry().map(CatalogueEntry::name).orElse(loaded.name()));
    provenance.put("licence", loaded.entry().map(CatalogueEntry::licence).orElse(""));
    return new ModelFile(spec, loaded.weights(), JsonNodeFactory.instance.objectNode(), provenance);
  }

  /** Weights of an ONNX file that Residua wrote, which knows classes and preprocessing. */
  private static ModelFile exported(LoadedWeights loaded, String architecture) {
    ModelSpec known = ModelFile.spec(loaded.file(), loaded.metadata());
    ModelSpec spec =
        new ModelSpec(
            architecture,
            new Head.GapLinear(),
            known.classes(),
            known.classIds(),
            known.preprocessing());
    Coverage.of(spec.network(), loaded.weights()).requireExact(loaded.name());
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return new ModelFile(
        spec,
        loaded.weights(),
        nodes.objectNode(),
        nodes.objectNode().put("weights", loaded.name()).put("licence", ""));
  }

  private static List<String> names(String architecture, int count) {
    boolean small = Architecture.named(architecture).pictureSizePx() == 32;
    return small && count == CIFAR10.size()
        ? CIFAR10
        : IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
  }
}
