package io.residua.image.internal;

import io.residua.internal.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The marker structure of a JPEG file (ITU-T T.81, JFIF 1.02, Adobe TN 5116): what a decoder must
 * know before it decodes, and proof that the file is complete up to its end-of-image marker.
 *
 * @param frame the frame header
 * @param colour what the components mean, decided from the markers as libjpeg does
 * @param orientation EXIF orientation, 1..8
 * @param pixelsOnly the same file without application and comment segments
 */
record JpegFile(Frame frame, Colour colour, int orientation, byte[] pixelsOnly) {
  /** More scans than any encoder writes are an attempt to keep the decoder busy. */
  private static final int MAX_SCANS = 200;

  /** How often scans may go over a picture of any size; encoders write 6 to 20. */
  private static final int MAX_VISITS = 20;

  /** Up to so many blocks of 8x8 in all scans together it may be oftener: well below a second. */
  private static final long ALWAYS_ALLOWED_BLOCKS = 4_000_000;

  private static final int TEM = 0x01;
  private static final int SOF0 = 0xc0;
  private static final int SOF2 = 0xc2;
  private static final int DHT = 0xc4;
  private static final int DAC = 0xcc;
  private static final int SOF15 = 0xcf;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int DQT = 0xdb;
  private static final int DNL = 0xdc;
  private static final int DRI = 0xdd;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;

  /** What the decoded components are. */
  enum Colour {
    GREY,
    YCBCR,
    RGB,
    CMYK,
    YCCK
  }

  /** One component: its identifier and its sampling factors, 1..4. */
  record Component(int id, int horizontal, int vertical) {}

  record Frame(int width, int height, List<Component> components) {
    int maxVertical() {
      return components.stream().mapToInt(Component::vertical).max().orElse(1);
    }

    int maxHorizontal() {
      return components.stream().mapToInt(Component::horizontal).max().orElse(1);
    }

    /** How many blocks of 8x8 samples a component has. */
    long blocks(Component c) {
      return eighths(width, c.horizontal(), maxHorizontal())
          * eighths(height, c.vertical(), maxVertical());
    }

    private static long eighths(long side, int factor, int largest) {
      long samples = (side * factor + largest - 1) / Math.max(1, largest);
      return (samples + 7) / 8;
    }
  }

  /**
   * Reads the markers up to the end of the (first) picture.
   *
   * @throws IOException if the file is truncated, damaged or of a kind that is not read
   */
  static JpegFile parse(Bytes file, PixelLimit limit) throws IOException {
    return new Parser(file, limit).parse();
  }

  private static final class Parser {
    private final Bytes file;
    private final PixelLimit limit;
    private final ByteArrayOutputStream pixelsOnly;
    private @Nullable Frame frame;
    private boolean jfif;
    private int adobeTransform = -1;
    private boolean sawExif;
    private int orientation = 1;
    private int scans;
    private long blocksInScans;

    Parser(Bytes file, PixelLimit limit) {
      this.file = file;
      this.limit = limit;
      this.pixelsOnly = new ByteArrayOutputStream(file.length());
    }

    JpegFile parse() throws IOException {
      emitMarker(SOI);
      int at = 2;
      while (true) {
        at = nextMarker(at);
        int marker = file.u8(at++);
        if (marker == EOI) {
          break;
        }
        if (marker == TEM || (marker >= RST0 && marker <= RST7)) {
          continue;
        }
        int length = file.u16Big(at);
        if (length < 2) {
          throw new IOException("the file is damaged: a segment of length " + length);
        }
        segment(marker, file.slice(at + 2L, length - 2L));
        boolean application = (marker >= APP0 && marker <= APP15) || marker == COM;
        if (!application && marker != DNL) {
          emitMarker(marker);
          emit(at, at + length);
        }
        at += length;
        if (marker == SOS) {
          int end = endOfScan(at);
          emit(at, end);
          at = end;
        }
      }
      emitMarker(EOI);
      Frame complete = frame;
      if (complete == null || scans == 0) {
        throw new IOException("the file holds no picture");
      }
      return new JpegFile(complete, colour(complete), orientation, pixelsOnly.toByteArray());
    }

    /** The position of the next marker's code; what lies between is skipped, as libjpeg does. */
    private int nextMarker(int from) throws IOException {
      int at = from;
      while (true) {
        while (file.u8(at) != 0xff) {
          at++;
        }
        while (file.u8(at) == 0xff) {
          at++;
        }
        if (file.u8(at) != 0) {
          return at;
        }
      }
    }

    /** The position of the 0xff of the marker that ends the scan. */
    private int endOfScan(int from) throws IOException {
      int at = from;
      while (true) {
        if (file.u8(at) == 0xff) {
          int code = file.u8(at + 1L);
          if (code != 0 && code != 0xff && (code < RST0 || code > RST7)) {
            return at;
          }
        }
        at++;
      }
    }

    private void segment(int marker, Bytes body) throws IOException {
      switch (marker) {
        case APP0 -> jfif |= scans == 0 && body.length() >= 14 && body.startsWith("JFIF\0");
        case APP1 -> {
          if (!sawExif && body.startsWith("Exif\0")) {
            sawExif = true;
            orientation = Orientation.ofExif(body);
          }
        }
        case APP14 -> {
          if (scans == 0 && body.length() >= 12 && body.startsWith("Adobe")) {
            adobeTransform = body.u8(11);
          }
        }
        case SOS -> {
          if (frame == null) {
            throw new IOException("the file is damaged: a scan before the frame header");
          }
          if (++scans > MAX_SCANS) {
            throw new IOException(Text.of("the file has more than %d scans", MAX_SCANS));
          }
          countBlocks(frame, body);
        }
        case DHT, DQT, DRI, DAC, DNL, COM -> {}
        default -> {
          if (marker >= SOF0 && marker <= SOF15) {
            frame(marker, body);
          } else if (marker < APP0 || marker > APP15) {
            throw new IOException(Text.of("the file is damaged: unknown marker 0xff%02x", marker));
          }
        }
      }
    }

    /** Decoding takes a time for each block in each scan, however few bytes code it. */
    private void countBlocks(Frame picture, Bytes scan) throws IOException {
      List<Component> components = picture.components();
      int count = scan.u8(0);
      for (int i = 0; i < count; i++) {
        int id = scan.u8(1 + 2L * i);
        blocksInScans +=
            components.stream()
                .filter(c -> c.id() == id)
                .mapToLong(picture::blocks)
                .max()
                .orElse(0);
      }
      long all = components.stream().mapToLong(picture::blocks).sum();
      if (blocksInScans > Math.max(ALWAYS_ALLOWED_BLOCKS, MAX_VISITS * all)) {
        throw new IOException(
            Text.of(
                "the file goes over its %.1f megapixels in %d scans and more, above the limit of"
                    + " %d times for each part of a picture of that size",
                (long) picture.width() * picture.height() / 1e6, scans, MAX_VISITS));
      }
    }

    private void frame(int marker, Bytes body) throws IOException {
      if (frame != null) {
        throw new IOException("the file is damaged: two frame headers");
      }
      if (marker > SOF2) {
        throw new IOException(
            marker >= 0xc9
                ? "arithmetic-coded JPEG is not supported; 'jpegtran -copy all x.jpg > y.jpg' of"
                    + " libjpeg-turbo codes it anew without loss"
                : "lossless or hierarchical JPEG is not supported; save it again as PNG");
      }
      int precision = body.u8(0);
      if (precision != 8) {
        throw new IOException(Text.of("JPEG with %d bits a sample is not supported", precision));
      }
      int height = body.u16Big(1);
      int width = body.u16Big(3);
      limit.check(width, height);
      int count = body.u8(5);
      if (count != 1 && count != 3 && count != 4) {
        throw new IOException(Text.of("JPEG with %d components is not supported", count));
      }
      List<Component> components = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int sampling = body.u8(7 + 3L * i);
        components.add(new Component(body.u8(6 + 3L * i), sampling >> 4, sampling & 15));
      }
      frame = new Frame(width, height, List.copyOf(components));
    }

    /** libjpeg's {@code default_decompress_parms}. */
    private Colour colour(Frame complete) {
      List<Component> c = complete.components();
      return switch (c.size()) {
        case 1 -> Colour.GREY;
        case 4 -> adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
        default -> {
          if (jfif) {
            yield Colour.YCBCR;
          }
          if (adobeTransform >= 0) {
            yield adobeTransform == 0 ? Colour.RGB : Colour.YCBCR;
          }
          boolean named = c.get(0).id() == 'R' && c.get(1).id() == 'G' && c.get(2).id() == 'B';
          yield named ? Colour.RGB : Colour.YCBCR;
        }
      };
    }

    private void emitMarker(int marker) {
      pixelsOnly.write(0xff);
      pixelsOnly.write(marker);
    }

    private void emit(int from, int to) throws IOException {
      file.writeTo(pixelsOnly, from, to);
    }
  }
}
