package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Progress;
import io.residua.data.Archives;
import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.inspect.Inspection;
import io.residua.data.inspect.Inspector;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Class folders in zips and tars, which are read without unpacking. */
class ArchiveTest {
  private static final List<String> PLAIN =
      List.of("cat/1.png", "cat/2.png", "dog/1.png", "dog/deep/2.png", "dog/3");
  private static final List<String> PARTS =
      List.of("a/train/cat/1.png", "a/train/dog/1.png", "a/test/cat/2.png", "a/test/dog/2.png");

  @TempDir Path dir;

  private Path archive(String name, List<String> files) throws IOException {
    return Archives.write(dir.resolve(name), Archives.pictures(files));
  }

  private static List<String> names(OpenedData data) {
    return data.all().samples().stream().map(Sample::name).toList();
  }

  private void refused(Path file, String reason) {
    assertThatThrownBy(() -> OpenedData.open(file))
        .isInstanceOf(DataException.class)
        .message()
        .startsWith(file + ": ")
        .contains(reason)
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"set.zip", "set.tar"})
  void classFoldersAreReadInPlace(String name) throws IOException {
    Path file = archive(name, PLAIN);
    OpenedData data = OpenedData.open(file);
    assertThat(data.classes()).containsExactly("cat", "dog");
    assertThat(data.all().labels()).containsExactly(0, 0, 1, 1, 1);
    assertThat(names(data))
        .containsExactly("cat/1.png", "cat/2.png", "dog/1.png", "dog/3", "dog/deep/2.png");
    for (Sample sample : data.all().samples()) {
      assertThat(sample.path()).isEqualTo(file.resolve(sample.name()));
      assertThat(sample.source().bytes()).isEqualTo(Archives.png(sample.name().hashCode()));
      RgbImage expected =
          new ImageDecoder().decode(Archives.png(sample.name().hashCode()), "expected");
      assertThat(sample.source().read(new ImageDecoder()).rgb()).isEqualTo(expected.rgb());
    }
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"set.zip", "set.tar"})
  void partsWrappersAndWhatSystemsAddAreSeenAsInFolders(String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>(Archives.pictures(PARTS));
    files.put("__MACOSX/a/train/cat/._1.png", new byte[] {1});
    files.put("a/train/cat/._1.png", new byte[] {1});
    files.put("a/.DS_Store", new byte[] {1});
    files.put("a/train/dog/Thumbs.db", new byte[] {1});
    files.put("./a/train/dog/notes.txt", new byte[] {1});
    OpenedData data = OpenedData.open(Archives.write(dir.resolve(name), files));
    assertThat(data.parts()).containsOnlyKeys(Part.TRAIN, Part.TEST);
    assertThat(names(data)).containsExactlyInAnyOrderElementsOf(PARTS);
    assertThat(data.warnings())
        .anyMatch(w -> w.contains("'a/train' is taken for the train part"))
        .anyMatch(w -> w.contains("1 file is not a picture and is left out (first: a/train/dog/"))
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"set.zip", "set.tar"})
  void theDivisionOfAnArchiveIsThatOfItsFolder(String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      files.put("cat/" + i + ".png", Archives.png(i));
      files.put("dog/" + i + ".png", Archives.png(100 + i));
    }
    Path file = Archives.write(dir.resolve(name), files);
    for (Map.Entry<String, byte[]> entry : files.entrySet()) {
      Path path = dir.resolve("folder").resolve(entry.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, entry.getValue());
    }
    OpenedData folder = OpenedData.open(dir.resolve("folder"));
    SplitPlan plan = SplitPlan.defaults(1);
    Manifest manifest = Manifest.of(OpenedData.open(file).split(plan), Progress.NONE);
    assertThat(manifest).isEqualTo(Manifest.of(folder.split(plan), Progress.NONE));
    assertThat(manifest.apply(folder, "split.csv", Progress.NONE).classes())
        .containsExactly("cat", "dog");
    Inspection there = Inspector.inspect(OpenedData.open(file), true, Progress.NONE);
    Inspection unpacked = Inspector.inspect(folder, true, Progress.NONE);
    assertThat(there.toText().replace(file.toString(), ""))
        .contains("PNG")
        .isEqualTo(unpacked.toText().replace(dir.resolve("folder").toString(), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"set.zip", "set.tar"})
  void anUnreadablePictureIsNamedByItsPlaceAndLeftOut(String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>(Archives.pictures(PLAIN));
    files.put("dog/broken.png", Arrays.copyOf(Archives.png(5), 60));
    Path file = Archives.write(dir.resolve(name), files);
    OpenedData data = OpenedData.open(file);
    assertThatThrownBy(() -> TrainingCheck.USUAL.of(data, false, Progress.NONE))
        .hasMessageContaining("first: " + file.resolve("dog/broken.png") + ": ");
    assertThat(new TrainingCheck(null, 0.5).of(data, false, Progress.NONE).leftOut())
        .containsOnlyKeys("dog/broken.png");
    assertThat(names(data.without(Set.of("dog/broken.png")))).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"set.zip", "set.tar"})
  void picturesWithoutLabelsAreForInspection(String name) throws IOException {
    Path file = archive(name, List.of("one.png", "two.png"));
    assertThat(OpenedData.openPictures(file).classes()).containsExactly(OpenedData.UNLABELLED);
    assertThat(OpenedData.openPictures(file).all().size()).isEqualTo(2);
    refused(file, "holds 2 pictures but no class folders");
  }

  @Test
  void namesOfClassesAreGivenToFoldersInArchivesToo() throws IOException {
    Path names = Files.writeString(dir.resolve("names.csv"), "ClassId,Name\n1,cow\n0,ape\n");
    Path file = archive("set.zip", List.of("00000/a.png", "00001/a.png"));
    assertThat(OpenedData.open(file, DataReading.USUAL.withClassNames(names)).classes())
        .containsExactly("cow", "ape");
    assertThatThrownBy(() -> OpenedData.open(file, DataReading.USUAL.withLabelColumn("x")))
        .hasMessageContaining("is no list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"set.zip", "set.tar"})
  void namesThatLeadOutOfTheArchiveAreLeftOut(String name) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>(Archives.pictures(PLAIN));
    files.put("../outside.png", Archives.png(1));
    files.put("cat/../../outside.png", Archives.png(1));
    files.put("/cat/absolute.png", Archives.png(1));
    files.put("x/".repeat(100) + "deep.png", Archives.png(1));
    OpenedData data = OpenedData.open(Archives.write(dir.resolve(name), files));
    assertThat(data.all().size()).isEqualTo(PLAIN.size());
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .contains("4 files left out, whose names lead out of the archive")
        .contains("(first: ../outside.png)");
    assertThat(dir.getParent().resolve("outside.png")).doesNotExist();
  }

  @Test
  void separatorsOfWindowsAreFoldersToo() throws IOException {
    Path file = archive("set.zip", List.of("cat\\1.png", "dog\\1.png"));
    assertThat(OpenedData.open(file).classes()).containsExactly("cat", "dog");
  }

  @Test
  void namesInTheFirstPcsCharactersAreRead() throws IOException {
    Path file = dir.resolve("set.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out, Charset.forName("IBM437"))) {
      for (String name : List.of("Bär/1.png", "Kuh/1.png")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Archives.png(name.hashCode()));
      }
    }
    OpenedData data = OpenedData.open(file);
    assertThat(data.classes()).containsExactly("Bär", "Kuh");
    assertThat(data.all().samples().get(0).source().bytes())
        .isEqualTo(Archives.png("Bär/1.png".hashCode()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"STORED", "DEFLATED"})
  void sizesOfMoreThanFourGigabytesMayBeWritten(String method) throws IOException {
    Path file = dir.resolve("set.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      zip.setUseZip64(Zip64Mode.AlwaysWithCompatibility);
      for (String name : PLAIN) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(method.equals("STORED") ? ZipEntry.STORED : ZipEntry.DEFLATED);
        zip.putArchiveEntry(entry);
        zip.write(Archives.png(name.hashCode()));
        zip.closeArchiveEntry();
      }
    }
    OpenedData data = OpenedData.open(file);
    assertThat(data.all().size()).isEqualTo(PLAIN.size());
    assertThat(data.all().samples().get(0).source().bytes())
        .isEqualTo(Archives.png("cat/1.png".hashCode()));
  }

  @Test
  void oneFileOfSeveralOfANameIsReadAndSaid() throws IOException {
    Path file = dir.resolve("set.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 3; i++) {
        put(tar, new TarArchiveEntry(i == 1 ? "dog/1.png" : "cat/1.png"), Archives.png(i));
      }
    }
    OpenedData data = OpenedData.open(file);
    assertThat(names(data)).containsExactly("cat/1.png", "dog/1.png");
    assertThat(data.all().samples().get(0).source().bytes()).isEqualTo(Archives.png(2));
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .contains("1 file left out, one of several");
  }

  @Test
  void linksToFilesOfATarAreFollowedAndOthersLeftOut() throws IOException {
    Path file = dir.resolve("set.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      String longName = "cat/" + "x".repeat(150) + ".png";
      put(tar, new TarArchiveEntry(longName), Archives.png(0));
      put(tar, new TarArchiveEntry("dog/1.png"), Archives.png(1));
      TarArchiveEntry hard = new TarArchiveEntry("dog/same.png", TarConstants.LF_LINK);
      hard.setLinkName("dog/1.png");
      put(tar, hard, new byte[0]);
      TarArchiveEntry soft = new TarArchiveEntry("dog/soft.png", TarConstants.LF_SYMLINK);
      soft.setLinkName("/etc/passwd");
      put(tar, soft, new byte[0]);
      put(tar, new TarArchiveEntry("dog/pipe.png", TarConstants.LF_FIFO), new byte[0]);
    }
    OpenedData data = OpenedData.open(file);
    assertThat(names(data)).hasSize(3).contains("dog/1.png", "dog/same.png");
    assertThat(data.all().samples().get(2).source().bytes()).isEqualTo(Archives.png(1));
    assertThat(data.warnings())
        .singleElement()
        .asString()
        .contains("2 names left out that lead to another or to a device (first: dog/soft.png)");
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content)
      throws IOException {
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "set.tar.gz | 1f8b0800 | is packed by gzip as a whole, | ; 'gunzip -k set.tar.gz' makes a file",
        "set.tgz | 1f8b0800 | is packed by gzip as a whole, | ; 'gunzip -k set.tgz'",
        "set.tar.bz2 | 425a6839 | is packed by bzip2 as a whole, | ; 'bunzip2 -k",
        "set.tar.xz | fd377a585a00 | is packed by xz as a whole, | ; 'unxz -k",
        "set.tar.zst | 28b52ffd | is packed by Zstandard as a whole, | ; 'unzstd -k",
        "set.7z | 377abcaf271c | is packed by 7-Zip as a whole, | ; unpack it and give the folder",
        "set.rar | 526172211a0700 | is packed by RAR as a whole, | ; unpack it and give the folder"
      })
  void whatCanOnlyBeReadFromItsBeginningIsRefusedWithWhatHelps(
      String name, String start, String reason, String help) throws IOException {
    byte[] magic = HexFormat.of().parseHex(start);
    Path file = Files.write(dir.resolve(name), Arrays.copyOf(magic, 600));
    refused(file, reason);
    refused(file, help);
  }

  @Test
  void encryptedAndOddlyPackedZipsAreRefused() throws IOException {
    Path file = archive("set.zip", PLAIN);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, changed(whole, 8, 0, 1));
    refused(file, "is encrypted; unpack it with its password");
    Files.write(file, changed(whole, 10, 0, 12));
    refused(file, "is packed by method 12, not stored or deflated; unpack it");
  }

  /** A zip with other bytes, the last first, in each entry of its directory. */
  private static byte[] changed(byte[] zip, int at, int... values) {
    byte[] bytes = zip.clone();
    for (int i = 0; i < bytes.length - 46; i++) {
      if (bytes[i] == 'P' && bytes[i + 1] == 'K' && bytes[i + 2] == 1 && bytes[i + 3] == 2) {
        for (int k = 0; k < values.length; k++) {
          bytes[i + at + k] = (byte) values[values.length - 1 - k];
        }
      }
    }
    return bytes;
  }

  @Test
  void aZipThatSaysMoreThanItCanHoldIsRefused() throws IOException {
    Path file = archive("set.zip", PLAIN);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, changed(whole, 24, 0x7f, 0, 0, 0));
    refused(file, "which do not fit into its");
    // A little more than there is: told when it is read, and no other picture suffers.
    byte[] bytes = whole.clone();
    ByteBuffer directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int first = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    directory.putInt(first + 24, directory.getInt(first + 24) + 5);
    Files.write(file, bytes);
    List<Sample> samples = OpenedData.open(file).all().samples();
    assertThatThrownBy(() -> samples.get(0).source().read(new ImageDecoder()))
        .isInstanceOf(ImageException.class)
        .hasMessage(file.resolve("cat/1.png") + ": the archive holds less of it than it says");
    assertThatThrownBy(() -> samples.get(0).source().sha256()).isInstanceOf(IOException.class);
    assertThat(samples.get(1).source().read(new ImageDecoder()).width()).isEqualTo(8);
    directory.putInt(first + 24, directory.getInt(first + 24) - 10);
    Files.write(file, bytes);
    Sample less = OpenedData.open(file).all().samples().get(0);
    assertThatThrownBy(() -> less.source().read(new ImageDecoder()))
        .hasMessageContaining("the archive holds more of it than it says");
  }

  @Test
  void filesThatOverlapAreRefused() throws IOException {
    Path file = archive("set.zip", PLAIN);
    byte[] whole = Files.readAllBytes(file);
    ByteBuffer directory = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    directory.putInt(at + 20, whole.length - 100);
    Files.write(file, whole);
    refused(file, "says that its files take more room than it does");
  }

  @Test
  void aDamagedPictureInAZipIsToldByItsChecksum() throws IOException {
    Map<String, byte[]> files = Archives.pictures(PLAIN);
    Path file = dir.resolve("set.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : files.entrySet()) {
        ZipArchiveEntry stored = new ZipArchiveEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        zip.putArchiveEntry(stored);
        zip.write(entry.getValue());
        zip.closeArchiveEntry();
      }
    }
    byte[] whole = Files.readAllBytes(file);
    whole[100] ^= 1;
    Files.write(file, whole);
    Sample first = OpenedData.open(file).all().samples().get(0);
    assertThatThrownBy(() -> first.source().read(new ImageDecoder()))
        .hasMessage(file.resolve("cat/1.png") + ": the archive is damaged there (checksum)");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 512, 700, 1600, 3000})
  void aTarThatIsCutShortIsRefused(int bytes) throws IOException {
    Path file = archive("set.tar", PLAIN);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, bytes));
    assertThatThrownBy(() -> OpenedData.open(file))
        .isInstanceOf(DataException.class)
        .message()
        .startsWith(file + ": ")
        .containsPattern("cut short|[Tt]runcated|has no files")
        .hasLineCount(1);
  }

  @Test
  void aTarWhoseHeadersAreDamagedIsRefused() throws IOException {
    Path file = archive("set.tar", PLAIN);
    byte[] whole = Files.readAllBytes(file);
    whole[1030] ^= 1;
    Files.write(file, whole);
    refused(file, "a header's checksum is wrong");
    Files.write(file, new byte[] {1, 2, 3, 4});
    refused(file, "");
    Files.write(file, new byte[10240]);
    refused(file, "has no files");
  }

  @Test
  void aTarThatHasChangedSinceItWasOpenedIsNotRead() throws IOException {
    Path file = archive("set.tar", PLAIN);
    Sample sample = OpenedData.open(file).all().samples().get(0);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThatThrownBy(() -> sample.source().read(new ImageDecoder()))
        .isInstanceOf(ImageException.class)
        .hasMessage(file.resolve("cat/1.png") + ": the archive has changed since it was opened");
  }

  @Test
  void aHeaderLongerThanAnyNameIsRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
      put(tar, name, new byte[3 << 20]);
      put(tar, new TarArchiveEntry("cat/1.png"), Archives.png(1));
    }
    refused(
        Files.write(dir.resolve("set.tar"), bytes.toByteArray()),
        "a header has more than a megabyte");
  }

  @Test
  void listsInArchivesAreRefusedAndNotTakenForFolders() throws IOException {
    Map<String, byte[]> files = new HashMap<>(Archives.pictures(PARTS));
    files.put("a/metadata.csv", "id,age\n1,2\n".getBytes(StandardCharsets.UTF_8));
    Path captions = Archives.write(dir.resolve("captions.tar"), files);
    assertThat(OpenedData.open(captions).classes()).containsExactly("cat", "dog");
    String labels = "{\"file_name\":\"cat/1.png\",\"label\":1}\n";
    files.put("a/train/metadata.jsonl", labels.getBytes(StandardCharsets.UTF_8));
    Path file = Archives.write(dir.resolve("set.zip"), files);
    assertThatThrownBy(() -> OpenedData.open(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.resolve("a/train/metadata.jsonl") + ": lists of pictures are");
    refused(Archives.write(dir.resolve("none.zip"), Map.of()), "has no files");
    refused(Files.writeString(dir.resolve("other.zip"), "no zip"), "is damaged or no zip");
    refused(Files.writeString(dir.resolve("other.xyz"), "no set"), "is a file; expected a folder");
  }
}
