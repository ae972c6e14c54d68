package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.internal.IoReasons;
import io.residua.internal.Printable;
import io.residua.internal.ReadableFiles;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A plain tar: Commons Compress reads its headers once, which say where the files are. */
final class TarArchive implements Archive {
  /** By so many bytes a tar can be told. */
  static final int MAGIC_END_BYTES = 512;

  private static final int MAGIC_AT = 257;

  /** What names and other facts of one file may take. */
  private static final int MOST_HEADER_BYTES = 1 << 20;

  private static final int SHOWN_CHARS = 80;

  private final Path path;
  private final long bytes;
  private final FileTime changed;
  private final List<Entry> entries;
  private final List<String> warnings;

  private TarArchive(
      Path path, long bytes, FileTime changed, List<Entry> entries, List<String> warnings) {
    this.path = path;
    this.bytes = bytes;
    this.changed = changed;
    this.entries = entries;
    this.warnings = warnings;
  }

  /** Whether a file that begins so is a tar, of any kind but the oldest. */
  static boolean isTar(byte[] start) {
    return start.length == MAGIC_END_BYTES
        && new String(start, MAGIC_AT, 5, StandardCharsets.ISO_8859_1).equals("ustar");
  }

  static TarArchive read(Path file) {
    try (SeekableByteChannel channel = ReadableFiles.channel(file)) {
      FileTime changed = Files.getLastModifiedTime(file);
      long bytes = channel.size();
      List<String> warnings = new ArrayList<>();
      List<Entry> entries = index(file, new Headers(channel, bytes), warnings);
      return new TarArchive(file, bytes, changed, entries, warnings);
    } catch (DataException e) {
      throw e;
    } catch (EOFException e) {
      throw new DataException(file + ": is cut short", e);
    } catch (IOException e) {
      throw new DataException(Text.of("%s: is damaged or no tar: %s", file, IoReasons.of(e)), e);
    } catch (RuntimeException e) {
      throw new DataException(file + ": is damaged", e); // as the library tells some damage
    }
  }

  private static List<Entry> index(Path file, Headers headers, List<String> warnings)
      throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    List<String> links = new ArrayList<>();
    String repeated = "";
    int repetitions = 0;
    try (TarArchiveInputStream tar = new TarArchiveInputStream(headers, true)) {
      for (TarArchiveEntry next = tar.getNextEntry(); next != null; next = tar.getNextEntry()) {
        if (!next.isCheckSumOK()) {
          throw new IOException("a header's checksum is wrong");
        }
        if (entries.size() == MOST_ENTRIES) {
          throw new DataException(Text.of("%s: has more than %,d files", file, MOST_ENTRIES));
        }
        String name = next.getName();
        Entry entry = new Entry(name, next.getSize(), headers.position());
        if (next.isSparse()) {
          throw new IOException(
              Text.of(
                  "'%s' has gaps, which are not read; make the tar without --sparse",
                  Printable.shortened(name, SHOWN_CHARS)));
        }
        headers.passOver(next.isDirectory() ? 0 : next.getSize(), name);
        if (next.isDirectory()) {
          continue;
        }
        if (next.isLink() && entries.containsKey(next.getLinkName())) {
          Entry target = entries.get(next.getLinkName());
          entry = new Entry(name, target.sizeBytes(), target.offsetBytes());
        } else if (isNoFile(next)) {
          links.add(name);
          continue;
        }
        if (entries.put(name, entry) != null && repetitions++ == 0) {
          repeated = name;
        }
      }
    }
    if (repetitions > 0) {
      warnings.add(ZipArchive.repeated(file, repetitions, repeated));
    }
    if (!links.isEmpty()) {
      warnings.add(
          Text.of(
              "%s: %s left out that %s to another or to a device (first: %s)",
              file,
              Text.count(links.size(), "name"),
              links.size() == 1 ? "leads" : "lead",
              Printable.shortened(links.get(0), SHOWN_CHARS)));
    }
    return List.copyOf(entries.values());
  }

  private static boolean isNoFile(TarArchiveEntry entry) {
    return !entry.isFile()
        || entry.isLink()
        || entry.isSymbolicLink()
        || entry.isFIFO()
        || entry.isBlockDevice()
        || entry.isCharacterDevice();
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<Entry> entries() {
    return entries;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public InputStream open(Entry entry) throws IOException {
    SeekableByteChannel channel = ReadableFiles.channel(path);
    try {
      if (channel.size() != bytes || !Files.getLastModifiedTime(path).equals(changed)) {
        throw new IOException("the archive has changed since it was opened");
      }
      channel.position(entry.offsetBytes());
      return new ArchivedBytes(Channels.newInputStream(channel), entry.sizeBytes(), null);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The archive with its files' content left unread: nobody looks at what stands there in their
   * place.
   */
  private static final class Headers extends InputStream {
    private final SeekableByteChannel channel;
    private final long end;
    private long position;
    private long contentEnd;
    private int headerBytes;

    Headers(SeekableByteChannel channel, long end) {
      this.channel = channel;
      this.end = end;
    }

    long position() {
      return position;
    }

    /** What comes next is a file's content. */
    void passOver(long bytes, String name) throws IOException {
      if (bytes < 0 || bytes > end - position) {
        throw new IOException(
            Text.of(
                "it is cut short: '%s' has %,d bytes there of %,d",
                Printable.shortened(name, SHOWN_CHARS), end - position, bytes));
      }
      contentEnd = position + bytes;
      headerBytes = 0;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position < contentEnd) {
        int passed = (int) Math.min(length, contentEnd - position);
        position += passed;
        return passed;
      }
      headerBytes += length;
      if (headerBytes > MOST_HEADER_BYTES) {
        throw new IOException("a header has more than a megabyte");
      }
      channel.position(position);
      int read = channel.read(ByteBuffer.wrap(bytes, offset, length));
      position += Math.max(0, read);
      return read;
    }

    @Override
    public long skip(long n) {
      long skipped = Math.max(0, Math.min(n, end - position));
      position += skipped;
      return skipped;
    }
  }
}
