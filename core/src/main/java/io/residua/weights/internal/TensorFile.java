package io.residua.weights.internal;

import io.residua.internal.Text;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of a file that a reader has understood. */
final class TensorFile implements WeightFile {
  /** What tensors may unpack to, as a multiple of the file's size, and what is always allowed. */
  private static final long MOST_TIMES_FILE_SIZE = 16;

  private static final long ALWAYS_ALLOWED_BYTES = 1 << 16;

  private final Path path;
  private final long sizeBytes;
  private final Format format;
  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;
  private final Optional<KerasModel> keras;
  private final Optional<FileHead> head;
  private final OnnxPixels pixels;

  /**
   * Checks that every tensor lies in its storage and that together they are not out of proportion
   * to the file, whose tensors may share or repeat values.
   */
  TensorFile(
      Path path,
      long sizeBytes,
      Format format,
      Map<String, StoredTensor> tensors,
      Map<String, String> metadata)
      throws BadWeights {
    this(path, sizeBytes, format, tensors, metadata, Optional.empty());
  }

  /** The same for a file that has the configuration of a Keras model. */
  TensorFile(
      Path path,
      long sizeBytes,
      Format format,
      Map<String, StoredTensor> tensors,
      Map<String, String> metadata,
      Optional<KerasModel> keras)
      throws BadWeights {
    this(path, sizeBytes, format, tensors, metadata, keras, Optional.empty(), OnnxPixels.NONE);
  }

  /**
   * The same for a file whose graph tells the head, its parameters under the head's names, and what
   * is done to pictures.
   */
  TensorFile(
      Path path,
      long sizeBytes,
      Format format,
      Map<String, StoredTensor> tensors,
      Map<String, String> metadata,
      FileHead head,
      OnnxPixels pixels)
      throws BadWeights {
    this(path, sizeBytes, format, tensors, metadata, Optional.empty(), Optional.of(head), pixels);
  }

  private TensorFile(
      Path path,
      long sizeBytes,
      Format format,
      Map<String, StoredTensor> tensors,
      Map<String, String> metadata,
      Optional<KerasModel> keras,
      Optional<FileHead> head,
      OnnxPixels pixels)
      throws BadWeights {
    this.keras = keras;
    this.pixels = pixels;
    this.head = head;
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.format = format;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    long room = sizeBytes * MOST_TIMES_FILE_SIZE + ALWAYS_ALLOWED_BYTES;
    for (Map.Entry<String, StoredTensor> entry : tensors.entrySet()) {
      String problem = entry.getValue().problem();
      if (!problem.isEmpty()) {
        throw new BadWeights(Text.of("%s %s", OneLine.quoted(entry.getKey()), problem));
      }
      room -= entry.getValue().size() * Float.BYTES;
      if (room < 0) {
        throw new BadWeights(
            Text.of("its tensors unpack to more than %d times its size", MOST_TIMES_FILE_SIZE));
      }
    }
  }

  /** What its configuration tells, of a Keras model with one. */
  Optional<KerasModel> keras() {
    return keras;
  }

  /** The head that its graph tells, of an ONNX file with a known network. */
  Optional<FileHead> head() {
    return head;
  }

  /** What its graph does to pictures, of an ONNX file. */
  OnnxPixels pixels() {
    return pixels;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public Format format() {
    return format;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public DType dtype(String name) {
    return tensor(name).dtype();
  }

  @Override
  public List<Integer> shape(String name) {
    return tensor(name).shape();
  }

  @Override
  public FloatTensor floats(String name) {
    StoredTensor tensor = tensor(name);
    requireComputed(path, name, tensor.dtype());
    return tensor.floats();
  }

  /** Refuses a tensor that cannot be read as floats. */
  static void requireComputed(Path path, String name, DType dtype) {
    if (!dtype.isComputed()) {
      throw new WeightsException(
          Text.of("cannot use %s: %s %s", path, OneLine.quoted(name), dtype.problem()));
    }
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new WeightsException(Text.of("%s has no tensor %s", path, OneLine.quoted(name)));
    }
    return tensor;
  }
}
