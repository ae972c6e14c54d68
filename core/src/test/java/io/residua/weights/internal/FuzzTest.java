package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.residua.image.Preprocessing;
import io.residua.nn.internal.ResNetSpec;
import io.residua.weights.internal.KnownNetworks.Known;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damages files at random and reads them: whatever happens to a file, reading it ends, with its
 * tensors or with a {@link WeightsException}, and claims no memory out of proportion.
 *
 * <p>{@code -Dresidua.fuzz=200000} damages each file so many times.
 */
class FuzzTest {
  private static final int COUNT = Integer.getInteger("residua.fuzz", 1_500);
  private static final long SEED = Long.getLong("residua.fuzz.seed", 1);

  /** What reading any file costs, whatever its size: buffers and tables of the readers. */
  private static final long FIXED_BYTES = 2 << 20;

  private static final long MOST_TIMES_FILE_SIZE = 64;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  @ParameterizedTest
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  @ValueSource(
      strings = {
        "tiny.safetensors",
        "odd_zip.pt",
        "odd_legacy.pt",
        "checkpoints/values_2.pt",
        "checkpoints/values_5.pt",
        "checkpoints/values_legacy.pt",
        "checkpoints/mmengine.pth",
        "tiny.onnx",
        "onnx/tiny.onnx",
        "tiny.keras",
        "tiny.weights.h5",
        "tiny_legacy.h5",
        "tiny_residual.keras",
        "tiny_residual_bfloat16.h5",
        "tiny_tensorflowjs/model.json",
        "shards/tiny/model.safetensors.index.json"
      })
  void damagedFilesAreReadOrRefused(String name) throws IOException {
    KnownNetworks.all().forEach(Known::backbone); // made once, whatever files there are
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    SplittableRandom random = new SplittableRandom(SEED);
    Path file = folder.resolve(Path.of(name).getFileName());
    for (String shard : List.of("group1-shard1of2.bin", "group1-shard2of2.bin")) {
      Files.copy(Fixtures.path("tiny_tensorflowjs/" + shard), folder.resolve(shard));
    }
    for (String shard :
        List.of("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")) {
      Files.copy(Fixtures.path("shards/tiny/" + shard), folder.resolve(shard));
    }
    Files.copy(Fixtures.path("onnx/tiny.onnx.data"), folder.resolve("tiny.onnx.data"));
    read(name, file, whole); // so that what is loaded once counts nowhere
    int refused = 0;
    long most = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] damaged = damaged(whole, random);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        read(name, file, damaged);
      } catch (WeightsException e) {
        assertThat(e.getMessage()).startsWith("cannot read ").doesNotContain("\n");
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        Path kept = Files.write(Path.of("target", "fuzz-" + file.getFileName()), damaged);
        fail("input %d (kept in %s): %s".formatted(i, kept, e), e);
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      most = Math.max(most, allocated);
      if (i > 0 && allocated > FIXED_BYTES + MOST_TIMES_FILE_SIZE * damaged.length) {
        Path kept = Files.write(Path.of("target", "fuzz-" + file.getFileName()), damaged);
        fail("input %d (kept in %s) made %,d bytes".formatted(i, kept, allocated));
      }
    }
    assertThat(refused).as("refused, the most bytes being %,d", most).isPositive();
  }

  private static void read(String name, Path file, byte[] damaged) throws IOException {
    WeightFile weights;
    if (name.endsWith(".safetensors") || name.endsWith(".json")) {
      Files.write(file, damaged);
      weights = WeightFile.open(file);
    } else {
      weights = WeightFormats.parse(file, ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN));
    }
    for (String tensor : weights.names()) {
      FloatTensor values = weights.floats(tensor);
      assertThat(values.data().remaining()).isGreaterThanOrEqualTo(0);
    }
    Recognition.of(weights);
    KerasFile.model(weights)
        .ifPresent(
            model -> {
              ResNetSpec any = ResNetSpec.named("resnet8-cifar");
              KerasFile.head(weights, model, any, any.pictureSizePx());
              KerasFile.pixels(weights, model, Preprocessing.preset("unit"));
            });
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times && bytes.length > 16; i++) {
      int at = random.nextInt(bytes.length - 8);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(10)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        case 3 -> buffer.putInt(at, length(random, bytes.length));
        case 4 -> buffer.putLong(at, length(random, bytes.length));
        case 5 -> buffer.putLong(at, random.nextBoolean() ? Long.MAX_VALUE : -1);
        case 6 -> bytes = Arrays.copyOf(bytes, at + 1); // cut
        case 7 -> bytes = without(bytes, at, 1 + random.nextInt(16));
        case 8 -> bytes = twice(bytes, at, 1 + random.nextInt(64)); // nesting, too
        default ->
            System.arraycopy(
                bytes, random.nextInt(bytes.length - 8), bytes, at, 1 + random.nextInt(8));
      }
    }
    return bytes;
  }

  private static int length(SplittableRandom random, int fileBytes) {
    int[] telling = {
      0, 1, -1, fileBytes, fileBytes + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30
    };
    return random.nextBoolean()
        ? telling[random.nextInt(telling.length)]
        : random.nextInt(2 * fileBytes);
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] rest = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, rest, at, bytes.length - end);
    return rest;
  }

  private static byte[] twice(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] more = Arrays.copyOf(bytes, bytes.length + end - at);
    System.arraycopy(bytes, at, more, end, bytes.length - at);
    return more;
  }
}
