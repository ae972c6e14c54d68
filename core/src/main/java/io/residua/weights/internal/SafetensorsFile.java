package io.residua.weights.internal;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;

import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.weights.internal.SafetensorsHeader.BadHeader;
import io.residua.weights.internal.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, memory-mapped: an 8-byte header length, a JSON header, and the tensors' bytes
 * one after the other (<a href="https://github.com/huggingface/safetensors#format">the format</a>).
 *
 * <p>Opening reads and checks the header only; a file that opens is complete. 32-bit floats are
 * read through the mapping without a copy, so the file's content must not be changed in place while
 * it is in use; replacing it by another file of the same name is safe. The mapping is released when
 * neither this object nor a tensor of it is reachable. Files may exceed 2 GB, single tensors may
 * not.
 */
public final class SafetensorsFile implements WeightFile {
  private static final int LENGTH_BYTES = 8;

  private final Path path;
  private final long sizeBytes;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  /** A tensor and its bytes; null where they exceed what one mapping holds. */
  private record Tensor(Entry entry, @Nullable MappedByteBuffer bytes) {}

  private SafetensorsFile(
      Path path, long sizeBytes, Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.tensors = tensors;
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws WeightsException naming the file, if it is not there, is no safetensors file, is cut
   *     short or has a damaged header
   */
  public static SafetensorsFile open(Path path) {
    if (Files.isDirectory(path)) {
      throw new WeightsException(Text.of("cannot read %s: it is a folder", path));
    } else if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new WeightsException(Text.of("cannot read %s: it is not a regular file", path));
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      int headerBytes = headerBytes(channel, size);
      long dataStart = LENGTH_BYTES + (long) headerBytes;
      SafetensorsHeader header =
          SafetensorsHeader.parse(
              channel.map(READ_ONLY, LENGTH_BYTES, headerBytes), size - dataStart);
      Map<String, Tensor> tensors = map(channel, dataStart, header.tensors());
      return new SafetensorsFile(path, size, tensors, header.metadata());
    } catch (NoSuchFileException e) {
      throw new WeightsException(Text.of("cannot read %s: no such file", path), e);
    } catch (IOException e) {
      throw new WeightsException(Text.of("cannot read %s: %s", path, IoReasons.of(e)), e);
    } catch (BadHeader e) {
      throw new WeightsException(Text.of("cannot read %s: %s", path, e.getMessage()), e);
    }
  }

  private static int headerBytes(FileChannel channel, long size) throws IOException, BadHeader {
    ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
    while (start.hasRemaining() && channel.read(start) >= 0) {
      // reads on until the buffer is full or the file ends
    }
    if (start.position() == 0) {
      throw new BadHeader("it is empty");
    }
    boolean brace = start.position() > LENGTH_BYTES && start.get(LENGTH_BYTES) == '{';
    if (!brace) {
      throw new BadHeader(
          start.position() < LENGTH_BYTES + 1
              ? "it is cut short or not a safetensors file"
              : "it is not a safetensors file" + lookingLike(start));
    }
    long length = start.getLong(0);
    if (length < 0 || length > SafetensorsHeader.MOST_BYTES) {
      throw new BadHeader(
          Text.of(
              "its header is damaged (a length above the format's limit of %,d bytes)",
              SafetensorsHeader.MOST_BYTES));
    } else if (length > size - LENGTH_BYTES) {
      throw new BadHeader(
          Text.of("it is cut short (a header of %,d bytes in a file of %,d)", length, size));
    }
    return (int) length;
  }

  private static String lookingLike(ByteBuffer start) {
    int magic = start.order(ByteOrder.BIG_ENDIAN).getInt(0);
    return switch (magic) {
      case 0x504b0304 -> "; it looks like a zip archive, such as PyTorch saves";
      case 0x89484446 -> "; it looks like HDF5, such as Keras saves";
      default -> magic >>> 16 == 0x1f8b ? "; it looks like a gzip archive" : "";
    };
  }

  /** Maps neighbouring tensors together, as many as one mapping holds. */
  private static Map<String, Tensor> map(FileChannel channel, long dataStart, List<Entry> entries)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int next = 0;
    while (next < entries.size()) {
      int first = next;
      long begin = entries.get(first).begin();
      while (next < entries.size() && entries.get(next).end() - begin <= Integer.MAX_VALUE) {
        next++;
      }
      if (next == first) {
        Entry tooLarge = entries.get(next++);
        tensors.put(tooLarge.name(), new Tensor(tooLarge, null));
        continue;
      }
      long end = entries.get(next - 1).end();
      MappedByteBuffer segment = channel.map(READ_ONLY, dataStart + begin, end - begin);
      for (Entry entry : entries.subList(first, next)) {
        MappedByteBuffer bytes =
            segment.slice((int) (entry.begin() - begin), (int) (entry.end() - entry.begin()));
        tensors.put(entry.name(), new Tensor(entry, bytes));
      }
    }
    return Collections.unmodifiableMap(tensors);
  }

  /** Where the file lies. */
  @Override
  public Path path() {
    return path;
  }

  /** Length of the file. */
  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Names of the tensors, in the order of their data. */
  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  /**
   * How a tensor's values are stored.
   *
   * @throws WeightsException if there is no such tensor
   */
  @Override
  public DType dtype(String name) {
    return tensor(name).entry().dtype();
  }

  /**
   * A tensor's dimensions, outermost first; empty for a single value.
   *
   * @throws WeightsException if there is no such tensor
   */
  @Override
  public List<Integer> shape(String name) {
    return tensor(name).entry().shape();
  }

  /**
   * A tensor as 32-bit floats: F32 as a view of the file, other types converted to the nearest
   * floats.
   *
   * @throws WeightsException if there is no such tensor, it exceeds 2 GB, or nothing is computed
   *     from its type
   */
  @Override
  public FloatTensor floats(String name) {
    Tensor tensor = tensor(name);
    TensorFile.requireComputed(path, name, tensor.entry().dtype());
    MappedByteBuffer bytes = tensor.bytes();
    if (bytes == null) {
      throw new WeightsException(
          Text.of("cannot read %s: %s is larger than 2 GB", path, OneLine.quoted(name)));
    }
    Entry entry = tensor.entry();
    ByteBuffer view = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return new FloatTensor(entry.shape(), entry.dtype().floats(view), bytes);
  }

  /** The file's {@code __metadata__}; empty if it has none. */
  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Format format() {
    return Format.SAFETENSORS;
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new WeightsException(Text.of("%s has no tensor %s", path, OneLine.quoted(name)));
    }
    return tensor;
  }
}
