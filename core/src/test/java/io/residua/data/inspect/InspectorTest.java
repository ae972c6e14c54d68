package io.residua.data.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.inspect.Finding.Kind;
import io.residua.data.inspect.internal.InspectionJson;
import io.residua.data.internal.Quarantine;
import io.residua.image.RgbImage;
import io.residua.testkit.Scenes;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectorTest {
  @TempDir Path dir;

  @Test
  void findsTheElevenPhotographsOfCatsAndDogsThatLieInTrainAndInTest() {
    Inspection found = inspect(Shared.path("data", "cats_dogs_small"));

    assertThat(found.findings(Kind.CROSS_SPLIT_DUPLICATE)).hasSize(11);
    assertThat(found.findings(Kind.CROSS_SPLIT_DUPLICATE))
        .anyMatch(f -> f.files().equals(List.of("test/dogs/dog_344.jpg", "train/dogs/dog_39.jpg")));
    assertThat(found.findings(Kind.NEAR_DUPLICATE)).hasSize(25);
    assertThat(found.quarantine()).containsEntry("train/dogs/dog_39.jpg", "cross_split_duplicate");
    assertThat(found.quarantine()).doesNotContainKey("test/dogs/dog_344.jpg");
    assertThat(found.sizes().distinct()).isEqualTo(1);
    assertThat(found.channels().mean()[0]).isBetween(0.586, 0.589);
  }

  /** By their names alone: the pictures differ, and lie in the folders of other parts. */
  @Test
  void aDivisionKeepsWhatIsNamedAsACopyWithItsOriginal() throws IOException {
    Path data = Scenes.set(dir.resolve("scenes"), 8, 4);
    for (String name : Scenes.CLASSES) {
      Path test = data.resolve("test").resolve(name);
      for (int i = 0; i < 4; i++) {
        Path picture =
            test.resolve(i < 2 ? "scene_0" + (8 + i) + ".png" : "scene_1" + (i - 2) + ".png");
        Files.move(picture, test.resolve("rotated_by_15_scene_0" + i + ".png"));
      }
    }
    Map<String, Part> anew = divided(data, true);
    assertThat(anew).hasSize(72);
    assertThat(anew.values()).contains(Part.TRAIN, Part.VALIDATION, Part.TEST);
    for (String name : Scenes.CLASSES) {
      for (int i = 0; i < 4; i++) {
        String file = "scene_0" + i + ".png";
        assertThat(anew.get("test/" + name + "/rotated_by_15_" + file))
            .isEqualTo(anew.get("train/" + name + "/" + file));
      }
    }
    assertThat(divided(data, false))
        .allSatisfy(
            (name, part) -> assertThat(part == Part.TEST).isEqualTo(name.startsWith("test/")));
  }

  private static Map<String, Part> divided(Path data, boolean anew) {
    Map<String, Part> parts = new TreeMap<>();
    Inspector.divide(OpenedData.open(data), 0.2, 0.3, 1, anew, Progress.NONE)
        .entries()
        .forEach(entry -> parts.put(entry.path(), entry.split()));
    return parts;
  }

  @Test
  void findsThePlaceholderAmongTheAnts() {
    Inspection found = inspect(Shared.path("data", "hymenoptera"));
    assertThat(found.findings(Kind.PLACEHOLDER))
        .singleElement()
        .extracting(f -> f.files().get(0))
        .isEqualTo("train/ants/imageNotFound.gif");
    assertThat(found.formats()).containsEntry("GIF", 1).containsEntry("JPEG", 397);
    assertThat(found.findings(Kind.NEAR_DUPLICATE)).isEmpty();
  }

  @Test
  void copiesAreFoundHoweverTheyWereMade() throws IOException {
    BufferedImage[] originals = new BufferedImage[12];
    for (int i = 0; i < originals.length; i++) {
      originals[i] = Scenes.picture(i % 6, i);
      png("train/a/original_%02d.png".formatted(i), originals[i]);
    }
    png("train/b/other.png", Scenes.picture(1, 70));
    png("test/b/other.png", Scenes.picture(2, 71));
    png("test/a/0_mirrored.png", drawn(originals[0], new AffineTransform(-1, 0, 0, 1, 224, 0)));
    png("test/a/1_upside_down.png", drawn(originals[1], new AffineTransform(1, 0, 0, -1, 0, 224)));
    png(
        "test/a/2_quarter.png",
        drawn(originals[2], AffineTransform.getRotateInstance(Math.PI / 2, 112, 112)));
    png(
        "test/a/3_turned.png",
        drawn(originals[3], AffineTransform.getRotateInstance(0.262, 112, 112)));
    png("test/a/4_cropped.png", originals[4].getSubimage(14, 8, 200, 204));
    png("test/a/5_brighter.png", new RescaleOp(1.2f, 25, null).filter(originals[5], null));
    Files.write(file("test/a/6_compressed.jpg"), jpeg(originals[6], 0.15f));
    BufferedImage small = drawn(originals[7], new AffineTransform(0.5, 0, 0, 0.5, 0, 0));
    png("test/a/7_smaller.png", small.getSubimage(0, 0, 112, 112));

    Inspection found = inspect(dir);

    assertThat(found.findings(Kind.CROSS_SPLIT_DUPLICATE).stream().map(f -> f.files().get(0)))
        .containsExactly(
            "test/a/0_mirrored.png",
            "test/a/1_upside_down.png",
            "test/a/2_quarter.png",
            "test/a/3_turned.png",
            "test/a/4_cropped.png",
            "test/a/5_brighter.png",
            "test/a/6_compressed.jpg",
            "test/a/7_smaller.png");
    assertThat(found.findings(Kind.CROSS_SPLIT_DUPLICATE))
        .allMatch(f -> f.files().get(1).contains("original_0" + f.files().get(0).charAt(7)));
    assertThat(found.findings(Kind.NEAR_DUPLICATE)).isEmpty();
  }

  @Test
  void horizonsThatMerelyLieOnOneAnotherAreNotCopies() throws IOException {
    for (int i = 0; i < 4; i++) {
      png("a/%d.png".formatted(i), hill(i));
    }
    assertThat(inspect(dir).findings(Kind.NEAR_DUPLICATE)).isEmpty();
    Files.write(file("a/copy.jpg"), jpeg(hill(2), 0.5f));
    assertThat(files(inspect(dir), Kind.NEAR_DUPLICATE)).containsExactly("a/2.png");
  }

  /** Sky that gets lighter towards a hill, whose slope and roughness the number decides. */
  private static BufferedImage hill(int number) {
    BufferedImage image = new BufferedImage(150, 150, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(number);
    double phase = random.nextDouble() * 6;
    for (int x = 0; x < 150; x++) {
      double bent = Math.pow(x / 150.0, 0.5 + 0.6 * number);
      double ridge = 75 + 60 * bent + 4 * Math.sin(phase + x / (8.0 + 3 * number));
      for (int y = 0; y < 150; y++) {
        boolean sky = y < ridge;
        int level = sky ? 150 + y / 3 + 5 * number : 40 + 3 * number;
        level += random.nextInt(7);
        image.setRGB(x, y, sky ? level << 8 | 0xff : level << 16 | level << 8 | 30);
      }
    }
    return image;
  }

  @Test
  void whatIsWrongWithSinglePicturesIsSaid() throws IOException {
    BufferedImage picture = Scenes.picture(0, 1);
    byte[] jpeg = jpeg(picture, 0.9f);
    png("a/good.png", picture);
    Files.write(file("a/cut.jpg"), Arrays.copyOf(jpeg, jpeg.length / 3));
    Files.writeString(file("a/text.jpg"), "I am not a picture");
    Files.write(file("a/empty.png"), new byte[0]);
    Files.writeString(file("a/readme.txt"), "hello");
    png("b/white.png", drawn(picture, new AffineTransform(0, 0, 0, 0, 0, 0)));
    Files.write(file("b/turned.jpg"), withOrientation(jpeg(Scenes.picture(1, 2), 0.9f)));
    Files.write(file("b/moving.gif"), animated());
    Files.writeString(file("b/c.jpg"), "x");

    Inspection found = inspect(dir);

    assertThat(files(found, Kind.UNREADABLE))
        .containsExactly("a/cut.jpg", "a/empty.png", "a/text.jpg", "b/c.jpg");
    assertThat(found.findings(Kind.UNREADABLE)).allMatch(f -> !f.detail().contains(dir.toString()));
    assertThat(found.findings(Kind.UNREADABLE).get(0).detail()).contains("truncated");
    assertThat(files(found, Kind.NOT_A_PICTURE)).containsExactly("a/readme.txt");
    assertThat(files(found, Kind.BLANK)).containsExactly("b/white.png");
    assertThat(files(found, Kind.EXIF_ROTATED)).containsExactly("b/turned.jpg");
    assertThat(files(found, Kind.ANIMATED)).containsExactly("b/moving.gif");
    assertThat(found.modes()).containsEntry("palette", 1);
  }

  @Test
  void thePictureUnderTwoLabelsIsAConflict() throws IOException {
    BufferedImage one = Scenes.picture(0, 1);
    BufferedImage two = Scenes.picture(1, 1);
    png("a/1.png", one);
    png("b/1.png", one);
    png("a/2.png", two);
    Files.write(file("b/2.jpg"), jpeg(two, 0.3f));
    png("a/3.png", Scenes.picture(2, 1));
    png("a/4.png", Scenes.picture(2, 1));
    png("b/5.png", Scenes.picture(2, 9));

    Inspection found = inspect(dir);

    assertThat(found.findings(Kind.LABEL_CONFLICT).stream().map(Finding::files))
        .containsExactly(List.of("a/1.png", "b/1.png"), List.of("a/2.png", "b/2.jpg"));
    assertThat(found.findings(Kind.LABEL_CONFLICT).get(0).detail())
        .isEqualTo("equal pixels; labelled a, b");
    assertThat(files(found, Kind.EXACT_DUPLICATE)).containsExactly("a/3.png");

    Path list = dir.resolve("quarantine.csv");
    Quarantine.write(list, found.quarantine());
    Set<String> names = Quarantine.read(list);
    assertThat(names).isEqualTo(new TreeSet<>(found.quarantine().keySet()));
    assertThat(OpenedData.open(dir).without(names).all().samples().stream().map(s -> s.name()))
        .containsExactly("a/3.png", "b/5.png");
    ImageDataset all = OpenedData.open(dir).all();
    assertThat(found.grouping().groups(all)).containsExactly(0, 1, 2, 2, 0, 1, 3);
  }

  @Test
  void theJsonNamesEachFindingWithItsFiles() throws IOException {
    png("a/1.png", Scenes.picture(0, 1));
    png("b/1.png", Scenes.picture(0, 1));
    ObjectNode json = InspectionJson.toJson(inspect(dir));
    assertThat(json.at("/parts/all/classes/a").asInt()).isEqualTo(1);
    assertThat(json.at("/findings/0/kind").asText()).isEqualTo("label_conflict");
    assertThat(json.at("/findings/0/files/1").asText()).isEqualTo("b/1.png");
    assertThat(json.at("/finding_counts/label_conflict").asInt()).isEqualTo(1);
    assertThat(json.at("/channel_mean")).hasSize(3);
  }

  private static Inspection inspect(Path path) {
    Inspection found = Inspector.inspect(OpenedData.open(path), true, Progress.NONE);
    Map<Part, int[]> counts = found.counts();
    assertThat(counts.values().stream().flatMapToInt(Arrays::stream).sum())
        .isEqualTo(found.pictures());
    return found;
  }

  private static List<String> files(Inspection found, Kind kind) {
    return found.findings(kind).stream().map(f -> f.files().get(0)).toList();
  }

  private Path file(String name) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }

  private void png(String name, BufferedImage image) throws IOException {
    Files.write(file(name), RgbImage.of(image).toPng());
  }

  private static BufferedImage drawn(BufferedImage image, AffineTransform transform) {
    BufferedImage out = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = out.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, 224, 224);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, transform, null);
    g.dispose();
    return out;
  }

  private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The same file with an EXIF block that says "turned by 90 degrees". */
  private static byte[] withOrientation(byte[] jpeg) {
    int[] exif = {
      0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0,
      3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
    };
    byte[] out = new byte[jpeg.length + exif.length];
    System.arraycopy(jpeg, 0, out, 0, 2);
    for (int i = 0; i < exif.length; i++) {
      out[2 + i] = (byte) exif[i];
    }
    System.arraycopy(jpeg, 2, out, 2 + exif.length, jpeg.length - 2);
    return out;
  }

  private static byte[] animated() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < 2; i++) {
        writer.writeToSequence(new IIOImage(Scenes.picture(i, 5), null, null), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
