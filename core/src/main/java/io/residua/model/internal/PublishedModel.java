package io.residua.model.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.Progress;
import io.residua.UsageException;
import io.residua.image.Preprocessing;
import io.residua.internal.Text;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import io.residua.weights.internal.CatalogueEntry;
import io.residua.weights.internal.Coverage;
import io.residua.weights.internal.FileHead;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.ImageNetClass;
import io.residua.weights.internal.Labels;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.ModelConfig;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Published weights, or a file of weights, with their own head, as a model. */
public final class PublishedModel {
  private static final List<String> CIFAR10 =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  /** Lists of ImageNet's classes differ in some of their names. */
  private static final double MOSTLY = 0.8;

  private PublishedModel() {}

  /**
   * @throws ModelException if the weights are of no known network, without a head, or not of a
   *     classifier that gives a picture one class
   */
  public static ModelFile of(LoadedWeights loaded, Progress progress) {
    String architecture =
        loaded
            .architecture()
            .orElseThrow(
                () ->
                    new ModelException(
                        loaded.name()
                            + ": these are weights without classes and preprocessing, not a"
                            + " Residua model, and of no network that is known"
                            + (loaded.head().problem().isEmpty()
                                ? ""
                                : ": " + loaded.head().problem())));
    Head head = head(loaded, architecture);
    FloatTensor last = loaded.weights().get(head.lastLayer() + ".weight");
    if (ModelFile.isExported(loaded.metadata())) {
      return exported(loaded, architecture);
    }
    boolean yesOrNo = YesOrNo.isOne(head, loaded.weights());
    requireOneAnswer(loaded, yesOrNo);
    WeightMap own = yesOrNo ? YesOrNo.twoClasses(head, loaded.weights()) : loaded.weights();
    int count = yesOrNo ? 2 : last.shape().get(0);
    Preprocessing preprocessing = loaded.preprocessing().orElseThrow();
    ModelSpec spec =
        spec(
            loaded,
            () -> {
              Labels labels = labels(loaded, architecture, count, last.shape().get(0));
              return new ModelSpec(architecture, head, labels.names(), labels.ids(), preprocessing);
            });
    WeightMap weights = own.withZeroBiases(spec.network());
    Coverage.of(spec.network(), weights).requireExact(loaded.name());
    if (yesOrNo) {
      progress.line(
          Text.of(
              "%s: one output, read as yes or no: its sigmoid is the probability of '%s', else"
                  + " '%s'",
              loaded.name(), spec.classes().get(1), spec.classes().get(0)));
    }
    Provenance published =
        Provenance.unknown()
            .with(Fact.WEIGHTS, loaded.entry().map(CatalogueEntry::name).orElse(loaded.name()))
            .with(Fact.LICENCE, loaded.entry().map(CatalogueEntry::licence).orElse(""));
    Provenance provenance =
        yesOrNo
            ? published.with(
                Fact.OUTPUTS, "one, whose sigmoid is the probability of the second class")
            : published;
    return new ModelFile(spec, weights, JsonNodeFactory.instance.objectNode(), provenance.json());
  }

  /** What a file says of its classes and pictures, where a network can have them. */
  private static ModelSpec spec(LoadedWeights loaded, Supplier<ModelSpec> said) {
    try {
      ModelSpec spec = said.get();
      spec.network();
      return spec;
    } catch (UsageException | IllegalArgumentException e) {
      throw new ModelException(loaded.name() + ": " + e.getMessage(), e);
    }
  }

  private static Head head(LoadedWeights loaded, String architecture) {
    FileHead own = loaded.head();
    return own.head()
        .orElseThrow(
            () ->
                new ModelException(
                    own.problem().isEmpty()
                        ? Text.of(
                            "%s: %s without its last layer; it can be trained on, but does not"
                                + " classify",
                            loaded.name(), architecture)
                        : Text.of(
                            "%s: it can be trained on (%s), but does not classify: %s",
                            loaded.name(), architecture, own.problem())));
  }

  /** Refuses a network whose outputs, as its file says, do not choose one of several classes. */
  private static void requireOneAnswer(LoadedWeights loaded, boolean yesOrNo) {
    String otherTask = loaded.config().map(ModelConfig::otherTask).orElse("");
    String activation = loaded.activation().orElse("");
    if (!otherTask.isEmpty()) {
      throw new ModelException(loaded.name() + ": " + otherTask);
    }
    if (yesOrNo && activation.equals("softmax")) {
      throw new ModelException(
          loaded.name()
              + ": it has one output with softmax, which is 1 for every picture; a network that"
              + " says yes or no is trained with sigmoid, or with two outputs");
    } else if (!yesOrNo && activation.equals("sigmoid")) {
      throw new ModelException(
          loaded.name()
              + ": its outputs are answers of their own (sigmoid), of which several may hold for a"
              + " picture; Residua reads networks that choose one class");
    }
  }

  /** Weights of an ONNX file that Residua wrote, which knows classes and preprocessing. */
  private static ModelFile exported(LoadedWeights loaded, String architecture) {
    ModelSpec known = ModelFile.spec(loaded.file(), loaded.metadata());
    ModelSpec spec =
        spec(
            loaded,
            () ->
                new ModelSpec(
                    architecture,
                    Head.gapLinear(),
                    known.classes(),
                    known.classIds(),
                    known.preprocessing()));
    Coverage.of(spec.network(), loaded.weights()).requireExact(loaded.name());
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return new ModelFile(
        spec,
        loaded.weights(),
        nodes.objectNode(),
        nodes.objectNode().put("weights", loaded.name()).put("licence", ""));
  }

  /** The classes: those that a configuration names, else the usual ones of so many. */
  private static Labels labels(LoadedWeights loaded, String architecture, int count, int outputs) {
    Labels own = loaded.labels();
    boolean imageNet = count == ImageNetClass.COUNT;
    List<ImageNetClass> known = imageNet ? ImageNetClass.all() : List.of();
    List<String> wnids = known.stream().map(ImageNetClass::wnid).toList();
    if (own.names().isEmpty() || own.names().size() == 1 && outputs == 1) {
      return imageNet
          ? new Labels(known.stream().map(ImageNetClass::name).toList(), wnids)
          : new Labels(names(architecture, count), List.of());
    } else if (own.names().size() != count) {
      throw new IllegalArgumentException(
          Text.of(
              "its config.json names %,d classes, its last layer has %,d outputs",
              own.names().size(), outputs));
    }
    return own.ids().isEmpty() && imageNet && areImageNets(own.names(), known)
        ? new Labels(own.names(), wnids)
        : own;
  }

  /** Whether the names are those of ImageNet's classes, perhaps with synonyms after them. */
  private static boolean areImageNets(List<String> names, List<ImageNetClass> known) {
    long same =
        IntStream.range(0, names.size())
            .filter(i -> bare(names.get(i)).equals(bare(known.get(i).name())))
            .count();
    return same > names.size() * MOSTLY;
  }

  /** The first of several names, without what tells it from another class of the name. */
  private static String bare(String name) {
    return name.split(",", 2)[0].replaceAll(" \\(.*\\)$", "").strip().toLowerCase(Locale.ROOT);
  }

  private static List<String> names(String architecture, int count) {
    boolean small = Architecture.named(architecture).pictureSizePx() == 32;
    return small && count == CIFAR10.size()
        ? CIFAR10
        : IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
  }
}
