package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.data.OpenedData;
import io.residua.data.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Data sets in archives, as commands take them. */
@ExtendWith(SmallRun.Resolver.class)
class ArchivedDataTest {
  @TempDir private Path folder;

  private Path zip(SmallRun small) throws IOException {
    Path file = folder.resolve("set.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Sample sample : OpenedData.open(small.pictures()).all().samples()) {
        zip.putNextEntry(new ZipEntry(sample.name()));
        zip.write(Files.readAllBytes(sample.path()));
      }
    }
    return file;
  }

  private static TestRun does(String... arguments) {
    TestRun run = new TestRun();
    assertThat(run.execute(arguments)).as(run.err()).isZero();
    return run;
  }

  @Test
  void aZipTrainsTheSameModelAsItsFolder(SmallRun small) throws IOException {
    String zip = zip(small).toString();
    Path out = folder.resolve("run");
    TestRun train = does(SmallRun.trainArguments(Path.of(zip), out));
    assertThat(train.err()).contains("next: residua evaluate " + out + " " + zip);
    assertThat(out.resolve("split.csv")).hasSameTextualContentAs(small.run().resolve("split.csv"));
    assertThat(out.resolve("history.csv").toFile()).isNotEmpty();
    assertThat(out.resolve("report.html")).content().contains("data:image");

    Path rows = folder.resolve("rows.csv");
    String model = small.run().toString();
    String answers = does("evaluate", model, zip, "--csv=" + rows).out();
    String pictures = small.pictures().toString();
    assertThat(answers)
        .contains("18 of 18 pictures")
        .isEqualTo(does("evaluate", model, pictures).out().replace(pictures, zip));
    assertThat(Files.readString(rows)).contains("\ntest/freshapples/synthetic_0001.jpg,");
    Path html = folder.resolve("inspect.html");
    assertThat(does("inspect", zip, "--html=" + html).out()).contains("54 pictures");
    assertThat(html).content().contains("data:image");
    does("report", small.run().toString(), "--data", zip, "--out=" + folder.resolve("r.html"));
    assertThat(does("data", "preview", zip, "--out=" + folder.resolve("g.png")).out())
        .contains("freshapples");
    does("calibrate", model, zip, "--out=" + folder.resolve("int8.safetensors"), "--pictures=8");
  }

  @Test
  void shardsTrainAModel(SmallRun small) throws IOException {
    OpenedData data = OpenedData.open(small.pictures());
    for (var part : data.parts().entrySet()) {
      Path file = folder.resolve("fruit-" + part.getKey().label() + "-0.tar");
      try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
        int key = 0;
        for (Sample sample : part.getValue().samples()) {
          put(tar, key + ".jpg", Files.readAllBytes(sample.path()));
          put(tar, key++ + ".cls", Integer.toString(sample.label()).getBytes("US-ASCII"));
        }
      }
    }
    Path names = Files.write(folder.resolve("names.txt"), data.classes());
    String pattern = folder.resolve("fruit-{train,test}-0.tar").toString();
    Path out = folder.resolve("run");
    TestRun train = does(SmallRun.trainArguments(Path.of(pattern), out, "--class-names=" + names));
    assertThat(train.err())
        .contains("next: residua evaluate " + out + " '" + pattern + "' --class-names " + names);
    assertThat(Files.readString(out.resolve("split.csv")))
        .contains("\nfruit-train-0.tar/10.jpg,freshbanana,train,");
    assertThat(does("evaluate", small.run().toString(), pattern, "--class-names=" + names).out())
        .contains("18 of 18 pictures");
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  @Test
  void aPackedTarIsRefusedInOneLine(SmallRun small) throws IOException {
    Path file = Files.write(folder.resolve("set.tar.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
    TestRun run = new TestRun();
    assertThat(run.execute("evaluate", small.run().toString(), file.toString())).isEqualTo(1);
    assertThat(run.err())
        .contains("set.tar.gz: is packed by gzip as a whole")
        .contains("'gunzip -k set.tar.gz'");
  }
}
