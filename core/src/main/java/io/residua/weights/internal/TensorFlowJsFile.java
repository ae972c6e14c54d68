package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.internal.IoReasons;
import io.residua.internal.ReadableFiles;
import io.residua.internal.Text;
import io.residua.weights.internal.WeightFile.Format;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A TensorFlow.js layers model in a folder: {@code model.json} and the shards beside it. */
final class TensorFlowJsFile {
  private static final long MOST_JSON_BYTES = 64 << 20;

  private final Path model;
  private final Set<Path> taken = new HashSet<>();
  private long bytes;

  private TensorFlowJsFile(Path model) {
    this.model = model;
  }

  /**
   * Reads the whole model.
   *
   * @throws WeightsException naming the file and the reason
   */
  static WeightFile read(Path model) throws IOException, BadWeights {
    return new TensorFlowJsFile(model).read();
  }

  private WeightFile read() throws IOException, BadWeights {
    bytes = Files.size(model);
    if (bytes > MOST_JSON_BYTES) {
      throw new BadWeights(Text.of("it is larger than %,d bytes", MOST_JSON_BYTES));
    }
    byte[] json = Files.readAllBytes(model);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    TensorFlowJsModel.read(
        model.toString(), json, this::shard, (name, tensor) -> tensors.put(name, stored(tensor)));
    Map<String, StoredTensor> named = KerasNames.shortened(tensors);
    Map<String, String> metadata = new LinkedHashMap<>();
    JsonNode config = TensorFlowJsModel.config(json);
    Optional<KerasModel> keras = KerasConfig.read(config, KerasGraph.of(config), metadata);
    return new TensorFile(model, bytes, Format.TENSORFLOW_JS, named, metadata, keras);
  }

  /** A shard's bytes, once; null where there is none in the model's own folder. */
  private byte @Nullable [] shard(String path) {
    try {
      Path folder = model.toAbsolutePath().resolveSibling("").normalize();
      Path shard = folder.resolve(path).normalize();
      if (!shard.startsWith(folder) || !Files.isRegularFile(shard) || !taken.add(shard)) {
        return null;
      }
      long size = Files.size(shard);
      if (size > Integer.MAX_VALUE - Long.BYTES) {
        throw new WeightsException(Text.of("cannot read %s: it is larger than 2 GB", shard));
      }
      bytes += size;
      ReadableFiles.requireNoPipe(shard);
      return Files.readAllBytes(shard);
    } catch (InvalidPathException e) {
      return null;
    } catch (IOException e) {
      throw new WeightsException(
          Text.of("cannot read %s: the shard %s: %s", model, OneLine.quoted(path), IoReasons.of(e)),
          e);
    }
  }

  private static StoredTensor stored(FloatTensor tensor) {
    ByteBuffer values =
        ByteBuffer.allocate(tensor.data().remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.asFloatBuffer().put(tensor.data());
    return StoredTensor.contiguous(DType.F32, tensor.shape(), values);
  }
}
