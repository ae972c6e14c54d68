package io.residua.train.internal;

import io.residua.ResiduaException;
import io.residua.image.RgbImage;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decoded pictures, so that each is decoded once in a run: in memory up to a share of the heap, the
 * others in a temporary file beside the run, which the system keeps in its own memory as it can;
 * where the disk has no room for them they are decoded every time. Used by several threads.
 */
final class PixelCache implements AutoCloseable {
  private static final double SHARE_OF_HEAP = 0.25;

  /** The least that is left free on the disk. */
  private static final long DISK_RESERVE_BYTES = 2L << 30;

  /** A picture in the file. */
  private record Place(long offset, int width, int height) {}

  private final AtomicReferenceArray<@Nullable RgbImage> inMemory;
  private final AtomicReferenceArray<@Nullable Place> inFile;
  private final AtomicLong memoryBytesLeft;
  private final Path folder;
  private final long reserveBytes;
  private @Nullable FileChannel channel;
  private @Nullable Path file;
  private long fileBytes;
  private boolean fileIsFull;

  /**
   * @param pictures how many
   * @param folder where a file goes if one is needed
   */
  PixelCache(int pictures, Path folder) {
    this(
        pictures,
        (long) (Runtime.getRuntime().maxMemory() * SHARE_OF_HEAP),
        folder,
        DISK_RESERVE_BYTES);
  }

  PixelCache(int pictures, long memoryBytes, Path folder, long diskReserveBytes) {
    inMemory = new AtomicReferenceArray<>(pictures);
    inFile = new AtomicReferenceArray<>(pictures);
    memoryBytesLeft = new AtomicLong(memoryBytes);
    this.folder = folder;
    this.reserveBytes = diskReserveBytes;
  }

  /** A picture from the cache, or from {@code source}, and then kept. */
  RgbImage get(int index, Supplier<RgbImage> source) {
    RgbImage kept = inMemory.get(index);
    if (kept != null) {
      return kept;
    }
    Place place = inFile.get(index);
    if (place != null) {
      return read(place);
    }
    RgbImage image = source.get();
    int bytes = image.rgb().length;
    if (memoryBytesLeft.addAndGet(-bytes) >= 0) {
      inMemory.set(index, image);
    } else {
      memoryBytesLeft.addAndGet(bytes);
      write(index, image);
    }
    return image;
  }

  /** The bytes of pictures that lie in the file. */
  synchronized long fileBytes() {
    return fileBytes;
  }

  private synchronized void write(int index, RgbImage image) {
    if (fileIsFull || inFile.get(index) != null) {
      return;
    }
    try {
      FileChannel out = open();
      byte[] rgb = image.rgb();
      if (Files.getFileStore(folder).getUsableSpace() - rgb.length < reserveBytes) {
        fileIsFull = true;
        return;
      }
      ByteBuffer buffer = ByteBuffer.wrap(rgb);
      long offset = fileBytes;
      while (buffer.hasRemaining()) {
        out.write(buffer, offset + buffer.position());
      }
      fileBytes += rgb.length;
      inFile.set(index, new Place(offset, image.width(), image.height()));
    } catch (IOException e) {
      fileIsFull = true; // no room, or none to write at all: the others are decoded every time
    }
  }

  private FileChannel open() throws IOException {
    if (channel == null) {
      file = Files.createTempFile(folder, ".pixels", ".tmp");
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return channel;
  }

  private RgbImage read(Place place) {
    byte[] rgb = new byte[3 * place.width() * place.height()];
    ByteBuffer buffer = ByteBuffer.wrap(rgb);
    FileChannel in;
    synchronized (this) {
      in = channel;
    }
    try {
      while (buffer.hasRemaining()) {
        if (in == null || in.read(buffer, place.offset() + buffer.position()) < 0) {
          throw new IOException("it was cut");
        }
      }
    } catch (IOException e) {
      throw new ResiduaException(
          Text.of("cannot read decoded pictures back from %s: %s", folder, IoReasons.of(e)), e);
    }
    return new RgbImage(place.width(), place.height(), rgb);
  }

  @Override
  public synchronized void close() {
    try {
      if (channel != null) {
        channel.close();
        channel = null;
      }
      if (file != null) {
        Files.deleteIfExists(file);
        file = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
