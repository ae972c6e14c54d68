package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Preset;
import io.residua.image.RgbImage;
import io.residua.server.internal.v2.InferRequest.Parameters;
import io.residua.server.internal.v2.InputPicture.Encoded;
import io.residua.server.internal.v2.InputPicture.Prepared;
import io.residua.server.internal.v2.InputPicture.Raw;
import io.residua.server.internal.v2.TensorData.Blobs;
import io.residua.server.internal.v2.TensorData.Floats;
import io.residua.server.internal.v2.TensorData.Octets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PictureInputsTest {
  private static final InferLimits LIMITS = new InferLimits(4, 100);

  private static ModelFacts model(Preset preset) {
    Preprocessing preprocessing = preset.preprocessing().withSize(8);
    return new ModelFacts("m", "1", preprocessing, List.of("cat", "dog"), 0);
  }

  private static List<InputPicture> pictures(ModelFacts model, InputTensor... inputs) {
    return PictureInputs.of(
        new InferRequest(null, List.of(inputs), List.of(), new Parameters(1, 0, false, 0)),
        model,
        LIMITS);
  }

  private static InputTensor tensor(Datatype type, TensorData data, long... shape) {
    return new InputTensor("image", type, shape, data);
  }

  private static InputTensor octets(byte[] values, long... shape) {
    return tensor(Datatype.UINT8, new Octets(values), shape);
  }

  @Test
  void filesComeOneByOne() {
    List<byte[]> files = List.of(new byte[] {1}, new byte[] {2, 3});
    for (long[] shape : new long[][] {{2}, {2, 1}}) {
      assertThat(
              pictures(model(Preset.TORCHVISION), tensor(Datatype.BYTES, new Blobs(files), shape)))
          .extracting(picture -> ((Encoded) picture).file())
          .containsExactlyElementsOf(files);
    }
  }

  @Test
  void pixelsAreThoseOfThePictureWhetherColoursComeLastOrFirst() {
    byte[] last = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    byte[] first = {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12};
    InputPicture expected = new Raw(new RgbImage(4, 1, last));
    ModelFacts model = model(Preset.TORCHVISION);
    assertThat(pictures(model, octets(last, 1, 1, 4, 3))).containsExactly(expected);
    assertThat(pictures(model, octets(first, 1, 3, 1, 4))).containsExactly(expected);
    byte[] two = Arrays.copyOf(last, 24);
    assertThat(pictures(model, octets(two, 2, 1, 4, 3)))
        .containsExactly(expected, new Raw(new RgbImage(4, 1)));
  }

  @Test
  void opacityIsTakenByNetworksThatTakeIt() {
    byte[] pixels = {10, 20, 30, 100, 40, 50, 60, (byte) 200};
    RgbImage image =
        new RgbImage(2, 1, new byte[] {10, 20, 30, 40, 50, 60}, new byte[] {100, (byte) 200});
    assertThat(pictures(model(Preset.RGBA), octets(pixels, 1, 1, 2, 4)))
        .containsExactly(new Raw(image));
    assertThatThrownBy(() -> pictures(model(Preset.TORCHVISION), octets(pixels, 1, 1, 2, 4)))
        .hasMessageContaining("[N,H,W,3] or [N,3,H,W]");
  }

  @Test
  void aShapeThatMayBeEitherIsRefused() {
    assertThatThrownBy(() -> pictures(model(Preset.TORCHVISION), octets(new byte[45], 1, 3, 5, 3)))
        .hasMessageContaining("may be either");
  }

  @Test
  void preparedValuesReachTheNetworkRowByRow() {
    float[] planes = new float[2 * 3 * 64];
    float[] rows = new float[planes.length];
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 64; p++) {
          planes[(n * 3 + c) * 64 + p] = n * 1000 + c * 100 + p;
          rows[(n * 64 + p) * 3 + c] = n * 1000 + c * 100 + p;
        }
      }
    }
    ModelFacts model = model(Preset.KERAS_CAFFE);
    for (InputTensor tensor :
        List.of(
            tensor(Datatype.FP32, new Floats(planes), 2, 3, 8, 8),
            tensor(Datatype.FP16, new Floats(rows), 2, 8, 8, 3),
            new InputTensor("input", Datatype.FP32, new long[] {2, 3, 8, 8}, new Floats(planes)))) {
      List<InputPicture> pictures = pictures(model, tensor);
      for (int n = 0; n < 2; n++) {
        assertThat(((Prepared) pictures.get(n)).values())
            .containsExactly(Arrays.copyOfRange(rows, n * 192, (n + 1) * 192));
      }
    }
  }

  @Test
  void otherTensorsAreRefusedWithTheShapesThatAreTaken() {
    ModelFacts model = model(Preset.TORCHVISION);
    InputTensor floats = tensor(Datatype.FP32, new Floats(new float[147]), 1, 3, 7, 7);
    assertThatThrownBy(() -> pictures(model, floats))
        .hasMessageContaining("[1,3,7,7]")
        .hasMessageContaining("[N,3,8,8] or [N,8,8,3] of FP32");
    assertThatThrownBy(() -> pictures(model, octets(new byte[12], 2, 2, 3)))
        .hasMessageContaining("[N,H,W,3]");
    InputTensor files = tensor(Datatype.BYTES, new Blobs(List.of(new byte[1], new byte[1])), 1, 2);
    assertThatThrownBy(() -> pictures(model, files)).hasMessageContaining("[N] or [N,1]");
    assertThatThrownBy(() -> pictures(model, octets(new byte[15], 5, 1, 1, 3)))
        .hasMessageContaining("more than 4 pictures");
    assertThatThrownBy(() -> pictures(model, octets(new byte[303], 1, 1, 101, 3)))
        .hasMessageContaining("101x1 pixels, above the limit");
  }

  @Test
  void theInputHasItsNameAndIsAlone() {
    ModelFacts model = model(Preset.TORCHVISION);
    InputTensor other =
        new InputTensor("imgae", Datatype.UINT8, new long[] {1}, new Octets(new byte[1]));
    assertThatThrownBy(() -> pictures(model, other))
        .hasMessageContaining("no input 'imgae'")
        .hasMessageContaining("did you mean 'image'?");
    InputTensor one = octets(new byte[3], 1, 1, 1, 3);
    assertThatThrownBy(() -> pictures(model, one, one)).hasMessageContaining("takes one input");
  }
}
