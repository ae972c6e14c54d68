package io.residua.image.internal;

import java.io.IOException;
import java.util.List;

/** Kinds of pictures that are recognised but not read, and what makes readable ones of them. */
final class UnreadFormat {
  private static final List<String> AVIF = List.of("avif", "avis");
  private static final List<String> HEIF =
      List.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1");

  private UnreadFormat() {}

  /** What is to be said of a file that begins so; empty for other kinds. */
  static String of(Bytes file) throws IOException {
    if (file.matches(4, "ftyp")) {
      if (brands(file, AVIF)) {
        return "this is AVIF, which is not read; make a PNG of it first, as 'avifdec x.avif x.png'"
            + " of libavif does";
      }
      if (brands(file, HEIF)) {
        return "this is HEIC, which is not read; make a JPEG of it first, as 'heif-convert x.heic"
            + " x.jpg' of libheif does, or let the phone save photos as JPEG";
      }
    }
    if (file.startsWith("\u00ff\n") || file.startsWith("\0\0\0\fJXL \r\n\u0087\n")) {
      return "this is JPEG XL, which is not read; make a PNG of it first, as 'djxl x.jxl x.png' of"
          + " libjxl does";
    }
    if (file.startsWith("\0\0\0\fjP  \r\n\u0087\n")
        || file.startsWith("\u00ff\u004f\u00ff\u0051")) {
      return "this is JPEG 2000, which is not read; make a PNG of it first, as 'opj_decompress -i"
          + " x.jp2 -o x.png' of OpenJPEG does";
    }
    return "";
  }

  /** Whether the file's main brand or one that it is compatible with is among these. */
  private static boolean brands(Bytes file, List<String> wanted) throws IOException {
    long end = Math.min(file.length(), file.u32Big(0));
    for (long at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
      for (String brand : wanted) {
        if (file.matches(at, brand)) {
          return true;
        }
      }
    }
    return false;
  }
}
