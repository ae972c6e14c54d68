package io.residua.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.Progress;
import io.residua.data.OpenedData;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.weights.Initialisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureExtractorTest {
  private static final int PICTURES = 1500;
  private static final int STOP_AFTER = 1400;

  @TempDir Path folder;

  /** Stops the work, as Ctrl-C does, once so many pictures went through the network. */
  private static final class Stopping implements Progress {
    private final long after;
    private final List<String> lines = new ArrayList<>();

    Stopping(long after) {
      this.after = after;
    }

    @Override
    public Task start(String label, long total, String unit) {
      AtomicLong done = new AtomicLong();
      return new Task() {
        @Override
        public void advance(long by, String note) {
          if (done.addAndGet(by) > after && label.equals("features")) {
            throw new CancellationException();
          }
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public void line(String text) {
      lines.add(text);
    }

    @Override
    public void warn(String text) {}
  }

  @Test
  void whatWasComputedBeforeAStopIsNotComputedAgain() throws IOException {
    byte[] records = new byte[PICTURES * 3073];
    new Random(1).nextBytes(records);
    for (int i = 0; i < PICTURES; i++) {
      records[i * 3073] = (byte) (i % 10);
    }
    Path data = Files.write(folder.resolve("data_batch_1.bin"), records);
    OpenedData opened = OpenedData.open(data);
    ModelSpec spec =
        new ModelSpec(
            "resnet8-cifar",
            Head.parse("gap-linear"),
            opened.classes(),
            List.of(),
            Preprocessing.preset("torchvision").withSize(8));
    JsonNodeFactory json = JsonNodeFactory.instance;
    Path model = folder.resolve("model.safetensors");
    new ModelFile(
            spec,
            new Initialisation(7, Initialisation.LinearRule.TORCH).weights(spec.network()),
            json.objectNode(),
            json.objectNode())
        .write(model);
    FeatureExtractor extractor =
        FeatureExtractor.create()
            .on(new Compute(Device.JAVA, Precision.FP32, 1))
            .keepingIn(Optional.of(folder.resolve("cache")));
    FeatureExtractor.Request request = FeatureExtractor.Request.of(model.toString(), "avgpool");

    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> extractor.reportingTo(new Stopping(STOP_AFTER)).extract(opened, request));
    Stopping again = new Stopping(Long.MAX_VALUE);
    Features features = extractor.reportingTo(again).extract(opened, request);
    assertThat(features.rows()).hasSize(PICTURES);
    assertThat(again.lines).anyMatch(l -> l.contains("1,024 of 1,500 pictures computed before"));
  }
}
