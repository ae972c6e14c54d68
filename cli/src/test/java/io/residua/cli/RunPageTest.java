package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.data.DataReading;
import io.residua.data.Part;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class RunPageTest {
  private static final Compute JAVA = new Compute(Device.JAVA, Precision.FP32, 1);

  @TempDir private Path folder;

  @Test
  void aTrainingEndsWithItsPage(SmallRun small) throws IOException {
    RunFolder files = new RunFolder(small.run());
    RunMetrics metrics = RunMetrics.read(files.metrics());
    double percent = 100 * metrics.part(Part.TEST).orElseThrow().accuracy();
    assertThat(Files.readString(small.run().resolve("report.html")))
        .contains("<b>%.1f\u00a0%%</b>".formatted(percent))
        .contains("18 pictures of the test part", "as the network saw it", ">Training</h2>");
  }

  @Test
  void thePageIsLeftOutIfItIsNotWanted(SmallRun small) {
    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    String[] arguments =
        SmallRun.trainArguments(small.pictures(), out, "--epochs=1", "--no-report");
    assertThat(run.execute(arguments)).as(run.err()).isZero();
    assertThat(out.resolve("metrics.json")).exists();
    assertThat(out.resolve("report.html")).doesNotExist();
  }

  @Test
  void aRunIsNotLostWhereItsPageCannotBeMade(SmallRun small) throws IOException {
    for (String file : new String[] {"metrics.json", "split.csv"}) {
      Files.copy(small.run().resolve(file), folder.resolve(file));
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            stream,
            stream,
            Terminal.NONE,
            new GlobalOptions(),
            new Interrupts(Thread.currentThread()),
            "residua",
            List.of());
    RunPage.make(folder, small.pictures(), DataReading.USUAL, JAVA, console);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("warning: the run is complete, but it has no report.html: ")
        .contains("model.safetensors");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }
}
