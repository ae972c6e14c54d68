package io.residua.bench;

import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;
import io.residua.internal.Text;
import io.residua.sample.SampleSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** JPEGs of 500x375 pixels, as large as ImageNet's are, quality 0.9. */
public final class PictureFolder {
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final float QUALITY = 0.9f;
  private static final int MOST_DIFFERENT = 100;

  private PictureFolder() {}

  /**
   * Makes sure that a folder holds that many pictures; up to 100 different ones, over and over.
   *
   * @param photos a folder with photos in it or below it, or one that does not exist: rendered
   *     pictures are used then
   */
  static void make(Path folder, int count, Path photos) throws IOException {
    Path last = folder.resolve(name(count - 1));
    if (Files.exists(last)) {
      return;
    }
    Files.createDirectories(folder);
    List<byte[]> different = different(photos);
    for (int i = 0; i < count; i++) {
      Files.write(folder.resolve(name(i)), different.get(i % different.size()));
    }
  }

  /** The different pictures, as files. */
  public static List<byte[]> different(Path photos) throws IOException {
    List<byte[]> files = new ArrayList<>();
    if (Files.isDirectory(photos)) {
      List<Path> paths;
      try (Stream<Path> walk = Files.walk(photos)) {
        paths = walk.filter(p -> p.toString().endsWith(".jpg")).sorted().toList();
      }
      ImageDecoder decoder = new ImageDecoder();
      for (Path path : paths) {
        if (files.size() < MOST_DIFFERENT) {
          try {
            files.add(jpeg(decoder.decode(path)));
          } catch (ImageException e) {
            // one photo less
          }
        }
      }
    }
    for (int i = files.size(); i < MOST_DIFFERENT; i++) {
      BufferedImage rendered =
          SampleSet.picture(i % SampleSet.CLASSES.size(), false, i / SampleSet.CLASSES.size(), 1);
      files.add(jpeg(RgbImage.of(rendered)));
    }
    return files;
  }

  private static String name(int index) {
    return Text.of("%05d.jpg", index);
  }

  private static byte[] jpeg(RgbImage picture) throws IOException {
    RgbImage sized = Resampling.resize(picture, WIDTH, HEIGHT, Interpolation.BICUBIC);
    BufferedImage image = sized.toBufferedImage();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(QUALITY);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
