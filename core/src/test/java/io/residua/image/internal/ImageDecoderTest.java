package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.image.FormatsTest;
import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.RgbImage;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {
  private final ImageDecoder decoder = new ImageDecoder(100_000_000);

  @Test
  void imageNetPicturesAreThoseThatTheReferenceNetworkSaw() throws Exception {
    Shared.Npy pixels = Shared.array(Shared.path("golden", "resnet50/pixels_rgb_hwc_u8.npy"));
    for (JsonNode image : Shared.json("golden", "resnet50", "images.json").get("images")) {
      RgbImage decoded = decoder.decode(Shared.path(image.get("file").asText()));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(decoded.rgb());
      assertThat(HexFormat.of().formatHex(hash))
          .as(image.get("file").asText())
          .isEqualTo(image.get("sha256_rgb_bytes_hwc").asText());
      if (image.path("pixels_row").asInt(-1) >= 0) {
        int start = image.get("pixels_row").asInt() * decoded.rgb().length;
        for (int i = 0; i < decoded.rgb().length; i++) {
          assertThat(decoded.rgb()[i]).isEqualTo((byte) pixels.values()[start + i]);
        }
      }
    }
  }

  @Test
  void aStreamIsReadNoFurtherThanAnyPictureShouldGo() throws Exception {
    byte[] png = header("\u0089PNG\r\n\u001a\n", 33);
    AtomicLong read = new AtomicLong();
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            long at = read.getAndIncrement();
            return at < png.length ? png[(int) at] & 0xff : 0;
          }
        };
    assertThatThrownBy(() -> new ImageDecoder(1_000_000).decode(endless, "endless.png"))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "endless.png: what comes, more than 16 MB, is larger than any picture of 1.0 megapixels"
                + " should be");
    assertThat(read).hasValue((16 << 20) + 1);
  }

  @Test
  void declaredSizeAboveTheLimitIsRefusedFromTheHeader() {
    byte[] png = header("\u0089PNG\r\n\u001a\n", 33);
    ByteBuffer.wrap(png)
        .put(12, ascii("IHDR"))
        .putInt(16, 50_000)
        .putInt(20, 50_000)
        .put(24, (byte) 8);
    assertRefused(png, "bomb.png", "2500.0 megapixels");

    byte[] gif = header("GIF89a", 40);
    gif[13] = 0x2c;
    Arrays.fill(gif, 18, 22, (byte) 0xff);
    assertRefused(gif, "bomb.gif", "megapixels");

    byte[] bmp = header("BM", 60);
    bmp[14] = 40;
    Arrays.fill(bmp, 18, 20, (byte) 0xff);
    Arrays.fill(bmp, 22, 24, (byte) 0xff);
    assertRefused(bmp, "bomb.bmp", "megapixels");

    byte[] jpeg =
        HexFormat.of().parseHex("ffd8ffc0001108ffffffff03012200021100031100ffda000c03ffd9");
    assertRefused(jpeg, "bomb.jpg", "65535x65535");

    byte[] webp = header("RIFF....WEBPVP8L....", 40);
    ByteBuffer.wrap(webp).put(16, new byte[] {20, 0, 0, 0, 0x2f, -1, -1, -1, 0x0f});
    assertRefused(webp, "bomb.webp", "16384x16384");

    byte[] line = header("\u0089PNG\r\n\u001a\n", 33);
    ByteBuffer.wrap(line).put(12, ascii("IHDR")).putInt(16, 90_000_000).putInt(20, 1);
    assertRefused(line, "line.png", "a side above the limit");

    assertThatThrownBy(
            () -> new ImageDecoder(100).decode(FormatsTest.resource("png_rgb8.png"), "x"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("37x23");
  }

  @Test
  void filesThatAreNoPictureSayWhatTheyAre(@TempDir Path folder) throws Exception {
    assertRefused(new byte[0], "a.jpg", "a.jpg: the file is empty");
    assertRefused(ascii("Hello, this is a note\n"), "a.png", "looks like text");
    assertRefused(ascii("II*\0\0\0\0\0"), "a.tif", "damaged");
    assertRefused(new byte[100], "zeros", "unknown");
    for (String file :
        List.of(
            "png_rgb8.png",
            "gif_plain.gif",
            "bmp_24.bmp",
            "bmp_8_rle.bmp",
            "webp_lossy.webp",
            "webp_lossless.webp",
            "tiff_rgb_raw.tif",
            "pnm_p6.ppm",
            "pnm_p3.ppm",
            "pnm_p1.pbm")) {
      byte[] whole = FormatsTest.resource(file);
      for (int length : new int[] {whole.length / 8, whole.length / 2, whole.length * 9 / 10}) {
        assertRefused(Arrays.copyOf(whole, length), file, "truncated");
      }
    }

    Path missing = folder.resolve("missing.jpg");
    assertThatThrownBy(() -> decoder.decode(missing))
        .isInstanceOf(ImageException.class)
        .hasMessage(missing + ": no such file or folder");
    assertThatThrownBy(() -> decoder.decode(folder))
        .isInstanceOf(ImageException.class)
        .hasMessage(folder + ": is a folder");
    Path tiny = Files.write(folder.resolve("tiny ü.png"), new byte[] {(byte) 0x89, 'P'});
    assertThatThrownBy(() -> decoder.decode(tiny))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(tiny + ": not a picture");
  }

  @Test
  void moreMemoryAllowsLargerPicturesAndTheRefusalSaysHowMuch() {
    assertThat(ImageDecoder.maxPixels(1L << 30)).isEqualTo(100_000_000);
    assertThat(ImageDecoder.maxPixels(2L << 30)).isGreaterThan(108_000_000);
    assertThat(ImageDecoder.maxPixels(3L << 30)).isGreaterThan(200_000_000);
    assertThat(ImageDecoder.maxPixels(1L << 40)).isEqualTo(500_000_000);

    PixelLimit small = new PixelLimit(ImageDecoder.maxPixels(1L << 30), 500_000_000);
    assertThatThrownBy(() -> small.check(16_320, 12_240))
        .hasMessageContaining("(199.8 megapixels), above the limit of 100.0 megapixels")
        .hasMessageEndingWith("with 3 GB of memory for Java (-Xmx) it is read");
    assertThatThrownBy(() -> small.check(30_000, 30_000)).hasMessageEndingWith(" megapixels");
    assertThatThrownBy(() -> decoder.decode(ascii("P5 9 9 255\n"), "short.pgm"))
        .hasMessage("short.pgm: the file is truncated");
    assertThatThrownBy(() -> new ImageDecoder(50).decode(ascii("P5 9 9 255\n"), "x.pgm"))
        .hasMessageEndingWith(" megapixels");
  }

  @Test
  void picturesThatAreNotReadAreNamedWithWhatHelps() {
    assertRefused(
        ascii("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"), "a.jpg", "this is HEIC", "heif-convert");
    assertRefused(
        ascii("\0\0\0\u0018ftypmif1\0\0\0\0mif1avif"), "a.png", "this is AVIF", "avifdec");
    assertRefused(ascii("\u00ff\n\u00fa\u007f"), "a.png", "this is JPEG XL", "djxl");
    assertRefused(ascii("\0\0\0\fJXL \r\n\u0087\n"), "a", "this is JPEG XL", "djxl");
    assertRefused(
        ascii("\0\0\0\fjP  \r\n\u0087\n"), "a.jp2", "this is JPEG 2000", "opj_decompress");
    assertRefused(ascii("\0\0\0\u0018ftypisom\0\0\0\0isommp42"), "a.mp4", "it looks like a film");
    byte[] arithmetic = HexFormat.of().parseHex("ffd8ffc9000b080010001001011100ffd9");
    assertRefused(arithmetic, "a.jpg", "arithmetic-coded", "jpegtran");
  }

  @Test
  void hostileTiffIsRefusedBeforeItsPixelsAreMade() {
    assertRefused(tiff(256, 50_000, 257, 50_000), "bomb.tif", "2500.0 megapixels");
    assertRefused(tiff(256, 9_000, 257, 9_000, 273, 8, 279, 8), "short.tif", "truncated");
    assertRefused(
        tiff(256, 9_000, 257, 9_000, 258, 8, 259, 8, 273, 8, 278, 9_000, 279, 8),
        "deflate.tif",
        "truncated");
    assertRefused(
        tiff(256, 9_000, 257, 9_000, 322, 1, 323, 1, 324, 8),
        "tiles.tif",
        "81000000 strips or tiles");
    assertRefused(
        tiff(256, 1_000, 257, 1_000, 322, 9_000, 323, 9_000, 324, 8), "x.tif", "truncated");
    assertRefused(
        tiff(256, 1_000_000, 257, 90, 322, 16, 323, 9_000, 324, 8), "x.tif", "far larger");
    assertRefused(tiff(256, 8, 257, 8, 277, 2_000_000_000, 273, 8), "x.tif", "samples a pixel");
    assertRefused(
        tiff(256, 8, 257, 8, 259, 6, 273, 8), "old.tif", "old-style JPEG", "save it again");
    assertRefused(tiff(256, 8, 257, 8, 262, 8, 273, 8), "lab.tif", "Lab colours", "save it again");
    assertRefused(tiff(256, 8, 257, 8, 259, 50_000, 273, 8), "z.tif", "Zstandard", "save it again");
    assertRefused(tiff(256, 8, 257, 8, 50_706, 8), "raw.tif", "a camera's raw file");
  }

  /** A directory of tags and their numbers, and nothing else. */
  private static byte[] tiff(int... tags) {
    ByteBuffer file = ByteBuffer.allocate(10 + 6 * tags.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ascii("II*\0")).putInt(8).putShort((short) (tags.length / 2));
    for (int i = 0; i < tags.length; i += 2) {
      file.putShort((short) tags[i]).putShort((short) 4).putInt(1).putInt(tags[i + 1]);
    }
    return file.array();
  }

  @Test
  void hostileNetpbmIsRefusedBeforeItsPixelsAreMade() {
    assertRefused(ascii("P6 50000 50000 255\n"), "bomb.ppm", "2500.0 megapixels");
    assertRefused(ascii("P6 9000 9000 255\n"), "short.ppm", "truncated");
    assertRefused(ascii("P1 9000 9000\n"), "short.pbm", "truncated");
    assertRefused(ascii("P3 2 1 255\n1 2 3 4 5 256 7\n"), "high.ppm", "no number up to 255");
    assertRefused(ascii("P2 99999999999 1 255\n"), "wide.pgm", "a word instead of a number");
    assertRefused(ascii("P5 3 3 70000\n"), "deep.pgm", "its highest value is 70000");
    assertRefused(
        ascii("P7\nWIDTH 2\nHEIGHT 2\nDEPTH 9\nMAXVAL 255\nENDHDR\n"), "x.pam", "9 samples");
    assertRefused(ascii("P5 #" + "x".repeat(70_000)), "comment.pgm", "its header has no end");
    assertRefused(ascii("P5 is my favourite chord\n"), "notes", "it looks like text");
  }

  @Test
  void hostileWebpIsRefusedBeforeItsPixelsAreMade() {
    // Ten thousand pixels square in ten bytes of modes, and none for the coefficients.
    byte[] lossy = webp("VP8 ", 0x10 | 10 << 5, 0, 0, 0x9d, 0x01, 0x2a, 0x10, 0x27, 0x10, 0x27);
    assertRefused(lossy, "tiny.webp", "tiny.webp: the file is truncated");
    byte[] noKeyFrame = webp("VP8 ", 0x11, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0);
    assertRefused(noKeyFrame, "delta.webp", "no WebP picture header");

    // Green is subtracted twice, which could go on for as many times as the file has bits.
    byte[] repeating = webp("VP8L", 0x2f, 0x0f, 0xc0, 0x03, 0, 0x2d, 0, 0, 0);
    assertRefused(repeating, "repeating.webp", "a transform stands in it twice");
    // Code lengths that leave codes without a meaning.
    byte[] undefined = webp("VP8L", 0x2f, 0x0f, 0xc0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertRefused(undefined, "undefined.webp", "undefined codes");

    byte[] nested = webp("ANMF");
    for (int depth = 0; depth < 200; depth++) {
      int[] body = new int[16 + nested.length - 12];
      for (int i = 12; i < nested.length; i++) {
        body[16 + i - 12] = nested[i];
      }
      nested = webp("ANMF", body);
    }
    assertRefused(nested, "nested.webp", "holds no picture");
  }

  private static byte[] webp(String chunk, int... body) {
    byte[] file = header("RIFF....WEBP" + chunk, 20 + body.length);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(16, body.length);
    for (int i = 0; i < body.length; i++) {
      file[20 + i] = (byte) body[i];
    }
    return file;
  }

  @Test
  void damagedFilesNeverEscapeAsAnythingElse() throws Exception {
    SplittableRandom random = new SplittableRandom(20261122);
    ImageDecoder small = new ImageDecoder(1 << 20);
    int refused = 0;
    int total = 0;
    for (byte[] original : seeds()) {
      for (int i = 0; i < 60; i++) {
        byte[] damaged = mutate(original, random);
        total++;
        try {
          RgbImage image = small.decode(damaged, "damaged");
          assertThat(image.width() * image.height()).isLessThanOrEqualTo(1 << 20);
        } catch (ImageException e) {
          assertThat(e.getMessage()).startsWith("damaged: ").doesNotContain("\n");
          refused++;
        }
      }
    }
    assertThat(total).isGreaterThan(3000);
    assertThat(refused).isBetween(total / 10, total * 9 / 10);
  }

  private static List<byte[]> seeds() throws Exception {
    List<byte[]> seeds =
        new java.util.ArrayList<>(
            FormatsTest.files().map(f -> FormatsTest.resource(f.file())).toList());
    for (String folder : List.of("jpeg/src", "resize/src")) {
      try (Stream<Path> files = Files.list(Shared.path("golden", folder))) {
        for (Path file : files.sorted().toList()) {
          byte[] bytes = Files.readAllBytes(file);
          if (bytes.length > 8) {
            seeds.add(bytes);
          }
        }
      }
    }
    return seeds;
  }

  private static byte[] mutate(byte[] original, SplittableRandom random) {
    byte[] b = original.clone();
    int kind = random.nextInt(4);
    int headerBytes = Math.min(b.length, 200);
    for (int n = random.nextInt(1, 6); n > 0; n--) {
      int at = kind == 0 ? random.nextInt(b.length) : random.nextInt(headerBytes);
      b[at] = random.nextInt(3) == 0 ? (byte) 0xff : (byte) random.nextInt(256);
    }
    return kind == 3 ? Arrays.copyOf(b, random.nextInt(b.length)) : b;
  }

  @Test
  void givesTheSameFromManyThreads() throws Exception {
    List<Path> files;
    try (Stream<Path> list = Files.list(Shared.path("golden", "jpeg/src"))) {
      files =
          list.filter(f -> f.toString().matches(".*/(base|prog|grey|exif|cmyk|icc)_.*"))
              .sorted()
              .toList();
    }
    List<RgbImage> expected = files.stream().map(decoder::decode).toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<List<RgbImage>>> work =
          java.util.Collections.nCopies(16, () -> files.stream().map(decoder::decode).toList());
      for (var result : threads.invokeAll(work)) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] header(String start, int size) {
    return Arrays.copyOf(ascii(start), size);
  }

  private void assertRefused(byte[] file, String name, String... reasons) {
    assertThatThrownBy(() -> decoder.decode(file, name))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(name + ": ")
        .hasMessageContainingAll(reasons);
  }
}
