package io.residua.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.Progress;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.SplitSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir Path dir;
  private Path root;
  private Path file;

  @BeforeEach
  void someSet() throws IOException {
    root = Files.createDirectory(dir.resolve("data"));
    file = dir.resolve("split.csv");
    for (String name : new String[] {"a, \"b\"", "c"}) {
      Files.createDirectories(root.resolve(name));
      for (int i = 0; i < 10; i++) {
        Files.writeString(root.resolve(name).resolve("x,\n" + i + ".jpg"), name + i);
      }
    }
  }

  @Test
  void aSplitComesBackFromItsFile() {
    DataSplits splits = splits();
    Manifest manifest = Manifest.of(splits, Progress.NONE);
    manifest.write(file);

    Manifest read = Manifest.read(file);
    DataSplits again = read.apply(OpenedData.open(root), "as listed in split.csv", Progress.NONE);

    assertThat(read).isEqualTo(manifest);
    assertThat(read.hash()).isEqualTo(manifest.hash()).hasSize(64);
    assertThat(again.byPart()).isEqualTo(splits.byPart());
    assertThat(again.training().validationOrigin()).isEqualTo("as listed in split.csv");
    assertThat(again.test()).isPresent();
  }

  @Test
  void aChangedMissingOrRelabelledPictureIsNamed() throws IOException {
    Manifest manifest = Manifest.of(splits(), Progress.NONE);
    Path picture = root.resolve("c").resolve("x,\n3.jpg");

    Files.writeString(picture, "other");
    rejects(manifest, "has changed since the split was made");
    Files.delete(picture);
    rejects(manifest, "of the split is missing");
  }

  @Test
  void brokenFilesGiveOneLineWithTheLineNumber() throws IOException {
    Manifest.of(splits(), Progress.NONE).write(file);
    String good = Files.readString(file);
    readFails("path,label\r\n", "expected the header path,label,split,sha256");
    readFails(good + "a,b\r\n", "2 fields, expected 4");
    readFails(good + "a,b,c,d\r\n", "'c' is no split");
    readFails(good + "a,b,train,d\r\n", "'d' is no SHA-256");
    readFails(good + "\"a", "a quote is not closed");
    readFails(good + "\"a\"b,", "text after a closing quote");
    readFails(good + good.substring(good.indexOf('\n') + 1), "is listed twice");
    readFails(good + "\"" + "x".repeat(70_000), "a field is longer than");
    Files.write(file, new byte[] {-1, -2, 0, 1});
    assertThatThrownBy(() -> Manifest.read(file)).hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> Manifest.read(dir.resolve("no.csv")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no such file");
  }

  private DataSplits splits() {
    SplitPlan plan = SplitPlan.defaults(1).withTest(SplitSize.fraction(0.2));
    return OpenedData.open(root).split(plan);
  }

  private void rejects(Manifest manifest, String message) {
    assertThatThrownBy(() -> manifest.apply(OpenedData.open(root), "split.csv", Progress.NONE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  private void readFails(String text, String message) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThatThrownBy(() -> Manifest.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }
}
