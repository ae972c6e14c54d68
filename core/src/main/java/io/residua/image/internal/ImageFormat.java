package io.residua.image.internal;

import io.residua.internal.Text;
import java.io.IOException;
import java.util.List;

/** A kind of picture file, recognised by its first bytes. */
public enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP,
  TIFF,
  PNM;

  private static final int PRINTABLE_START = 16;
  private static final List<Integer> BMP_HEADERS = List.of(12, 40, 52, 56, 64, 108, 124);

  /**
   * The format of a file that begins so.
   *
   * @throws IOException if it is none that can be read; says what it looks like instead
   */
  public static ImageFormat of(Bytes file) throws IOException {
    if (file.startsWith("\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (file.startsWith(PngDecoder.SIGNATURE)) {
      return PNG;
    }
    if (file.startsWith("GIF87a") || file.startsWith("GIF89a")) {
      return GIF;
    }
    if (file.startsWith("BM")) {
      return BMP;
    }
    if (file.startsWith("RIFF") && file.matches(8, "WEBP")) {
      return WEBP;
    }
    if (TiffDirectory.isTiff(file)) {
      return TIFF;
    }
    if (PnmDecoder.isPnm(file)) {
      return PNM;
    }
    if (file.length() == 0) {
      throw new IOException("the file is empty");
    }
    String unread = UnreadFormat.of(file);
    throw new IOException(
        unread.isEmpty()
            ? Text.of("not a picture that can be read (%s)", looksLike(file))
            : unread);
  }

  /**
   * Whether a file that begins so is surely a picture, readable or of a kind that is only named.
   */
  public static boolean isPicture(Bytes file) throws IOException {
    if (file.startsWith("BM")) {
      // Two letters are few: the header's size tells it from a text.
      return file.length() >= 18 && BMP_HEADERS.contains((int) file.u32Little(14));
    }
    try {
      of(file);
      return true;
    } catch (IOException e) {
      return !UnreadFormat.of(file).isEmpty();
    }
  }

  private static String looksLike(Bytes file) throws IOException {
    if (file.startsWith("\u00ff\u00d8")) {
      return "a JPEG cut after its first bytes";
    }
    if (file.matches(4, "ftyp")) {
      return "it looks like a film";
    }
    if (file.startsWith("8BPS")) {
      return "it looks like Photoshop";
    }
    if (file.startsWith("%PDF")) {
      return "it looks like PDF";
    }
    if (file.startsWith("PK\u0003\u0004")) {
      return "it looks like a ZIP archive";
    }
    for (int i = 0; i < Math.min(file.length(), PRINTABLE_START); i++) {
      int c = file.u8(i);
      if (c < ' ' && c != '\n' && c != '\r' && c != '\t') {
        return "its content is unknown";
      }
    }
    return "it looks like text";
  }
}
