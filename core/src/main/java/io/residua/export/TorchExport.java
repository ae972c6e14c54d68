package io.residua.export;

import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.ResNetSpec;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.WeightMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a model as a state dictionary of PyTorch in a safetensors file: names and layouts of
 * torchvision, batch norm's counters included, so that {@code
 * torchvision.models.resnet50(num_classes=6).load_state_dict(safetensors.torch.load_file(FILE))}
 * takes it. The file's metadata are those of a model file, so it is one, too.
 */
public final class TorchExport {
  private static final String COUNTER = "num_batches_tracked";

  /** A head's layer in Python. */
  private static final Visitor<String> MODULE =
      new Visitor<>(
          (Conv c) -> noModule(c),
          (BatchNorm b) -> Text.of("torch.nn.BatchNorm1d(%d, eps=%s)", b.channels(), b.epsilon()),
          (Linear l) -> Text.of("torch.nn.Linear(%d, %d)", l.inFeatures(), l.outFeatures()),
          (Relu r) -> "torch.nn.ReLU()",
          (MaxPool p) -> noModule(p),
          (AvgPool p) -> noModule(p),
          (GlobalAvgPool g) -> noModule(g),
          (Add a) -> noModule(a),
          (PadShortcut p) -> noModule(p),
          (Flatten f) -> noModule(f),
          (Dropout d) -> Text.of("torch.nn.Dropout(%s)", d.rate()));

  private TorchExport() {}

  private static String noModule(Layer layer) {
    throw new IllegalStateException("no head has " + layer);
  }

  /**
   * Writes the model; the file appears whole or not at all.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  public static void write(ModelFile model, Path file) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(model.tensors().asMap());
    tensors.keySet().removeIf(name -> name.endsWith(COUNTER));
    Map<String, Long> counters = new LinkedHashMap<>();
    model
        .spec()
        .network()
        .batchNorms()
        .keySet()
        .forEach(layer -> counters.put(layer + "." + COUNTER, 0L));
    Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
    metadata.put("format", "pt"); // what the safetensors library asks for before it loads a file
    Safetensors.write(file, new WeightMap(tensors), counters, metadata);
  }

  /**
   * One line about what torchvision's {@code load_state_dict} does not take as it is; empty where
   * it takes everything.
   */
  public static Optional<String> note(ModelFile model) {
    ModelSpec spec = model.spec();
    String name = spec.architecture();
    if (!isOfTorchvision(Architecture.named(name))) {
      return Optional.of(
          Text.of(
                  "torchvision has no %s: load_state_dict takes this file into a network of that"
                      + " structure",
                  name)
              + " with torchvision's names");
    } else if (model.classic().isPresent()) {
      return Optional.of(
          Text.of(
                  "torchvision's %s takes only the backbone of it, by load_state_dict(…,"
                      + " strict=False): its",
                  name)
              + " classifier's arrays are called classic.…, and there is no fc");
    }
    List<String> changes = changes(spec);
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Text.of(
                "torchvision's %s has another head: before load_state_dict, %s",
                name, String.join("; ", changes)));
  }

  /** Python statements after which torchvision's network, called {@code model}, has this head. */
  static List<String> changes(ModelSpec spec) {
    List<String> changes = new ArrayList<>();
    Head head = spec.head();
    if (head.pooling() == Head.Pooling.FLATTEN) {
      changes.add("model.avgpool = torch.nn.Identity()");
    }
    List<String> layers =
        head.steps().isEmpty()
            ? List.of()
            : spec.network().nodes().stream()
                .filter(node -> Head.holds(node.name()))
                .map(node -> node.layer().accept(MODULE))
                .toList();
    if (!layers.isEmpty()) {
      changes.add(Text.of("model.fc = torch.nn.Sequential(%s)", String.join(", ", layers)));
    }
    return changes;
  }

  private static boolean isOfTorchvision(Architecture architecture) {
    return architecture instanceof ResNetSpec spec
        && spec.stem() == ResNetSpec.Stem.IMAGENET
        && spec.style().stride() == ResNetSpec.Stride.MIDDLE_3X3
        && !spec.style().convBias();
  }
}
