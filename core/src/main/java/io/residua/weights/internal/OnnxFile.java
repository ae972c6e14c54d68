package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.weights.internal.WeightFile.Format;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The initialisers of an ONNX model. Where the graph is that of a known network, they get that
 * network's names, whatever the exporter called them.
 */
final class OnnxFile {
  private OnnxFile() {}

  /** Why a file's network is not recognised, if the file is one of these. */
  static Optional<String> whyUnknown(WeightFile file) {
    return file.format() == Format.ONNX
        ? Optional.of(
            "its graph computes no network known here; where Keras exported it, give the model"
                + " itself (model.save to .keras), and where PyTorch did, its state_dict")
        : Optional.empty();
  }

  /** What a file's graph does to pictures before its network. */
  static OnnxPixels pixels(WeightFile file) {
    return file instanceof TensorFile tensors ? tensors.pixels() : OnnxPixels.NONE;
  }

  static WeightFile read(Path path, ByteBuffer content) throws BadWeights {
    OnnxData data = new OnnxData(path);
    OnnxGraph graph = OnnxGraph.read(content, data);
    Map<String, StoredTensor> initialisers = new LinkedHashMap<>();
    graph
        .initialisers()
        .forEach(
            (name, tensor) -> {
              if (tensor.dtype() != DType.I64) { // shapes and axes
                initialisers.put(name, tensor);
              }
            });
    if (initialisers.isEmpty()) {
      throw new BadWeights("it has no weights inside");
    }
    for (Map.Entry<String, StoredTensor> entry : initialisers.entrySet()) {
      String problem = entry.getValue().problem();
      if (!problem.isEmpty()) {
        throw new BadWeights(Text.of("%s %s", OneLine.quoted(entry.getKey()), problem));
      }
    }
    Map<String, String> metadata = new LinkedHashMap<>(graph.metadata());
    metadata.remove(OnnxLearned.CLASSES); // the graph tells it
    Optional<OnnxMatch> match = OnnxMatch.known(graph);
    match.ifPresent(
        m -> {
          metadata.put("graph", m.architecture());
          m.classes().ifPresent(classes -> metadata.put(OnnxLearned.CLASSES, classes));
          m.activation().ifPresent(activation -> metadata.put(LastActivation.KEY, activation));
        });
    long bytes = content.limit() + data.sizeBytes();
    return match.isPresent()
        ? new TensorFile(
            path,
            bytes,
            Format.ONNX,
            match.get().tensors(),
            metadata,
            match.get().head(),
            match.get().pixels())
        : new TensorFile(path, bytes, Format.ONNX, initialisers, metadata);
  }
}
