package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.residua.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsDamageTest {
  @TempDir Path folder;

  /** A file with that header and so many zero bytes of data. */
  static Path file(Path path, String header, int dataBytes) throws IOException {
    return file(path, header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private static Path file(Path path, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    return Files.write(path, bytes.array());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // header | data bytes | the message says
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|7|cut short",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|9|1 bytes follow its last tensor",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|8|'a' F32 [3] needs 12 bytes, not"
            + " 8",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|8|needs 8 bytes, not -8",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|8|negative size",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|8|not described as the format"
            + " asks",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|0|impossible"
            + " shape",
        "{'a':{'dtype':'F32','shape':[2147483647,2147483647,2147483647],'data_offsets':[0,0]}}|0|impossible"
            + " shape",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[9223372036854775807,99999999999999999999]}}|4|header"
            + " is damaged",
        "{'a':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}}|8|unknown type 'F33'",
        "{'a':{'dtyqe':'F32','shape':[2],'data_offsets':[0,8]}}|8|unknown field 'dtyqe'",
        "{'a':{'shape':[2],'data_offsets':[0,8]}}|8|lacks its dtype",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}|8|lacks its dtype, shape or"
            + " data_offsets",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[2,6]}}|6|'b'"
            + " overlaps",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[5,9]}}|9|gap"
            + " before",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}}|8|gap before",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}|2|header"
            + " is damaged",
        "{'__metadata__':{'a':'1','a':'2'}}|0|header is damaged",
        "{'__metadata__':{'a':1}}|0|'__metadata__' is not described",
        "{'__metadata__':['a']}|0|'__metadata__' is not described",
        "{'a':{'dtype':'U8','shape':[[[[[[1]]]]]],'data_offsets':[0,1]}}|1|'a' is not described",
        "{'a':1}|0|'a' is not described",
        "{'a|0|header is damaged",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}|1|header is damaged",
        "{} x|0|header is damaged",
        "{'\\ud800':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}|1|header is damaged",
        "{'\\udc00':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}|1|header is damaged",
        "{'a\\n\\u001b[31m':1}|0|'a\\u000a\\u001b[31m' is not described",
        "[]|0|not a safetensors file",
      })
  void badHeadersAreNamed(String header, int dataBytes, String reason) throws IOException {
    Path file = file(folder.resolve("bad.safetensors"), header.replace('\'', '"'), dataBytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("cannot read %s: ".formatted(file))
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }

  @Test
  void emptyHeadersAndSpacesAreFine() throws IOException {
    assertThat(SafetensorsFile.open(file(folder.resolve("a"), "{}", 0)).names()).isEmpty();
    assertThat(SafetensorsFile.open(file(folder.resolve("b"), "{ }      ", 0)).names()).isEmpty();
  }

  @Test
  void hugeClaimsAreRefused() throws IOException {
    Path many = folder.resolve("dimensions");
    file(many, "{\"a\":{\"shape\":[" + "1,".repeat(5_000_000) + "1]}}", 0);
    assertThatThrownBy(() -> SafetensorsFile.open(many))
        .hasMessageContaining("more than 32 dimensions");
    Path deep = folder.resolve("deep");
    file(deep, "{\"a\":" + "[".repeat(1_000_000), 0);
    assertThatThrownBy(() -> SafetensorsFile.open(deep)).isInstanceOf(WeightsException.class);
    Path name = folder.resolve("name");
    file(name, "{\"" + "n".repeat(20_000_000) + "\":1}", 0);
    assertThatThrownBy(() -> SafetensorsFile.open(name))
        .isInstanceOf(WeightsException.class)
        .extracting(e -> e.getMessage().length())
        .satisfies(n -> assertThat((int) n).isLessThan(500));
    for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 99_999_999}) {
      Path file = folder.resolve("length");
      ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(file, bytes.putLong(length).put((byte) '{').put((byte) '}').array());
      assertThatThrownBy(() -> SafetensorsFile.open(file))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(length == 99_999_999 ? "cut short" : "header is damaged");
    }
  }

  @Test
  void otherFilesAreNamedForWhatTheyAre() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "hello, I am a text file");
    assertThatThrownBy(() -> SafetensorsFile.open(text))
        .hasMessage("cannot read %s: it is not a safetensors file".formatted(text));
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> SafetensorsFile.open(empty)).hasMessageContaining("it is empty");
    assertThatThrownBy(() -> SafetensorsFile.open(folder)).hasMessageContaining("it is a folder");
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("absent")))
        .hasMessage("cannot read %s: no such file".formatted(folder.resolve("absent")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "formats_small/burn_mnist.pt | not a safetensors file; it looks like a zip archive",
        "mlperf_tiny/pretrainedResnet.h5 | not a safetensors file; it looks like HDF5",
        "formats_small/burn_pt_reader/broken.pt | cut short or not a safetensors file",
        "akamaster_cifar10/resnet20-12fca82f.th | not a safetensors file",
      })
  void filesOfOtherProgramsAreNamedForWhatTheyAre(String name, String reason) {
    Path file = Shared.path("data", "weights", name);
    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining(reason);
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    Path whole = folder.resolve("whole");
    Safetensors.write(
        whole,
        new WeightMap(Map.of("a", new FloatTensor(List.of(8), FloatBuffer.wrap(new float[8])))),
        Map.of("k", "v"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut");
    for (int n = 0; n < bytes.length; n++) {
      Files.write(cut, Arrays.copyOf(bytes, n));
      assertThatThrownBy(() -> SafetensorsFile.open(cut))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining(n == 0 ? "empty" : "cut short");
    }
  }

  @Test
  void mutatedHeadersAreReadOrRefused() throws IOException {
    byte[] original =
        Files.readAllBytes(
            Shared.path("data", "weights", "formats_small", "burn_multi_layer.safetensors"));
    int headerBytes = 648;
    SplittableRandom random = new SplittableRandom(20260101);
    Path file = folder.resolve("mutated");
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = mutated(original, 8 + headerBytes, random);
      boolean bad = false;
      try {
        SafetensorsHeader.parse(
            ByteBuffer.wrap(bytes, 8, headerBytes), original.length - 8 - headerBytes);
      } catch (SafetensorsHeader.BadHeader e) {
        bad = true;
        refused++;
      }
      if (i % 50 == 0) {
        Files.write(file, bytes);
        Throwable thrown = catchThrowable(() -> SafetensorsFile.open(file).weights());
        assertThat(thrown != null).isEqualTo(bad || !Arrays.equals(bytes, 0, 8, original, 0, 8));
        if (thrown != null) {
          assertThat(thrown).isInstanceOf(WeightsException.class);
          assertThat(thrown.getMessage()).hasLineCount(1).contains(file.toString());
        }
      }
    }
    assertThat(refused).isBetween(3000, 5000);
  }

  private static byte[] mutated(byte[] original, int end, SplittableRandom random) {
    byte[] bytes = original.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(end);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) "{}[]\",:0123456789-e.\\".charAt(random.nextInt(20));
        default -> {
          int from = random.nextInt(end);
          int length = Math.min(1 + random.nextInt(40), end - Math.max(from, at));
          System.arraycopy(original, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }
}
