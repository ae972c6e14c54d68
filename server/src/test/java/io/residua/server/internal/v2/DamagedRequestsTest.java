package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.image.Preprocessing;
import io.residua.server.internal.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of standard clients with some bytes changed, left out, doubled or cut off. */
class DamagedRequestsTest {
  private static final int DAMAGES = 4000;
  private static final InferLimits LIMITS = new InferLimits(4, 1000);
  private static final ModelFacts MODEL =
      new ModelFacts(
          "m", null, Preprocessing.preset("torchvision").withSize(8), List.of("cat", "dog"), 0);

  /** What JSON and lengths are made of, and what they are not. */
  private static final byte[] BYTES =
      "{}[]\",:-.0123456789eE\\utfn \u0000\u0001\u0004\u007f\u0080\u00ff"
          .getBytes(StandardCharsets.ISO_8859_1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "triton-bytes",
        "triton-base64",
        "triton-classes",
        "triton-fp32",
        "triton-fp32-json",
        "triton-fp16",
        "triton-uint8",
        "kserve-bytes",
        "nested-json"
      })
  void areReadOrRefusedInOneLine(String name) {
    CapturedRequest request = CapturedRequest.of(name);
    String length = request.headers().get(Headers.JSON_LENGTH);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < DAMAGES; i++) {
      byte[] body = damaged(request.body(), random);
      OptionalInt json =
          length == null || random.nextInt(10) == 0
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseInt(length) + random.nextInt(3) - 1);
      try {
        InferRequest read = InferRequestReader.read(body, json, LIMITS);
        OutputPlan.of(read, MODEL);
        PictureInputs.of(read, MODEL, LIMITS);
      } catch (RequestException e) {
        refused++;
        assertThat(e.problem().status()).isBetween(400, 499);
        assertThat(e.getMessage()).isNotBlank().hasLineCount(1).hasSizeLessThan(400);
        assertThat(e.getMessage().codePoints().anyMatch(Character::isISOControl)).isFalse();
      }
    }
    assertThat(refused).isGreaterThan(DAMAGES / 2);
  }

  private static byte[] damaged(byte[] body, Random random) {
    byte[] out = body.clone();
    for (int damages = 1 + random.nextInt(3); damages > 0 && out.length > 1; damages--) {
      int at = random.nextInt(out.length);
      int length = Math.min(out.length - at, 1 + random.nextInt(8));
      switch (random.nextInt(5)) {
        case 0 -> out[at] = (byte) random.nextInt();
        case 1 -> out[at] = BYTES[random.nextInt(BYTES.length)];
        case 2 ->
            out = joined(Arrays.copyOf(out, at), Arrays.copyOfRange(out, at + length, out.length));
        case 3 ->
            out = joined(Arrays.copyOf(out, at + length), Arrays.copyOfRange(out, at, out.length));
        default -> out = Arrays.copyOf(out, at);
      }
    }
    return out;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
