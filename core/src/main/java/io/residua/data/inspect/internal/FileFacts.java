package io.residua.data.inspect.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a picture file's header says, as far as it can be told; damaged headers give what was read
 * before the damage.
 *
 * @param format {@code JPEG}, {@code PNG}, {@code GIF}, {@code BMP}, {@code WebP}, {@code TIFF},
 *     {@code PNM} or {@code raw}
 * @param mode {@code grey}, {@code RGB}, {@code RGBA}, {@code palette}, {@code CMYK} and so on
 * @param animated whether there are several frames
 * @param orientation the EXIF orientation, 1 where there is none
 */
public record FileFacts(String format, String mode, boolean animated, int orientation) {
  private static final String EXIF = "Exif\0\0";
  private static final List<String> PNM_MODES =
      List.of("1-bit", "grey", "RGB", "1-bit", "grey", "RGB", "PAM");

  static final FileFacts RAW = new FileFacts("raw", "RGB", false, 1);

  static FileFacts of(byte[] file) {
    if (startsWith(file, 0, "\u00ff\u00d8\u00ff")) {
      return jpeg(file);
    } else if (startsWith(file, 1, "PNG\r\n")) {
      return png(file);
    } else if (startsWith(file, 0, "GIF8")) {
      return new FileFacts("GIF", "palette", gifFrames(file) > 1, 1);
    } else if (startsWith(file, 0, "RIFF") && startsWith(file, 8, "WEBP")) {
      boolean extended = startsWith(file, 12, "VP8X") && file.length > 20;
      int flags = extended ? file[20] : 0;
      String mode = (flags & 0x10) != 0 ? "RGBA" : "RGB";
      return new FileFacts("WebP", mode, (flags & 2) != 0, webpOrientation(file));
    } else if (startsWith(file, 0, "BM")) {
      return new FileFacts("BMP", file.length > 28 && file[28] <= 8 ? "palette" : "RGB", false, 1);
    }
    boolean bigEndian = startsWith(file, 0, "MM\0*");
    if (bigEndian || startsWith(file, 0, "II*\0")) {
      return tiff(file, bigEndian);
    } else if (startsWith(file, 0, "II+\0") || startsWith(file, 0, "MM\0+")) {
      return new FileFacts("TIFF", "unknown", false, 1);
    } else if (startsWith(file, 0, "P") && file.length > 1 && file[1] >= '1' && file[1] <= '7') {
      return new FileFacts("PNM", PNM_MODES.get(file[1] - '1'), false, 1);
    }
    return new FileFacts("unknown", "unknown", false, 1);
  }

  private static FileFacts tiff(byte[] file, boolean bigEndian) {
    int photometric = tiffValue(file, 0, bigEndian, 262, 1);
    int samples = tiffValue(file, 0, bigEndian, 277, 1);
    int bits = samples <= 2 ? tiffValue(file, 0, bigEndian, 258, 1) : 8;
    String mode =
        switch (photometric) {
          case 0, 1 -> bits == 1 ? "1-bit" : samples == 2 ? "grey+alpha" : "grey";
          case 2 -> samples > 3 ? "RGBA" : "RGB";
          case 3 -> "palette";
          case 5 -> "CMYK";
          case 6 -> "RGB";
          default -> "unknown";
        };
    mode += bits > 8 && samples == 1 ? " " + bits + "-bit" : "";
    return new FileFacts("TIFF", mode, false, exifOrientation(file, 0));
  }

  private static FileFacts jpeg(byte[] file) {
    int orientation = 1;
    for (int at = 2; at + 9 < file.length && (file[at] & 0xff) == 0xff; ) {
      int marker = file[at + 1] & 0xff;
      if (marker == 0xff) {
        at++;
        continue;
      }
      if (marker == 0xe1 && startsWith(file, at + 4, EXIF)) {
        orientation = exifOrientation(file, at + 4);
      }
      boolean frame =
          marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
      if (frame) {
        String mode =
            switch (file[at + 9]) {
              case 1 -> "grey";
              case 3 -> "RGB";
              case 4 -> "CMYK";
              default -> "unknown";
            };
        return new FileFacts("JPEG", mode, false, orientation);
      }
      if (marker == 0xda) {
        break;
      }
      at += 2 + number(file, at + 2, 2, true);
    }
    return new FileFacts("JPEG", "unknown", false, orientation);
  }

  private static int webpOrientation(byte[] file) {
    int orientation = 1;
    for (long at = 12; at + 8 < file.length; ) {
      if (startsWith(file, (int) at, "EXIF")) {
        orientation = exifOrientation(file, (int) at + 8);
      }
      long length = Integer.toUnsignedLong(number(file, (int) at + 4, 4, false));
      at += 8 + length + (length & 1);
    }
    return orientation;
  }

  /** The orientation in an EXIF block, which may begin with its name. */
  private static int exifOrientation(byte[] file, int exif) {
    int tiff = startsWith(file, exif, EXIF) ? exif + EXIF.length() : exif;
    int value = tiffValue(file, tiff, startsWith(file, tiff, "MM"), 0x112, 1);
    return value >= 1 && value <= 8 ? value : 1;
  }

  /** A short number in the first directory of a TIFF. */
  private static int tiffValue(byte[] file, int tiff, boolean bigEndian, int tag, int absent) {
    int directory = tiff + number(file, tiff + 4, 4, bigEndian);
    int entries = number(file, directory, 2, bigEndian);
    for (int i = 0; i < Math.min(entries, 200); i++) {
      int at = directory + 2 + 12 * i;
      if (number(file, at, 2, bigEndian) == tag) {
        return number(file, at + 8, 2, bigEndian);
      }
    }
    return absent;
  }

  private static FileFacts png(byte[] file) {
    String mode = "unknown";
    if (file.length > 25) {
      mode =
          switch (file[25]) {
            case 0 -> "grey";
            case 2 -> "RGB";
            case 3 -> "palette";
            case 4 -> "grey+alpha";
            case 6 -> "RGBA";
            default -> "unknown";
          };
      mode += file[24] == 16 ? " 16-bit" : "";
    }
    boolean animated = false;
    int orientation = 1;
    boolean pixels = false;
    for (long at = 8; at + 8 < file.length; ) {
      int type = (int) at + 4;
      pixels |= startsWith(file, type, "IDAT");
      animated |= !pixels && startsWith(file, type, "acTL");
      if (startsWith(file, type, "eXIf")) {
        orientation = exifOrientation(file, type + 4);
      }
      at += 12L + Integer.toUnsignedLong(number(file, (int) at, 4, true));
    }
    return new FileFacts("PNG", mode, animated, orientation);
  }

  /** Counts frames up to 2. */
  private static int gifFrames(byte[] file) {
    if (file.length < 13) {
      return 0;
    }
    int at = 13 + ((file[10] & 0x80) != 0 ? 3 << (file[10] & 7) + 1 : 0);
    int frames = 0;
    while (at < file.length && frames < 2) {
      int block = file[at++] & 0xff;
      if (block == 0x2c) {
        frames++;
        int flags = at + 8 < file.length ? file[at + 8] : 0;
        at += 10 + ((flags & 0x80) != 0 ? 3 << (flags & 7) + 1 : 0);
      } else if (block == 0x21) {
        at++;
      } else {
        break;
      }
      while (at < file.length && file[at] != 0) {
        at += 1 + (file[at] & 0xff);
      }
      at++;
    }
    return frames;
  }

  /** A number of 2 or 4 bytes; 0 beyond the end. */
  private static int number(byte[] file, int at, int bytes, boolean bigEndian) {
    if (at < 0 || at > file.length - bytes) {
      return 0;
    }
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      int shift = 8 * (bigEndian ? bytes - 1 - i : i);
      value |= (file[at + i] & 0xff) << shift;
    }
    return value;
  }

  private static boolean startsWith(byte[] file, int at, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
    if (at < 0 || at > file.length - wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (file[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
