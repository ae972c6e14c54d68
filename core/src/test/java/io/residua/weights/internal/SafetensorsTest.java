package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.ResiduaException;
import io.residua.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void roundTripKeepsNamesOrderShapesBitsAndMetadata() {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    tensors.put("z.last", tensor(List.of(2, 3), 1, -0f, Float.MIN_VALUE, 4, 5, Float.MAX_VALUE));
    tensors.put("layer1.0.conv1.weight", tensor(List.of(1), Float.NEGATIVE_INFINITY));
    tensors.put("", tensor(List.of(), 7));
    tensors.put("größe/重み\uD83D\uDE00", tensor(List.of(0, 5)));
    tensors.put("quote\" back\\slash \n\t\u0001 { \"dtype\"", tensor(List.of(2), 1, 2));
    tensors.put("x".repeat(5000), tensor(List.of(1, 1, 1), Float.intBitsToFloat(0x7fc01234)));
    Map<String, String> metadata =
        Map.of("classes", "[\"Äpfel\",\"b\"]", "", "empty key", "long", "y".repeat(200_000));
    Path file = folder.resolve("model.safetensors");

    Safetensors.write(file, new WeightMap(tensors), metadata);
    SafetensorsFile read = SafetensorsFile.open(file);

    assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
    assertThat(read.metadata()).isEqualTo(metadata);
    tensors.forEach(
        (name, tensor) -> {
          assertThat(read.shape(name)).isEqualTo(tensor.shape());
          assertThat(read.dtype(name)).isEqualTo(DType.F32);
          assertThat(bits(read.floats(name))).isEqualTo(bits(tensor));
        });
  }

  @Test
  void theSameWeightsGiveTheSameBytesAlignedToEight() throws IOException {
    WeightMap weights = new WeightMap(Map.of("a", tensor(List.of(3), 1, 2, 3)));
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Safetensors.write(first, weights, Map.of("b", "1", "a", "2", "c", "3"));
    Safetensors.write(second, weights, Map.of("c", "3", "a", "2", "b", "1"));
    byte[] bytes = Files.readAllBytes(first);
    assertThat(bytes).isEqualTo(Files.readAllBytes(second));
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(bytes).hasSize((int) header + 8 + 12);
  }

  @Test
  void manyValuesPassThroughWhole() {
    float[] values = new float[1_000_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.5f;
    }
    Path file = folder.resolve("large");
    Safetensors.write(
        file,
        new WeightMap(
            Map.of("w", new FloatTensor(List.of(values.length), FloatBuffer.wrap(values)))),
        Map.of());
    assertThat(SafetensorsFile.open(file).floats("w").toArray()).isEqualTo(values);
    assertThat(SafetensorsFile.open(file).metadata()).isEmpty();
  }

  @Test
  void floatsAreAMappedView() {
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, new WeightMap(Map.of("a", tensor(List.of(1), 1))), Map.of());
    FloatTensor tensor = SafetensorsFile.open(file).floats("a");
    assertThat(tensor.data().isDirect()).isTrue();
    Safetensors.write(file, new WeightMap(Map.of("a", tensor(List.of(1), 2))), Map.of());
    assertThat(tensor.toArray()).as("replacing the file leaves what is open").containsExactly(1);
    assertThat(SafetensorsFile.open(file).floats("a").toArray()).containsExactly(2);
  }

  @Test
  void readsFilesOfOtherWriters() {
    SafetensorsFile burn =
        SafetensorsFile.open(
            Shared.path("data", "weights", "formats_small", "burn_mnist.safetensors"));
    assertThat(burn.names()).hasSize(20).startsWith("norm1.num_batches_tracked");
    assertThat(burn.dtype("norm1.num_batches_tracked")).isEqualTo(DType.I64);
    assertThat(burn.shape("norm1.num_batches_tracked")).isEmpty();
    assertThat(burn.floats("norm1.num_batches_tracked").toArray()).containsExactly(7504);
    assertThat(burn.shape("fc1.weight")).containsExactly(32, 11616);
    float[] fc1 = burn.floats("fc1.weight").toArray();
    assertThat(fc1[0]).isEqualTo(-0.0002291733107995242f);
    assertThat(fc1[fc1.length - 1]).isEqualTo(-0.0007706402102485299f);
    double sum = 0;
    for (float f : fc1) {
      sum += f;
    }
    assertThat(sum).isCloseTo(-335.3114262489783, org.assertj.core.data.Offset.offset(1e-9));

    SafetensorsFile tinygrad =
        SafetensorsFile.open(
            Shared.path("data", "weights", "formats_small", "tinygrad_mnist_cnn.safetensors"));
    assertThat(tinygrad.weights().get("layers.13.bias").toArray())
        .hasSize(10)
        .startsWith(-0.028795095160603523f)
        .endsWith(0.038548603653907776f);
  }

  @Test
  void convertsEveryType() throws IOException {
    assertThat(read("F64", 2, b -> b.putDouble(0.1).putDouble(1e300)))
        .containsExactly(0.1f, Float.POSITIVE_INFINITY);
    assertThat(
            read(
                "F16",
                8,
                b ->
                    b.putShort((short) 0x3c00)
                        .putShort((short) 0xc000)
                        .putShort((short) 0x0001)
                        .putShort((short) 0x03ff)
                        .putShort((short) 0x7bff)
                        .putShort((short) 0xfc00)
                        .putShort((short) 0x7e00)
                        .putShort((short) 0x8000)))
        .containsExactly(
            1f, -2f, 0x1p-24f, 0x3ffp-24f, 65504f, Float.NEGATIVE_INFINITY, Float.NaN, -0f);
    assertThat(read("BF16", 2, b -> b.putShort((short) 0x3fc0).putShort((short) 0xc2c8)))
        .containsExactly(1.5f, -100f);
    assertThat(read("I64", 2, b -> b.putLong(-5).putLong(1L << 40))).containsExactly(-5f, 0x1p40f);
    assertThat(read("I32", 1, b -> b.putInt(-70_000))).containsExactly(-70_000f);
    assertThat(read("I16", 1, b -> b.putShort((short) -7))).containsExactly(-7f);
    assertThat(read("I8", 1, b -> b.put((byte) -128))).containsExactly(-128f);
    assertThat(read("U64", 2, b -> b.putLong(-1).putLong(9))).containsExactly(0x1p64f, 9f);
    assertThat(read("U32", 1, b -> b.putInt(-1))).containsExactly(0x1p32f);
    assertThat(read("U16", 1, b -> b.putShort((short) -1))).containsExactly(65535f);
    assertThat(read("U8", 2, b -> b.put((byte) -1).put((byte) 3))).containsExactly(255f, 3f);
    assertThat(read("BOOL", 3, b -> b.put((byte) 0).put((byte) 1).put((byte) 1)))
        .containsExactly(0f, 1f, 1f);
  }

  @Test
  void filesMayExceedTwoGigabytesButSingleTensorsMayNot() throws IOException {
    long huge = 3L << 30;
    String header =
        """
        {"a":{"dtype":"F32","shape":[500000000],"data_offsets":[0,2000000000]},\
        "b":{"dtype":"F32","shape":[1],"data_offsets":[2000000000,2000000004]},\
        "huge":{"dtype":"U8","shape":[1,%d],"data_offsets":[2000000004,%d]},\
        "c":{"dtype":"F32","shape":[500000000],"data_offsets":[%d,%d]}}"""
            .formatted(
                Integer.MAX_VALUE,
                2000000004L + Integer.MAX_VALUE,
                2000000004L + Integer.MAX_VALUE,
                4000000004L + Integer.MAX_VALUE);
    Path file = folder.resolve("sparse.safetensors");
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer start = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(text.length).put(text).flip();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      long dataStart = start.remaining();
      channel.write(start);
      ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1.5f);
      channel.write(one.duplicate(), dataStart + 2000000000L);
      channel.write(one.duplicate(), dataStart + 4000000000L + Integer.MAX_VALUE);
    }
    SafetensorsFile read = SafetensorsFile.open(file);
    assertThat(read.sizeBytes()).isGreaterThan(huge);
    assertThat(read.floats("b").toArray()).containsExactly(1.5f);
    assertThat(read.floats("c").data().get(499_999_999)).isEqualTo(1.5f);
  }

  @Test
  void unwritableFilesAreOneClearLine() {
    WeightMap weights = new WeightMap(Map.of("a", tensor(List.of(1), 1)));
    Path absent = folder.resolve("absent").resolve("model.safetensors");
    assertThatThrownBy(() -> Safetensors.write(absent, weights, Map.of()))
        .isInstanceOf(ResiduaException.class)
        .hasMessage(
            "cannot write %s: the folder %s does not exist".formatted(absent, absent.getParent()));
    Path file = folder.resolve("model.safetensors");
    WeightMap reserved = new WeightMap(Map.of("__metadata__", tensor(List.of(1), 1)));
    assertThatThrownBy(() -> Safetensors.write(file, reserved, Map.of()))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("no tensor may be called __metadata__");
    WeightMap notText = new WeightMap(Map.of("\uD800", tensor(List.of(1), 1)));
    assertThatThrownBy(() -> Safetensors.write(file, notText, Map.of()))
        .isInstanceOf(WeightsException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private interface Data {
    void into(ByteBuffer buffer);
  }

  /** Puts values of a type at an odd offset into a file and reads them as floats. */
  private float[] read(String dtype, int count, Data data) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).put((byte) 1);
    data.into(buffer);
    buffer.flip();
    String header =
        """
        {"odd":{"dtype":"BOOL","shape":[],"data_offsets":[0,1]},\
        "t":{"dtype":"%s","shape":[%d],"data_offsets":[1,%d]}}"""
            .formatted(dtype, count, buffer.limit());
    Path file = SafetensorsDamageTest.file(folder.resolve(dtype), header, buffer.remaining());
    byte[] all = Files.readAllBytes(file);
    buffer.get(all, all.length - buffer.limit(), buffer.limit());
    Files.write(file, all);
    return SafetensorsFile.open(file).floats("t").toArray();
  }

  private static FloatTensor tensor(List<Integer> shape, float... values) {
    return new FloatTensor(shape, FloatBuffer.wrap(values));
  }

  private static int[] bits(FloatTensor tensor) {
    float[] values = tensor.toArray();
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
