package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class ExplainCommandTest {
  @TempDir private Path folder;

  @Test
  void aPictureForEachAsTheNetworkSawIt(SmallRun small) throws IOException {
    Path out = folder.resolve("why");
    TestRun run = new TestRun();
    String fruit = small.pictures().resolve("test/freshbanana").toString();
    String rotten = small.pictures().resolve("test/rottenbanana").toString();
    assertThat(run.execute("explain", small.run().toString(), fruit, rotten, "--out=" + out))
        .as(run.err())
        .isZero();
    assertThat(run.out().lines()).hasSize(6).allMatch(line -> line.endsWith(".png"));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files)
          .hasSize(6)
          .allSatisfy(file -> assertThat(new ImageDecoder().decode(file).width()).isEqualTo(32));
    }
  }

  @Test
  void anyLayerAndAnyClass(SmallRun small) {
    Path out = folder.resolve("why");
    TestRun run = new TestRun();
    String picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg").toString();
    assertThat(
            run.execute(
                "explain",
                small.run().toString(),
                picture,
                "--out=" + out,
                "--layer=layer2.0.conv1",
                "--class=rottenapples"))
        .as(run.err())
        .isZero();
    assertThat(run.out()).startsWith(picture + "  rottenapples ");
    assertThat(out.resolve("synthetic_0001.png")).isRegularFile();
  }

  @Test
  void whatDoesNotFitIsOneLine(SmallRun small) {
    Path out = folder.resolve("why");
    String model = small.run().toString();
    String picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg").toString();
    fails(2, "did you mean 'freshbanana'?", model, picture, "--out=" + out, "--class=freshbanan");
    fails(2, "no layer 'layer9'", model, picture, "--out=" + out, "--layer=layer9");
    fails(2, "exists and is not empty", model, picture, "--out=" + small.run());
    fails(2, "--out", model, picture);
    assertThat(out).doesNotExist();
  }

  @Test
  void ofNoPictureNoFolderIsLeft(SmallRun small) throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.jpg"), "no picture");
    Path out = folder.resolve("why");
    TestRun run = new TestRun();
    assertThat(run.execute("explain", small.run().toString(), broken.toString(), "--out=" + out))
        .isEqualTo(1);
    assertThat(run.err())
        .contains("residua: not one picture could be read")
        .doesNotContain("wrote");
    assertThat(out).doesNotExist();
  }

  @Test
  void ofSeveralModelsNoneIsShownSilently(SmallRun small) {
    String model = small.run().toString();
    String both = model + "," + model;
    String picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg").toString();
    String words = "'%s' is several models, and explain shows what one sees: give one, such as %s";
    fails(2, words.formatted(both, model), both, picture, "--out=" + folder.resolve("why"));
    assertThat(folder.resolve("why")).doesNotExist();
  }

  private static void fails(int exitCode, String words, String... arguments) {
    TestRun run = new TestRun();
    String[] all = Stream.concat(Stream.of("explain"), Stream.of(arguments)).toArray(String[]::new);
    assertThat(run.execute(all)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines().reduce((a, b) -> b).orElse("")).contains(words);
  }
}
