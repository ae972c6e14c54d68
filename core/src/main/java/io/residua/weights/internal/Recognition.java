package io.residua.weights.internal;

import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Preset;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.ResNetSpec;
import io.residua.weights.internal.KnownNetworks.Known;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A weight file under the names and in the layout of a network, which are torchvision's.
 *
 * @param architecture the known network whose backbone the file covers exactly
 * @param naming whose names the file uses
 * @param usual how pictures are usually prepared for such weights; the file does not say
 * @param own how the model itself, as its file tells, wants pictures; empty where it does not say
 * @param config what a {@code config.json} beside the file says of it, if there is one
 * @param prefix what stands in the file before all the network's names, such as {@code
 *     module.encoder_q.}; empty for nothing
 * @param notes for people, a line each: what else the file has and is left out, and what was
 *     assumed
 */
public record Recognition(
    String architecture,
    Naming naming,
    Preprocessing usual,
    Optional<Preprocessing> own,
    Optional<ModelConfig> config,
    String prefix,
    List<String> notes) {

  /** Whose names a file uses. */
  public enum Naming {
    /** torchvision's, timm's, Hugging Face's and those of PyTorch's CIFAR nets. */
    TORCH,
    /** Keras', first ResNet-50 or {@code keras.applications}. */
    KERAS,
    /** Keras layers that are only numbered, in the network's order. */
    KERAS_NUMBERED
  }

  public Recognition {
    notes = List.copyOf(notes);
  }

  /**
   * Recognises a file; empty where it covers no known network's backbone exactly, or several, or a
   * {@link ModelConfig} that belongs to it says that it is of another network. Its head may be any,
   * and so may be what lies beside the network.
   *
   * @throws WeightsException if such a configuration cannot be read
   */
  public static Optional<Recognition> of(WeightFile file) {
    return of(file, Optional.empty());
  }

  /**
   * Recognises the network that a file of PyTorch's names has under a prefix.
   *
   * @param prefix with or without its last dot; empty for the only network, or the only moving
   *     average among several
   * @throws WeightsException if a configuration that belongs to the file cannot be read
   */
  public static Optional<Recognition> of(WeightFile file, Optional<String> prefix) {
    Optional<ModelConfig> config = ModelConfig.of(file.path());
    return byTensors(file, prefix)
        .filter(
            r ->
                config.isEmpty() || config.get().architecture().equals(Optional.of(r.architecture)))
        .map(
            r ->
                new Recognition(
                    r.architecture,
                    r.naming,
                    r.usual,
                    r.own,
                    config,
                    r.prefix,
                    r.notes(file, config)));
  }

  private List<String> notes(WeightFile file, Optional<ModelConfig> config) {
    int channels = usual.channels();
    boolean told =
        own.isPresent()
            || file.metadata().containsKey("preprocessing")
            || config
                .flatMap(ModelConfig::preprocessing)
                .filter(p -> p.channels() == channels)
                .isPresent();
    String note = told ? "" : InputChannels.note(channels);
    return Stream.concat(notes.stream(), Stream.of(note).filter(line -> !line.isEmpty())).toList();
  }

  /**
   * Why a prefix, or the lack of one, keeps a file from being recognised, one line; or empty.
   *
   * @param prefix as of {@link #of(WeightFile, Optional)}
   */
  public static Optional<String> prefixProblem(WeightFile file, Optional<String> prefix) {
    if (naming(file) != Naming.TORCH) {
      return prefix.map(
          given -> "prefixes are for files with PyTorch's names; leave the prefix out");
    }
    return Optional.of(TorchChoice.of(file, prefix).problem()).filter(text -> !text.isEmpty());
  }

  /**
   * Why a file with a known network is not recognised: a configuration beside it says otherwise, or
   * it has several networks, or none under the prefix; one line, or empty.
   *
   * @param prefix as of {@link #of(WeightFile, Optional)}
   */
  public static Optional<String> conflict(WeightFile file, Optional<String> prefix) {
    Optional<String> problem = prefixProblem(file, prefix);
    if (problem.isPresent()) {
      return problem;
    }
    return ModelConfig.of(file.path())
        .flatMap(
            config ->
                byTensors(file, prefix)
                    .filter(r -> !config.architecture().equals(Optional.of(r.architecture)))
                    .map(
                        r ->
                            Text.of(
                                "%s says that it is a %s%s; its tensors' names and shapes alone are"
                                    + " those of %s (where %s is of something else, move it away)",
                                config.file().getFileName(),
                                config.network(),
                                config.architecture().isPresent()
                                    ? ""
                                    : ", which Residua does not have",
                                r.architecture,
                                config.file())));
  }

  private static Optional<Recognition> byTensors(WeightFile file, Optional<String> prefix) {
    return byTensors(file, prefix, difference -> {});
  }

  /**
   * Why a file is of no known network, where that can be told.
   *
   * @param prefix as of {@link #of(WeightFile, Optional)}
   */
  public static Optional<String> whyUnknown(WeightFile file, Optional<String> prefix) {
    List<String> differences = new ArrayList<>();
    if (byTensors(file, prefix, differences::add).isPresent()) {
      return conflict(file, prefix);
    }
    return conflict(file, prefix)
        .or(() -> differences.stream().findFirst())
        .or(() -> KerasFile.whyUnknown(file))
        .or(() -> ShardedFile.whyUnknown(file))
        .or(() -> OnnxFile.whyUnknown(file));
  }

  /**
   * @param channels of the pictures; others than colours are given as Keras' {@code load_img} gives
   *     them, 0 to 255, where the model does nothing to them
   */
  private static Recognition of(WeightFile file, Architecture spec, Naming naming, int channels) {
    Preprocessing usual = InputChannels.usual(usual(spec, naming), channels);
    boolean colours = usual.channels() == 3;
    Preprocessing given =
        colours ? usual : InputChannels.as(usual.withPixelsOf(Preset.NONE.preprocessing()), usual);
    Optional<KerasPixels.Found> found =
        KerasFile.model(file).map(model -> KerasFile.pixels(file, model, given));
    boolean said = colours || found.isPresent() && found.get().own();
    return new Recognition(
        spec.name(),
        naming,
        usual,
        found
            .map(KerasPixels.Found::preprocessing)
            .or(() -> colours ? Optional.empty() : Optional.of(given)),
        Optional.empty(),
        "",
        said
            ? List.of()
            : List.of(
                Text.of(
                    "its first layer takes %s and the model does nothing to them before: they are"
                        + " given as Keras' load_img gives them, 0 to 255, %s",
                    Text.count(channels, "channel"),
                    channels == 1 ? "grey" : "with their opacity")));
  }

  /**
   * @param differences gets in what a network differs that the file covers
   */
  private static Optional<Recognition> byTensors(
      WeightFile file, Optional<String> prefix, Consumer<String> differences) {
    Naming naming = naming(file);
    if (naming == Naming.TORCH) {
      TorchChoice choice = TorchChoice.of(file, prefix);
      return choice.fit().map(fit -> of(fit, file, choice.note()));
    } else if (prefix.isPresent()) {
      return Optional.empty();
    }
    Map<String, List<Integer>> shapes =
        naming == Naming.KERAS_NUMBERED
            ? Map.of()
            : shapes(file, naming, KnownNetworks.all().get(0).spec());
    List<Known> likely =
        naming == Naming.KERAS_NUMBERED ? KnownNetworks.all() : KnownNetworks.like(shapes);
    for (Known known : likely) {
      Architecture spec = known.spec();
      boolean other =
          naming == Naming.KERAS_NUMBERED
              && KerasNames.convolutions(KerasFile.backbone(file)) != known.convolutions();
      if (other) {
        continue;
      }
      Map<String, List<Integer>> found =
          naming == Naming.KERAS_NUMBERED ? shapes(file, naming, spec) : shapes;
      int channels = InputChannels.of(found.getOrDefault(InputChannels.FIRST, List.of()));
      Map<String, List<Integer>> ofColours = new LinkedHashMap<>(found);
      InputChannels.asColours(ofColours);
      if (covers(file, known.backbone(), ofColours) && !isOtherEpsilon(file, naming, spec.name())) {
        String difference = KerasFile.difference(file, known.backbone(), names(file, naming, spec));
        if (difference.isEmpty()) {
          return Optional.of(of(file, spec, naming, channels));
        }
        differences.accept(Text.of("its tensors are those of %s, but %s", spec.name(), difference));
      }
    }
    return Optional.empty();
  }

  private static Recognition of(TorchFit fit, WeightFile file, String why) {
    TorchHead head = TorchHead.of(file, fit);
    List<String> leftOut = fit.leftOut(file.names(), Set.copyOf(head.parameters().values()));
    String spec = fit.architecture().name();
    String under =
        fit.prefix().isEmpty() ? spec : Text.of("%s under %s", spec, OneLine.quoted(fit.prefix()));
    String besides =
        leftOut.isEmpty() ? "" : Text.of("%s; left out: %s", under, String.join(", ", leftOut));
    String problem = head.head().problem();
    String without = problem.isEmpty() ? "" : Text.of("%s without its head: %s", spec, problem);
    Preprocessing colours = usual(fit.architecture(), Naming.TORCH);
    Preprocessing usual = InputChannels.usual(colours, fit.pictureChannels(file));
    return new Recognition(
        spec,
        Naming.TORCH,
        usual,
        OnnxFile.pixels(file).preprocessing().map(usual::withPixelsOf),
        Optional.empty(),
        fit.prefix(),
        Stream.of(why, besides, without, head.note()).filter(line -> !line.isEmpty()).toList());
  }

  /**
   * How pictures are prepared: as the configuration says, but for pixels where an ONNX graph has
   * means and deviations of its own; else as the model does it itself, else as is usual.
   */
  public Preprocessing preprocessing() {
    Preprocessing found =
        config
            .flatMap(ModelConfig::preprocessing)
            .map(p -> naming == Naming.TORCH ? own.map(p::withPixelsOf).orElse(p) : p)
            .or(() -> own)
            .orElse(usual);
    return InputChannels.as(found, usual);
  }

  /** Whether the model itself does to pixels what is not usual for its network. */
  public boolean ownPixels() {
    return own.isPresent() && !usual.withPixelsOf(own.get()).equals(usual);
  }

  private static Naming naming(WeightFile file) {
    if (file.format() != WeightFile.Format.KERAS
        && file.format() != WeightFile.Format.TENSORFLOW_JS) {
      return Naming.TORCH;
    }
    return KerasNames.numbered(KerasFile.backbone(file)) ? Naming.KERAS_NUMBERED : Naming.KERAS;
  }

  private static boolean covers(
      WeightFile file, Network backbone, Map<String, List<Integer>> shapes) {
    if (!shapes.containsKey("conv1.weight")) {
      return false;
    }
    Coverage coverage = Coverage.of(backbone, shapes);
    return coverage.missing().isEmpty()
        && coverage.misShaped().isEmpty()
        && (coverage.unexpected().stream().allMatch(Head::holds)
            || KerasFile.mayBeHead(
                file, coverage.unexpected().stream().filter(n -> !Head.holds(n)).toList()));
  }

  /**
   * Keras' two ResNet-50 differ in nothing but an epsilon: the first had 1e-3 and other names, that
   * of {@code keras.applications} has 1.001e-5.
   */
  private static boolean isOtherEpsilon(WeightFile file, Naming naming, String architecture) {
    boolean first = naming == Naming.KERAS && file.names().contains("res2a_branch2a/kernel");
    return naming != Naming.TORCH && architecture.equals("resnet50-v1") && !first;
  }

  private static Preprocessing usual(Architecture spec, Naming naming) {
    int sizePx = spec.pictureSizePx();
    boolean tiny = spec.name().equals("resnet8-cifar");
    boolean caffe = naming != Naming.TORCH || spec instanceof ResNetSpec r && r.style().convBias();
    Preset preset = tiny ? Preset.NONE : caffe ? Preset.KERAS_CAFFE : Preset.TORCHVISION;
    Preprocessing usual = preset.preprocessing();
    return sizePx == usual.sizePx() ? usual : usual.withGeometry(Resize.SQUASH, sizePx, sizePx);
  }

  /** Their name for each of the file's. */
  private static Map<String, String> names(WeightFile file, Naming naming, Architecture spec) {
    Map<String, String> renamed = new LinkedHashMap<>();
    if (naming == Naming.KERAS_NUMBERED) {
      Collection<String> theirs = KerasFile.backbone(file);
      Map<String, String> byOrder = KerasNames.byOrder(theirs, spec.network(1));
      theirs.forEach(n -> renamed.put(n, byOrder.getOrDefault(n, n)));
    } else if (naming == Naming.KERAS) {
      KerasFile.backbone(file).forEach(n -> renamed.put(n, KerasNames.name(n)));
    } else {
      return TorchNames.all(file.names(), TorchNames.likeliestPrefix(file));
    }
    Map<String, Integer> uses = new HashMap<>();
    renamed.values().forEach(n -> uses.merge(n, 1, Integer::sum));
    renamed.replaceAll((theirs, ours) -> uses.getOrDefault(ours, 1) > 1 ? theirs : ours);
    return renamed;
  }

  private static Map<String, List<Integer>> shapes(
      WeightFile file, Naming naming, Architecture spec) {
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    names(file, naming, spec)
        .forEach(
            (theirs, ours) ->
                shapes.put(
                    ours,
                    naming == Naming.TORCH
                        ? file.shape(theirs)
                        : KerasLayout.shape(file.shape(theirs))));
    return shapes;
  }

  /** The file's tensors under this network's names and in its layout. */
  public WeightMap weights(WeightFile file) {
    Architecture spec = spec();
    if (naming != Naming.TORCH) {
      return weights(file, spec, naming, preprocessing().sizePx());
    }
    TorchFit fit = TorchFit.of(spec, prefix, file);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    fit.backbone().forEach((ours, theirs) -> tensors.put(ours, file.floats(theirs)));
    TorchHead.of(file, fit)
        .parameters()
        .forEach((ours, theirs) -> tensors.put(ours, file.floats(theirs)));
    return new WeightMap(tensors);
  }

  /**
   * The head that the file has on this network's backbone.
   *
   * @param weights as {@link #weights} gives them
   */
  public FileHead head(WeightFile file, WeightMap weights) {
    if (naming == Naming.TORCH) {
      TorchFit fit = TorchFit.of(spec(), prefix, file);
      return Stream.of(
              OnnxFile.pixels(file).problem(), InputChannels.problem(fit.pictureChannels(file)))
          .filter(problem -> !problem.isEmpty())
          .findFirst()
          .map(FileHead::notComputed)
          .orElseGet(() -> TorchHead.of(file, fit).head());
    }
    Optional<KerasModel> model = KerasFile.model(file);
    String other =
        InputChannels.problem(InputChannels.of(weights.get(InputChannels.FIRST).shape()));
    if (!other.isEmpty()) {
      return FileHead.notComputed(other);
    } else if (model.isPresent()) {
      String problem = ownPixelsProblem(file);
      if (!problem.isEmpty()) {
        return FileHead.notComputed(problem);
      }
      Head head = model.get().head().head();
      return weights.names().contains(head.lastLayer() + ".weight")
          ? FileHead.of(head)
          : KerasFile.head(file, model.get(), spec(), preprocessing().sizePx()).head();
    } else if (weights.names().stream().anyMatch(n -> n.contains("/"))) {
      return FileHead.notComputed(
          "of several layers of its head the file has weights alone, which do not tell what is"
              + " between them; save the whole model (model.save in Keras)");
    }
    return FileHead.published(weights);
  }

  /** Why pictures cannot be prepared as the model itself does, or empty. */
  public String ownPixelsProblem(WeightFile file) {
    return KerasFile.model(file)
        .map(model -> KerasFile.pixels(file, model, usual).problem())
        .orElseGet(() -> OnnxFile.pixels(file).problem());
  }

  private Architecture spec() {
    return Architecture.named(architecture);
  }

  /**
   * A file's tensors as weights of the given network as far as their names tell, for a {@link
   * Coverage} that says what fits.
   */
  public static WeightMap weights(WeightFile file, Architecture spec) {
    return weights(file, spec, naming(file), spec.pictureSizePx());
  }

  private static WeightMap weights(WeightFile file, Architecture spec, Naming naming, int sizePx) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    Map<String, String> names = names(file, naming, spec);
    Set<String> parameters =
        spec.network(1).parameters().stream().map(Parameter::name).collect(Collectors.toSet());
    names.forEach(
        (theirs, ours) -> {
          boolean needed = file.dtype(theirs).isComputed() || parameters.contains(ours);
          if (needed && !ours.endsWith("num_batches_tracked")) {
            FloatTensor tensor = file.floats(theirs);
            tensors.put(ours, naming == Naming.TORCH ? tensor : KerasLayout.of(tensor));
          }
        });
    if (naming == Naming.TORCH) {
      return new WeightMap(tensors);
    }
    KerasFile.model(file)
        .ifPresent(model -> tensors.putAll(KerasFile.head(file, model, spec, sizePx).weights()));
    return new WeightMap(KerasFile.withOwnEpsilons(file, spec.backbone(), names, tensors));
  }
}
