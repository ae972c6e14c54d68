package io.residua.export;

import io.residua.Text;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Architecture;
import io.residua.nn.Head;
import io.residua.nn.Layer;
import io.residua.nn.Network;
import io.residua.nn.ResNetSpec;
import io.residua.weights.FloatTensor;
import io.residua.weights.Safetensors;
import io.residua.weights.WeightMap;
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

  private TorchExport() {}

  /**
   * Writes the model; the file appears whole or not at all.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  public static void write(ModelFile model, Path file) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(model.tensors().asMap());
    tensors.keySet().removeIf(name -> name.endsWith(COUNTER));
    Map<String, Long> counters = new LinkedHashMap<>();
    for (Network.Node node : model.spec().network().nodes()) {
      if (node.layer() instanceof Layer.BatchNorm) {
        counters.put(node.name() + "." + COUNTER, 0L);
      }
    }
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
    List<String> layers = new ArrayList<>();
    for (Network.Node node : spec.network().nodes()) {
      if (!node.name().startsWith("fc.")) {
        continue;
      } else if (node.layer() instanceof Layer.BatchNorm norm) {
        layers.add(Text.of("torch.nn.BatchNorm1d(%d, eps=%s)", norm.channels(), norm.epsilon()));
      } else if (node.layer() instanceof Layer.Linear linear) {
        layers.add(Text.of("torch.nn.Linear(%d, %d)", linear.inFeatures(), linear.outFeatures()));
      } else if (node.layer() instanceof Layer.Dropout dropout) {
        layers.add(Text.of("torch.nn.Dropout(%s)", dropout.rate()));
      } else if (node.layer() instanceof Layer.Relu) {
        layers.add("torch.nn.ReLU()");
      }
    }
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
