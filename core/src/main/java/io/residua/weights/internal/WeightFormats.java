package io.residua.weights.internal;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;

import io.residua.internal.IoReasons;
import io.residua.internal.OptionalLibrary;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;

/** Tells a weight file's format by its first bytes and opens it. */
final class WeightFormats {
  private static final int ZIP = 0x504b0304;
  private static final int HDF5 = 0x89484446;
  private static final int SAFETENSORS_HEADER = 8;

  private WeightFormats() {}

  static WeightFile open(Path path) {
    return open(path, true);
  }

  /** Opens a file that is no index of others. */
  static WeightFile openSingle(Path path) {
    return open(path, false);
  }

  private static WeightFile open(Path path, boolean mayBeIndex) {
    if (Files.isDirectory(path)) {
      throw failure(path, "it is a folder");
    } else if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw failure(path, "it is not a regular file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0) {
        throw failure(path, "it is empty");
      }
      ByteBuffer start = ByteBuffer.allocate(SAFETENSORS_HEADER + 1);
      while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {
        // reads on until the buffer is full or the file ends
      }
      if (start.position() > SAFETENSORS_HEADER && start.get(SAFETENSORS_HEADER) == '{') {
        return SafetensorsFile.open(path);
      } else if (isJson(path, start)) {
        return mayBeIndex && isIndex(path) ? ShardedFile.read(path) : TensorFlowJsFile.read(path);
      } else if (size > Integer.MAX_VALUE) {
        throw failure(path, "it is larger than 2 GB, which only safetensors files may be");
      }
      ByteBuffer content = channel.map(READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
      return parse(path, content);
    } catch (NoSuchFileException e) {
      throw new WeightsException(Text.of("cannot read %s: no such file", path), e);
    } catch (IOException e) {
      throw new WeightsException(Text.of("cannot read %s: %s", path, IoReasons.of(e)), e);
    } catch (BadWeights e) {
      throw new WeightsException(Text.of("cannot read %s: %s", path, e.getMessage()), e);
    }
  }

  private static boolean isJson(Path path, ByteBuffer start) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return start.get(0) == '{' && name.endsWith(".json");
  }

  private static boolean isIndex(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ShardedFile.SUFFIX);
  }

  /**
   * Reads a file that is no safetensors file.
   *
   * @param path for messages; ONNX has no mark of its own and is told by the name's end
   */
  static WeightFile parse(Path path, ByteBuffer content) {
    int magic = content.limit() < Integer.BYTES ? 0 : Integer.reverseBytes(content.getInt(0));
    String name = path.toString().toLowerCase(Locale.ROOT);
    try {
      if (magic == ZIP) {
        Map<String, ByteBuffer> entries = ZipEntries.read(content);
        return KerasArchive.isOne(entries)
            ? KerasArchive.read(path, content.limit(), entries)
            : TorchArchive.read(path, content.limit(), entries);
      } else if (magic == HDF5) {
        BadWeights.require(OptionalLibrary.HDF5);
        return KerasHdf5.read(path, content);
      } else if (TorchLegacy.isOne(content)) {
        return TorchLegacy.read(path, content);
      } else if (name.endsWith(".onnx")) {
        return OnnxFile.read(path, content);
      }
      throw new BadWeights(
          "it is no weight file that this version reads (safetensors, PyTorch, Keras,"
              + " TensorFlow.js, ONNX)"
              + lookingLike(magic)
              + (name.endsWith(".onnx.data") || name.endsWith(".onnx_data")
                  ? "; it holds the tensors of the .onnx file beside it, which is the one to give"
                  : ""));
    } catch (BadWeights e) {
      throw new WeightsException(Text.of("cannot read %s: %s", path, e.getMessage()), e);
    }
  }

  private static String lookingLike(int magic) {
    return magic >>> 16 == 0x1f8b ? "; it looks like a gzip archive" : "";
  }

  private static WeightsException failure(Path path, String reason) {
    return new WeightsException(Text.of("cannot read %s: %s", path, reason));
  }
}
