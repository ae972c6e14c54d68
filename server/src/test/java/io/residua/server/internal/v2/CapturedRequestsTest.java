package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.server.internal.v2.InferRequest.Parameters;
import io.residua.server.internal.v2.InferRequest.RequestedOutput;
import io.residua.server.internal.v2.TensorData.Blobs;
import io.residua.server.internal.v2.TensorData.Floats;
import io.residua.server.internal.v2.TensorData.Octets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as the standard clients send them; the folder's README says how they were recorded. */
class CapturedRequestsTest {
  private static final float[] RAMP = {
    -1, -0.75f, -0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 1.75f
  };

  private static InputTensor input(InferRequest request) {
    assertThat(request.inputs()).hasSize(1);
    InputTensor input = request.inputs().get(0);
    assertThat(input.name()).isEqualTo("image");
    return input;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "triton-bytes",
        "triton-bytes-gzip",
        "triton-bytes-deflate",
        "triton-base64",
        "triton-classes",
        "kserve-bytes",
        "kserve-base64"
      })
  void pictureFilesArriveAsTheyWereSent(String name) {
    InputTensor input = input(CapturedRequest.of(name).read());
    assertThat(input.datatype()).isEqualTo(Datatype.BYTES);
    assertThat(input.shape()).containsExactly(2);
    assertThat(((Blobs) input.data()).values())
        .containsExactly(
            "\u00ff\u00d8first picture".getBytes(StandardCharsets.ISO_8859_1),
            "\u0089PNG\r\n\u001a\nsecond".getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "triton-fp32",
        "triton-fp32-json",
        "triton-fp16",
        "kserve-fp32",
        "kserve-fp32-json",
        "nested-json"
      })
  void numbersArriveAsTheyWereSent(String name) {
    InputTensor input = input(CapturedRequest.of(name).read());
    assertThat(input.shape()).containsExactly(1, 3, 2, 2);
    assertThat(((Floats) input.data()).values()).containsExactly(RAMP);
  }

  @Test
  void pixelsArriveAsTheyWereSent() {
    InputTensor input = input(CapturedRequest.of("triton-uint8").read());
    assertThat(input.shape()).containsExactly(1, 2, 2, 3);
    assertThat(((Octets) input.data()).values())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void tritonWantsBinaryOutputsUnlessItSaysOtherwiseAndKserveDoesNot() {
    assertThat(CapturedRequest.of("triton-bytes").read().parameters().binary()).isTrue();
    assertThat(CapturedRequest.of("kserve-bytes").read().parameters().binary()).isFalse();
  }

  @Test
  void idsAreKept() {
    assertThat(CapturedRequest.of("triton-base64").read().id()).isEqualTo("7");
    assertThat(CapturedRequest.of("kserve-fp32").read().id()).isEqualTo("c");
    assertThat(CapturedRequest.of("triton-bytes").read().id()).isNull();
  }

  @Test
  void outputsAndParametersAreThoseThatTheClientWasGiven() {
    InferRequest request = CapturedRequest.of("triton-classes").read();
    assertThat(request.outputs())
        .isEqualTo(
            List.of(
                new RequestedOutput("probabilities", true, 3),
                new RequestedOutput("label", false, null)));
    assertThat(request.parameters()).isEqualTo(new Parameters(2, 2_500_000, false, 0));
    assertThat(request.timeoutMicros()).hasValue(2_500_000);
  }
}
