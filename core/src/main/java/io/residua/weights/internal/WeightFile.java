package io.residua.weights.internal;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named tensors of a file, whatever its format: safetensors, PyTorch ({@code .pth}, {@code .pt},
 * {@code .bin}, {@code .th}), Keras ({@code .h5}, {@code .weights.h5}, {@code .keras}),
 * TensorFlow.js ({@code model.json} with its shards beside it) or ONNX, or the index of several
 * safetensors or PyTorch files ({@code model.safetensors.index.json}). The format is told by the
 * content, not by the file's name, but for the last three, which have no mark of their own. Names,
 * shapes and layouts are the file's own; {@link Recognition} turns them into a network's.
 *
 * <pre>{@code
 * WeightFile file = WeightFile.open(Path.of("resnet18.pth"));
 * FloatTensor kernel = file.floats("conv1.weight");
 * }</pre>
 *
 * <p>Nothing in a file is ever executed. A file is memory-mapped where its format allows, so it
 * must not be changed in place while it is in use.
 */
public sealed interface WeightFile permits SafetensorsFile, ShardedFile, TensorFile {

  /** What a file can be. */
  enum Format {
    SAFETENSORS("safetensors"),
    TORCH("PyTorch"),
    KERAS("Keras"),
    TENSORFLOW_JS("TensorFlow.js"),
    ONNX("ONNX");

    private final String label;

    Format(String label) {
      this.label = label;
    }

    /** For people. */
    public String label() {
      return label;
    }
  }

  /**
   * Opens a file and checks its structure; the tensors are read when they are asked for.
   *
   * @throws WeightsException naming the file and the reason, if it is not there, of no known
   *     format, damaged, or holds what this program does not read
   */
  static WeightFile open(Path path) {
    return WeightFormats.open(path);
  }

  /** Where the file lies; of weights in several files, the index. */
  Path path();

  /** Length of the file, and of those beside it that its weights lie in. */
  long sizeBytes();

  /** What the file is. */
  Format format();

  /** Names of the tensors. */
  Set<String> names();

  /**
   * How a tensor's values are stored.
   *
   * @throws WeightsException if there is no such tensor
   */
  DType dtype(String name);

  /**
   * A tensor's dimensions, outermost first; empty for a single value.
   *
   * @throws WeightsException if there is no such tensor
   */
  List<Integer> shape(String name);

  /**
   * A tensor as 32-bit floats, converted to the nearest where it is stored otherwise.
   *
   * @throws WeightsException if there is no such tensor, it exceeds 2 GB, or its type is none that
   *     {@linkplain DType#isComputed is computed from}
   */
  FloatTensor floats(String name);

  /** What else the file says, text by key; empty if nothing. */
  Map<String, String> metadata();

  /**
   * All tensors of types that are computed from, as {@link #floats} gives them.
   *
   * @throws WeightsException if one exceeds 2 GB
   */
  default WeightMap weights() {
    Map<String, FloatTensor> all = new LinkedHashMap<>();
    for (String name : names()) {
      if (dtype(name).isComputed()) {
        all.put(name, floats(name));
      }
    }
    return new WeightMap(all);
  }
}
