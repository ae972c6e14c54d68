package io.residua.weights.internal;

import io.residua.internal.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The files in a zip archive, by the central directory at its end (PKWARE's APPNOTE 6.3). Stored
 * files are views of the archive; packed ones are unpacked, within limits.
 */
final class ZipEntries {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
  private static final int ZIP64_LOCATOR_BYTES = 20;
  private static final int ZIP64_END_SIGNATURE = 0x06064b50;
  private static final int ZIP64_END_BYTES = 56;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int ZIP64_EXTRA = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final long UNKNOWN = 0xffffffffL;

  /** What packed files may unpack to together, as a multiple of the archive's size. */
  private static final long MOST_TIMES_SIZE = 16;

  private final ByteBuffer archive;
  private long room;

  private ZipEntries(ByteBuffer archive) {
    this.archive = archive.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    room = archive.limit() * MOST_TIMES_SIZE;
  }

  /**
   * All files by name.
   *
   * @throws BadWeights if the archive is damaged or unpacks to too much
   */
  static Map<String, ByteBuffer> read(ByteBuffer archive) throws BadWeights {
    try {
      return new ZipEntries(archive).entries();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new BadWeights("it is a damaged zip archive");
    }
  }

  private Map<String, ByteBuffer> entries() throws BadWeights {
    int at = directory();
    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    while (at + ENTRY_BYTES <= archive.limit() && archive.getInt(at) == ENTRY_SIGNATURE) {
      int nameBytes = unsigned16(at + 28);
      int extraBytes = unsigned16(at + 30);
      int commentBytes = unsigned16(at + 32);
      byte[] name = new byte[nameBytes];
      archive.get(at + ENTRY_BYTES, name);
      ByteBuffer content = content(at, at + ENTRY_BYTES + nameBytes, extraBytes);
      if (entries.put(new String(name, StandardCharsets.UTF_8), content) != null) {
        throw new BadWeights("it is a damaged zip archive (a file is there twice)");
      }
      at += ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
    }
    if (entries.isEmpty()) {
      throw new BadWeights("it is an empty or damaged zip archive");
    }
    return entries;
  }

  /** Where the central directory begins. */
  private int directory() throws BadWeights {
    int lowest = Math.max(0, archive.limit() - END_BYTES - LONGEST_COMMENT);
    for (int end = archive.limit() - END_BYTES; end >= lowest; end--) {
      if (archive.getInt(end) == END_SIGNATURE) {
        int locator = end - ZIP64_LOCATOR_BYTES;
        if (locator >= 0 && archive.getInt(locator) == ZIP64_LOCATOR_SIGNATURE) {
          int end64 = position(archive.getLong(locator + 8), ZIP64_END_BYTES);
          if (archive.getInt(end64) == ZIP64_END_SIGNATURE) {
            return position(archive.getLong(end64 + 48), 0);
          }
        }
        return position(unsigned32(end + 16), 0);
      }
    }
    throw new BadWeights("it is cut short (a zip archive without its directory)");
  }

  private ByteBuffer content(int entry, int extra, int extraBytes) throws BadWeights {
    int method = unsigned16(entry + 10);
    long packed = unsigned32(entry + 20);
    long unpacked = unsigned32(entry + 24);
    long local = unsigned32(entry + 42);
    for (int at = extra; at + 4 <= extra + extraBytes; at += 4 + unsigned16(at + 2)) {
      if (unsigned16(at) == ZIP64_EXTRA) {
        int field = at + 4; // only those fields follow that did not fit above, in this order
        if (unpacked == UNKNOWN) {
          unpacked = archive.getLong(field);
          field += Long.BYTES;
        }
        if (packed == UNKNOWN) {
          packed = archive.getLong(field);
          field += Long.BYTES;
        }
        if (local == UNKNOWN) {
          local = archive.getLong(field);
        }
      }
    }
    int header = position(local, LOCAL_BYTES);
    if (archive.getInt(header) != LOCAL_SIGNATURE) {
      throw new BadWeights("it is a damaged zip archive");
    }
    long start = (long) header + LOCAL_BYTES + unsigned16(header + 26) + unsigned16(header + 28);
    if (packed < 0 || packed > archive.limit() - start) {
      throw new BadWeights("it is cut short");
    }
    ByteBuffer bytes = archive.slice((int) start, (int) packed).order(ByteOrder.LITTLE_ENDIAN);
    if (method == STORED && packed == unpacked) {
      return bytes;
    } else if (method == DEFLATED) {
      return inflate(bytes, unpacked);
    }
    throw new BadWeights("it is a zip archive packed in a way that is not read");
  }

  private ByteBuffer inflate(ByteBuffer packed, long unpacked) throws BadWeights {
    room -= Math.max(0, unpacked);
    if (unpacked < 0 || unpacked > Integer.MAX_VALUE - 8 || room < 0) {
      throw new BadWeights(Text.of("it unpacks to more than %d times its size", MOST_TIMES_SIZE));
    }
    Inflater inflater = new Inflater(true);
    try {
      byte[] content = new byte[(int) unpacked];
      inflater.setInput(packed);
      int count = inflater.inflate(content);
      if (count != content.length) {
        throw new BadWeights("it is a damaged zip archive");
      }
      return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    } catch (DataFormatException e) {
      throw new BadWeights("it is a damaged zip archive");
    } finally {
      inflater.end();
    }
  }

  /** An offset in the archive after which at least so many bytes follow. */
  private int position(long offset, int bytes) throws BadWeights {
    if (offset < 0 || offset > archive.limit() - bytes) {
      throw new BadWeights("it is a damaged zip archive");
    }
    return (int) offset;
  }

  private int unsigned16(int at) {
    return Short.toUnsignedInt(archive.getShort(at));
  }

  private long unsigned32(int at) {
    return Integer.toUnsignedLong(archive.getInt(at));
  }
}
