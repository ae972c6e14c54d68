package io.residua.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.data.OpenedData;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void whatWasComputedBeforeAStopIsNotComputedAgain() throws IOException {
    byte[] records = new byte[PICTURES * 3073];
    new Random(1).nextBytes(records);
    for (int i = 0; i < PICTURES; i++) {
      records[i * 3073] = (byte) (i % 10);
    }
    Path data = Files.write(folder.resolve("data_batch_1.bin"), records);
    OpenedData opened = OpenedData.open(data);
    Path model = folder.resolve("model.safetensors");
    Preprocessing input = Preprocessing.preset("torchvision").withSize(8);
    RandomModel.of("resnet8-cifar", "gap-linear", opened.classes(), input, 7).write(model);
    FeatureExtractor extractor =
        FeatureExtractor.create()
            .on(new Compute(Device.JAVA, Precision.FP32, 1))
            .keepingIn(Optional.of(folder.resolve("cache")));
    FeatureExtractor.Request request = FeatureExtractor.Request.of(model.toString(), "avgpool");

    AtomicLong done = new AtomicLong();
    Told stopping =
        new Told() {
          @Override
          protected void advanced(String label, long by) {
            if (label.equals("features") && done.addAndGet(by) > STOP_AFTER) {
              throw new CancellationException();
            }
          }
        };
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> extractor.reportingTo(stopping).extract(opened, request));
    Told again = new Told();
    Features features = extractor.reportingTo(again).extract(opened, request);
    assertThat(features.rows()).hasSize(PICTURES);
    assertThat(again.lines).anyMatch(l -> l.contains("1,024 of 1,500 pictures computed before"));
  }
}
