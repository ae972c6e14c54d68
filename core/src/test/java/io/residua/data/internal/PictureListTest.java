package io.residua.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.UsageException;
import io.residua.data.DataException;
import io.residua.data.Feed;
import io.residua.image.RgbImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures without labels, one after the other. */
class PictureListTest {
  @TempDir private Path dir;

  private static <T> List<T> all(Feed<T> feed) {
    List<T> all = new ArrayList<>();
    for (T next = feed.next(); next != null; next = feed.next()) {
      all.add(next);
    }
    return all;
  }

  private void make(String... names) throws IOException {
    for (String name : names) {
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private List<String> names(List<Path> paths) {
    return paths.stream().map(p -> dir.relativize(p).toString()).toList();
  }

  @Test
  void everyKindOfPictureIsFoundByItsNameOrWhateverItsNameByItsContent() throws IOException {
    make(
        "a.tif", "b.TIFF", "c.ppm", "d.pgm", "e.pbm", "f.pnm", "g.pam", "h.heic", "i.avif",
        "j.jxl");
    List<String> found = new ArrayList<>(names(all(PictureList.of(List.of(dir)).feed())));
    assertThat(found).hasSize(10);
    for (String fixture :
        List.of(
            "tiff_big.tif",
            "tiff_rgb_raw.tif",
            "pnm_p1.pbm",
            "pnm_p7_rgb.pam",
            "bmp_24.bmp",
            "webp_lossy.webp")) {
      try (InputStream in =
          RgbImage.class.getResourceAsStream("/io/residua/image/formats/" + fixture)) {
        Files.copy(in, dir.resolve(fixture.replace('.', '_') + ".part"));
      }
      found.add(fixture.replace('.', '_') + ".part");
    }
    Files.writeString(dir.resolve("x.data"), "\0\0\0\u0018ftypmif1\0\0\0\0mif1heic");
    found.add("x.data");
    Files.writeString(dir.resolve("notes"), "P5 is my favourite chord");
    Files.writeString(dir.resolve("mail"), "BMW for sale, hardly used");
    Files.writeString(dir.resolve("film.mp4"), "\0\0\0\u0018ftypisom\0\0\0\0isommp42");
    Files.writeString(dir.resolve("photo.nef"), "II*\0\u0008\0\0\0");
    assertThat(names(all(PictureList.of(List.of(dir)).feed())))
        .containsExactlyInAnyOrderElementsOf(found);
  }

  @Test
  void aFolderIsWalkedInTheOrderOfTheWholeNames() throws IOException {
    make(
        "a/x.jpg",
        "a.jpg",
        "a-b/y.jpg",
        "a/b/z.png",
        "a!.jpg",
        "b.txt",
        "c/.hidden.jpg",
        "é/1.jpg");
    make("a/b.jpg", "a/b-1.jpg", "z.jpg");
    PictureList list = PictureList.of(List.of(dir));
    List<String> walked = names(all(list.feed()));
    assertThat(walked)
        .isSorted()
        .containsExactlyElementsOf(
            names(
                PictureFiles.under(dir).pictures().stream().map(PictureFiles.Found::path).toList()))
        .hasSize(list.size());
    assertThat(list.pictures()).isEqualTo(all(list.feed()));
    assertThat(list.warnings()).singleElement().asString().contains("1 file left out", "b.txt");
  }

  @Test
  void linksThatGoInCirclesAreWalkedOnceAndRealNamesWin() throws IOException {
    make("real/one.jpg");
    Files.createSymbolicLink(dir.resolve("alias"), dir.resolve("real"));
    Files.createSymbolicLink(dir.resolve("real/up"), dir);
    assertThat(names(all(PictureList.of(List.of(dir)).feed()))).containsExactly("real/one.jpg");
  }

  @Test
  void shardsShareAListWithoutGapOrOverlap() {
    List<Integer> numbers = IntStream.range(0, 23).boxed().toList();
    List<Integer> together = new ArrayList<>();
    long expected = 0;
    for (int i = 1; i <= 4; i++) {
      Feed<Integer> part = new Shard(i, 4).of(Feed.of(numbers));
      expected += part.expected();
      List<Integer> its = all(part);
      assertThat(its).hasSizeBetween(5, 6).contains(i - 1);
      together.addAll(its);
    }
    assertThat(together).containsExactlyInAnyOrderElementsOf(numbers);
    assertThat(expected).isEqualTo(23);
    assertThat(Shard.parse("3/8")).isEqualTo(new Shard(3, 8));
    for (String wrong : List.of("0/4", "5/4", "1", "a/b", "1/0", "-1/2", "1/2/3")) {
      assertThatThrownBy(() -> Shard.parse(wrong))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("1/4");
    }
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aListHasAPathALineAndFoldersStandForTheirPictures() throws IOException {
    make("f/2.jpg", "f/1.jpg");
    String text = "\ufeffa.jpg\r\n\n" + dir.resolve("f") + "\nlast one.jpg";
    assertThat(all(PathLines.of(bytes(text), "stdin", false, w -> {})))
        .containsExactly(
            Path.of("a.jpg"),
            dir.resolve("f/1.jpg"),
            dir.resolve("f/2.jpg"),
            Path.of("last one.jpg"));
    assertThat(all(PathLines.of(bytes("a\nb.jpg\0c.jpg\0"), "stdin", true, w -> {})))
        .containsExactly(Path.of("a\nb.jpg"), Path.of("c.jpg"));
  }

  @Test
  void whatIsNoListIsSaidWithItsLine() {
    Feed<Path> nul = PathLines.of(bytes("a.jpg\nb\0c\n"), "stdin", false, w -> {});
    assertThat(nul.next()).isEqualTo(Path.of("a.jpg"));
    assertThatThrownBy(nul::next)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("stdin: line 2", "--null");
    assertThat(nul.next()).isNull();
    Feed<Path> binary =
        PathLines.of(new ByteArrayInputStream(new byte[] {(byte) 0xff, 10}), "x", false, w -> {});
    assertThatThrownBy(binary::next).hasMessage("x: line 1: is not UTF-8 text");
    Feed<Path> endless = PathLines.of(bytes("a".repeat(70_000)), "x", false, w -> {});
    assertThatThrownBy(endless::next).hasMessageContaining("longer than 65,536 bytes");
    assertThatThrownBy(() -> PathLines.of(dir, false, w -> {})).hasMessageContaining("is a folder");
    assertThatThrownBy(() -> PathLines.of(dir.resolve("no"), false, w -> {}))
        .hasMessageContaining("no such file");
  }

  @Test
  void aSilentListHoldsNobodyUpWhoDoesNotWaitForIt() throws IOException {
    try (PipedOutputStream writing = new PipedOutputStream();
        PipedInputStream reading = new PipedInputStream(writing)) {
      Feed<Path> lines = PathLines.of(reading, "pipe", false, w -> {});
      assertThat(lines.ready()).isFalse();
      writing.write("one.jpg\n".getBytes(StandardCharsets.UTF_8));
      writing.flush();
      assertThat(lines.next()).isEqualTo(Path.of("one.jpg"));
      assertThat(lines.ready()).isFalse();
      Thread.currentThread().interrupt();
      assertThat(lines.next()).isNull();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void feedsAreChainedAndFiltered() {
    Feed<Integer> both = Feed.of(List.of(1, 2)).then(Feed.of(Stream.of(3, 4, 5).iterator()));
    assertThat(both.expected()).isZero();
    assertThat(all(both.where(n -> n % 2 == 1, 3))).containsExactly(1, 3, 5);
    Feed<Integer> filtered = Feed.of(List.of(1, 2, 3)).where(n -> n == 3, 1);
    assertThat(filtered.ready()).isTrue();
    assertThat(filtered.next()).isEqualTo(3);
    assertThat(filtered.next()).isNull();
  }
}
