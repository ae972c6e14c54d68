package io.residua.weights.internal;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;

import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files beside an ONNX model in which its larger tensors lie, such as {@code model.onnx.data}
 * (<a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">the format</a>), opened as
 * {@link FilesBeside} are.
 */
final class OnnxData {
  private static final int MOST_FILES = 1_000;

  private final Path model;
  private final Map<String, ByteBuffer> files = new HashMap<>();

  OnnxData(Path model) {
    this.model = model;
  }

  /** Length of the files that were read. */
  long sizeBytes() {
    return files.values().stream().mapToLong(ByteBuffer::limit).sum();
  }

  /**
   * A tensor's bytes.
   *
   * @param entries what the model says of where they lie
   */
  ByteBuffer bytes(String tensor, Map<String, String> entries) throws BadWeights {
    ByteBuffer file = file(entries.getOrDefault("location", ""));
    long offset = number(tensor, entries.get("offset"), 0);
    long length = number(tensor, entries.get("length"), file.limit() - offset);
    if (offset < 0 || length < 0 || offset > file.limit() - length) {
      throw new BadWeights(
          Text.of(
              "%s goes beyond the end of %s, which is cut short or of another model",
              OneLine.quoted(tensor), OneLine.quoted(entries.getOrDefault("location", ""))));
    }
    return file.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long number(String tensor, @Nullable String text, long otherwise)
      throws BadWeights {
    if (text == null) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BadWeights(
          Text.of("it is damaged (%s lies nowhere in its file)", OneLine.quoted(tensor)));
    }
  }

  private ByteBuffer file(String location) throws BadWeights {
    ByteBuffer known = files.get(location);
    if (known != null) {
      return known;
    } else if (files.size() == MOST_FILES) {
      throw new BadWeights(Text.of("its weights lie in more than %d files", MOST_FILES));
    }
    Path file = beside(location);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new BadWeights(OneLine.quoted(location) + ", with its weights, is larger than 2 GB");
      }
      ByteBuffer content = channel.map(READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN);
      files.put(location, content);
      return content;
    } catch (IOException e) {
      throw new BadWeights(
          Text.of("its weights lie in %s: %s", OneLine.quoted(location), IoReasons.of(e)));
    }
  }

  private Path beside(String location) throws BadWeights {
    try {
      return FilesBeside.find(model, location).orElseThrow(() -> elsewhere(location));
    } catch (NoSuchFileException e) {
      throw new BadWeights(
          Text.of(
              "its weights lie in %s, which is not beside it; put both files in one folder",
              OneLine.quoted(location)));
    } catch (IOException e) {
      throw new BadWeights(
          Text.of("its weights lie in %s: %s", OneLine.quoted(location), IoReasons.of(e)));
    }
  }

  private static BadWeights elsewhere(String location) {
    return new BadWeights(
        Text.of(
            "its weights lie in %s, outside its own folder, where nothing is read; put that file"
                + " beside it and save the model again with onnx.save_model",
            OneLine.quoted(location)));
  }
}
