package io.residua.export;

import io.residua.ResiduaException;
import io.residua.engine.internal.FusedGraph;
import io.residua.export.internal.ExportException;
import io.residua.export.internal.OnnxAttribute;
import io.residua.export.internal.OnnxClassic;
import io.residua.export.internal.OnnxGraph;
import io.residua.export.internal.OnnxGraph.Type;
import io.residua.export.internal.OnnxInt8;
import io.residua.export.internal.OnnxNetwork;
import io.residua.export.internal.OnnxPreprocessing;
import io.residua.export.internal.OnnxWeights;
import io.residua.image.Preprocessing;
import io.residua.internal.AtomicFiles;
import io.residua.internal.ProtobufMessage;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import java.io.BufferedOutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a model as ONNX (opset 17), for any number of pictures at once. Batch norm is folded into
 * the convolutions.
 *
 * <p>Input {@code input}: floats {@code N×3×S×S} in the network's order of colours, normalised, or
 * {@code N×1×S×S} of a network for grey pictures; or, with preprocessing, {@code picture}: bytes
 * {@code N×S×S×3}, red, green, blue. Resizing to S pixels stays outside. Outputs: {@code logits}
 * and their softmax, {@code probabilities}, {@code N×classes}; of a model with a classic classifier
 * {@code label}, the class's index, and {@code probabilities}.
 *
 * <p>The file's metadata have {@code architecture}, {@code classes}, {@code preprocessing}, {@code
 * metrics} and {@code provenance} as the model file has them, and {@code weight_type}.
 *
 * <pre>{@code
 * OnnxExport.write(
 *     ModelFile.read(Path.of("run/model.safetensors")),
 *     Path.of("model.onnx"),
 *     new OnnxExport.Options(WeightType.FP32, true));
 * }</pre>
 */
public final class OnnxExport {
  public static final String INPUT = Network.INPUT;
  public static final String PICTURE = "picture";
  public static final String LOGITS = "logits";
  public static final String PROBABILITIES = "probabilities";
  public static final String WEIGHT_TYPE = "weight_type";

  /** What one protobuf message may be long, less some room. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (1 << 16);

  /**
   * How a model is written.
   *
   * @param weights in what type weights are kept
   * @param withPreprocessing whether the graph takes bytes and normalises them itself
   */
  public record Options(WeightType weights, boolean withPreprocessing) {}

  private OnnxExport() {}

  /**
   * Writes the model; the file appears whole or not at all.
   *
   * @throws io.residua.ResiduaException with one line, if the model cannot be written so: int8
   *     without a calibration or for a classic classifier, weights that 16 bits do not hold, more
   *     than 2 GB
   * @throws io.residua.ResiduaException naming the file, if writing fails
   */
  public static void write(ModelFile model, Path file, Options options) {
    ProtobufMessage onnx = model(model, options);
    if (onnx.size() > MOST_BYTES) {
      throw new ExportException(
          Text.of("%s: the model takes %,d bytes, an ONNX file holds 2 GB", file, onnx.size()));
    }
    AtomicFiles.write(
        file,
        out -> {
          BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
          onnx.writeTo(buffered);
          buffered.flush();
        });
  }

  private static ProtobufMessage model(ModelFile model, Options options) {
    ModelSpec spec = model.spec();
    boolean narrow = options.weights() == WeightType.INT8;
    if (narrow && model.classic().isPresent()) {
      throw new ExportException("a classic classifier takes features in fp32 or fp16, not int8");
    } else if (narrow && model.calibration().isEmpty()) {
      throw new ExportException(
          "the model has no calibration, which int8 needs: run 'residua calibrate' first");
    }
    OnnxGraph graph = new OnnxGraph(spec.architecture());
    input(graph, spec.preprocessing(), options.withPreprocessing());
    Network network = spec.network();
    FusedGraph steps = OnnxNetwork.steps(network, model.weights());
    Optional<OnnxInt8> int8 =
        narrow
            ? model.calibration().map(calibration -> new OnnxInt8(graph, steps, calibration))
            : Optional.empty();
    OnnxWeights constants = new OnnxWeights(graph, options.weights() == WeightType.FP16);
    OnnxNetwork layers = new OnnxNetwork(graph, network, steps, spec.picture(), constants, int8);
    int classes = spec.classes().size();
    if (model.classic().isPresent()) {
      String features = "features";
      layers.append(features);
      new OnnxClassic(graph, model.classic().get(), classes).append(features);
    } else {
      layers.append(LOGITS);
      graph.output(LOGITS, Type.FLOAT, classes);
      graph.node("Softmax", List.of(LOGITS), PROBABILITIES, OnnxAttribute.of("axis", 1));
    }
    graph.output(PROBABILITIES, Type.FLOAT, classes);
    return graph.model(metadata(model, options));
  }

  private static void input(OnnxGraph graph, Preprocessing preprocessing, boolean inside) {
    int size = preprocessing.sizePx();
    if (inside && preprocessing.channels() != 3) {
      throw ResiduaException.about(
          "with_preprocessing",
          new ExportException(
              Text.of(
                  "the network takes %s, which the graph does not make of colours: leave the"
                      + " preprocessing out",
                  preprocessing.channels() == 1
                      ? "grey pictures"
                      : "pictures with their opacity")));
    } else if (inside) {
      graph.input(PICTURE, Type.UINT8, size, size, 3);
      new OnnxPreprocessing(graph, preprocessing).append(PICTURE, INPUT);
    } else {
      graph.input(INPUT, Type.FLOAT, preprocessing.channels(), size, size);
    }
  }

  private static Map<String, String> metadata(ModelFile model, Options options) {
    Map<String, String> metadata = new LinkedHashMap<>(model.description());
    metadata.put(WEIGHT_TYPE, options.weights().label());
    return metadata;
  }
}
