package io.residua.image.internal;

import io.residua.internal.Text;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The first directory of a TIFF file (TIFF 6.0) or of a BigTIFF: which tags it has and their
 * numbers.
 */
final class TiffDirectory {
  private static final int MOST_FIELDS = 4096;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int LONG8 = 16;

  /** Numbers of one type, from that position on. */
  private record Field(int type, long count, long at) {}

  private final Bytes file;
  private final boolean little;
  private final Map<Integer, Field> fields = new HashMap<>();

  private TiffDirectory(Bytes file, boolean little) {
    this.file = file;
    this.little = little;
  }

  /** Whether a file begins as TIFF or BigTIFF does. */
  static boolean isTiff(Bytes file) {
    return file.startsWith("II*\0")
        || file.startsWith("MM\0*")
        || file.startsWith("II+\0")
        || file.startsWith("MM\0+");
  }

  static TiffDirectory first(Bytes file) throws IOException {
    TiffDirectory directory = new TiffDirectory(file, file.startsWith("II"));
    directory.read(file.startsWith("II+") || file.startsWith("MM\0+"));
    return directory;
  }

  private void read(boolean big) throws IOException {
    long start = big ? u64(8) : u32(4);
    long count = big ? u64(start) : u16(start);
    if (count < 1 || count > MOST_FIELDS) {
      throw new IOException(Text.of("the file is damaged: a TIFF directory of %d fields", count));
    }
    int entryBytes = big ? 20 : 12;
    int countBytes = big ? 8 : 4;
    for (int i = 0; i < count; i++) {
      long entry = start + (big ? 8 : 2) + (long) i * entryBytes;
      int type = u16(entry + 2);
      long values = big ? u64(entry + 4) : u32(entry + 4);
      long value = entry + 4 + countBytes;
      boolean inside = values >= 0 && values <= countBytes / bytes(type);
      fields.putIfAbsent(
          u16(entry), new Field(type, values, inside ? value : big ? u64(value) : u32(value)));
    }
  }

  private static int bytes(int type) {
    return switch (type) {
      case SHORT, 8 -> 2;
      case LONG, 9, 11, 13 -> 4;
      case 5, 10, 12, LONG8, 17, 18 -> 8;
      default -> 1;
    };
  }

  boolean littleEndian() {
    return little;
  }

  boolean has(int tag) {
    return fields.containsKey(tag);
  }

  /** The first number of a tag, or {@code absent}. */
  long number(int tag, long absent) throws IOException {
    long[] all = numbers(tag, 1);
    return all.length == 0 ? absent : all[0];
  }

  /**
   * The numbers of a tag, at most so many of them; none if it is absent.
   *
   * @throws IOException if they are no whole numbers, or lie outside the file
   */
  long[] numbers(int tag, int most) throws IOException {
    Field field = fields.get(tag);
    if (field == null) {
      return new long[0];
    }
    int type = field.type();
    if (type != BYTE && type != SHORT && type != LONG && type != LONG8) {
      throw new IOException(Text.of("the file is damaged: TIFF tag %d has no numbers", tag));
    }
    int size = bytes(type);
    int count = (int) Math.min(most, Math.max(0, field.count()));
    file.slice(field.at(), (long) count * size);
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      long at = field.at() + (long) i * size;
      numbers[i] =
          switch (size) {
            case 1 -> file.u8(at);
            case 2 -> u16(at);
            case 4 -> u32(at);
            default -> u64(at);
          };
    }
    return numbers;
  }

  /** The bytes of a tag, as they are; empty if it is absent. */
  Bytes bytesOf(int tag) throws IOException {
    Field field = fields.get(tag);
    return field == null ? file.slice(0, 0) : file.slice(field.at(), field.count());
  }

  private int u16(long at) throws IOException {
    return little ? file.u16Little(at) : file.u16Big(at);
  }

  private long u32(long at) throws IOException {
    return little ? file.u32Little(at) : file.u32Big(at);
  }

  /** Negative where the number is beyond what a file can have. */
  private long u64(long at) throws IOException {
    return little ? u32(at) | u32(at + 4) << 32 : u32(at) << 32 | u32(at + 4);
  }
}
