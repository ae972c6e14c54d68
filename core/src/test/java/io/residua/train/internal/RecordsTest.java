package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.run.EpochRecord;
import io.residua.run.internal.History;
import io.residua.run.internal.HistoryCharts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What a run leaves for people and for TensorBoard. */
class RecordsTest {
  @TempDir private Path folder;

  private static List<EpochRecord> history(int epochs) {
    return IntStream.rangeClosed(1, epochs)
        .mapToObj(e -> new EpochRecord(e, 0.01 / e, 2.0 / e, 0.5, 2.5 / e, 0.25, 3, 100, 0.1))
        .toList();
  }

  @Test
  void anEventFileHasAGoodRecordForEachEpoch() throws IOException {
    List<EpochRecord> history = history(3);
    try (EventFile file = new EventFile(folder, 1_000_000, history.subList(0, 2), Progress.NONE)) {
      file.add(history.get(2), 1_000_003);
    }
    List<byte[]> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      Path file = files.findFirst().orElseThrow();
      assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.999994.");
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        byte[] length = new byte[8];
        bytes.get(length);
        assertThat(bytes.getInt()).isEqualTo(EventFile.maskedCrc(length, 8));
        byte[] data =
            new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
        bytes.get(data);
        assertThat(bytes.getInt()).isEqualTo(EventFile.maskedCrc(data, data.length));
        records.add(data);
      }
    }
    assertThat(records).hasSize(4);
    assertThat(new String(records.get(0), StandardCharsets.ISO_8859_1)).contains("brain.Event:2");
    assertThat(new String(records.get(3), StandardCharsets.ISO_8859_1))
        .contains("loss/train", "loss/validation", "accuracy/train", "learning_rate");
    ByteBuffer event = ByteBuffer.wrap(records.get(3)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(event.get()).isEqualTo((byte) 0x09); // wall_time, a double
    assertThat(event.getDouble()).isEqualTo(1_000_003);
    assertThat(event.get()).isEqualTo((byte) 0x10); // step, a number
    assertThat(event.get()).isEqualTo((byte) 3);
  }

  /** The CRC-32C of "123456789" is e3069283, as RFC 3720 gives it. */
  @Test
  void checksumsAreMaskedAsTensorFlowDoes() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    int crc = 0xe3069283;
    assertThat(EventFile.maskedCrc(digits, 9)).isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 30, 1000})
  void plotsAreSvgWithAxesAndLabels(int epochs) throws Exception {
    History history = new History(history(epochs));
    for (String svg :
        List.of(
            HistoryCharts.loss(history).alone(),
            HistoryCharts.accuracy(history).alone(),
            HistoryCharts.learningRate(history).alone())) {
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
      int texts = document.getElementsByTagName("text").getLength();
      assertThat(texts).as(svg).isBetween(5, 25);
      assertThat(svg)
          .contains(">epoch</text>", "prefers-color-scheme: dark")
          .doesNotContain("NaN", "Infinity");
    }
  }
}
