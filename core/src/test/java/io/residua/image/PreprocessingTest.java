package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Shared;
import io.residua.UsageException;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.internal.Resampling;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  @Test
  void namedPresetsGiveTheReferenceTensors() {
    RgbImage image = new ImageDecoder().decode(Shared.path("golden", "augment/source_64x48.png"));
    assertNormalised(image, "unit", "augment/to_tensor_chw_f32.npy", 1e-6);
    assertNormalised(image, "torchvision", "augment/normalised_imagenet_chw_f32.npy", 2e-6);
    assertNormalised(image, "keras-caffe", "augment/caffe_bgr_minus_mean_chw_f32.npy", 1e-5);
    float[] raw = new float[64 * 48 * 3 + 1];
    Preprocessing.preset("none").normalise(image, raw, 1);
    assertThat(raw[0]).isZero();
    assertThat(raw[3]).isEqualTo(image.sample(0, 0, 2));
  }

  private static void assertNormalised(RgbImage image, String preset, String file, double within) {
    float[] actual = new float[image.width() * image.height() * 3];
    Preprocessing.preset(preset).normalise(image, actual, 0);
    assertPlanes(actual, 0, image.width() * image.height(), Shared.npy("golden", file), 0, within);
  }

  private static void assertPlanes(
      float[] interleaved, int at, int pixels, double[] planes, int planesAt, double within) {
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < pixels; i++) {
        double expected = planes[planesAt + c * pixels + i];
        if (Math.abs(interleaved[at + i * 3 + c] - expected) > within) {
          throw new AssertionError(
              "channel %d pixel %d: %s where %s is expected"
                  .formatted(c, i, interleaved[at + i * 3 + c], expected));
        }
      }
    }
  }

  @Test
  void cifarInputsAreThoseOfTheReferenceNetwork() {
    Preprocessing cifar = Preprocessing.preset("torchvision").withSize(32).withResize(Resize.NONE);
    var files = Shared.json("golden", "cifar", "cifar.json").get("files_sorted_by_path");
    double[] expected = Shared.npy("golden", "cifar/input_nchw_f32.npy");
    double[] pixels = Shared.npy("golden", "cifar/pixels_rgb_hwc_u8.npy");
    int size = cifar.inputSize();
    float[] batch = new float[2 * size];
    for (int n = 0; n < 16; n++) {
      RgbImage image = new ImageDecoder().decode(Shared.path(files.get(n).asText()));
      for (int i = 0; i < size; i++) {
        assertThat(image.rgb()[i]).isEqualTo((byte) pixels[n * size + i]);
      }
      if (n < 2) {
        cifar.apply(image, batch, n * size);
        assertPlanes(batch, n * size, 32 * 32, expected, n * size, 2e-6);
      }
    }
  }

  @Test
  void centreIsCutWithPythonsRounding() {
    // 301x199 is resized to trunc(387.3)x256 and cut at column round-half-even(81.5) = 82.
    RgbImage image =
        new ImageDecoder().decode(Shared.path("golden", "resize/src/thin_lines_301x199.png"));
    assertThat(Preprocessing.preset("torchvision").prepare(image))
        .isEqualTo(
            Resampling.resize(image, 387, 256, Interpolation.BILINEAR).crop(82, 16, 224, 224));
  }

  @Test
  void anySizeFollowsTheProportion() {
    Preprocessing p = Preprocessing.preset("torchvision").withSize(180);
    assertThat(p.sizePx()).isEqualTo(180);
    assertThat(p.shorterSidePx()).isEqualTo(206);
    assertThat(p.withSize(224)).isEqualTo(Preprocessing.preset("torchvision"));
    assertThat(p.inputSize()).isEqualTo(180 * 180 * 3);
    RgbImage wide = new RgbImage(500, 20);
    assertThat(p.prepare(wide)).isEqualTo(new RgbImage(180, 180));
    assertThat(p.withResize(Resize.SQUASH).prepare(wide)).isEqualTo(new RgbImage(180, 180));
    assertThatThrownBy(() -> p.withResize(Resize.NONE).prepare(wide))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("500x20");
  }

  @Test
  void jsonComesBackAsTheSameValue() throws Exception {
    for (Preprocessing.Preset preset : Preprocessing.Preset.values()) {
      Preprocessing p =
          preset
              .preprocessing()
              .withSize(96)
              .withResize(Resize.SQUASH)
              .withInterpolation(Interpolation.LANCZOS);
      String text = p.toJson().toString();
      assertThat(Preprocessing.fromJson(new ObjectMapper().readTree(text))).isEqualTo(p);
    }
    assertThat(Preprocessing.preset("torchvision").toJson().toString())
        .isEqualTo(
            "{\"resize\":\"crop\",\"sizePx\":224,\"shorterSidePx\":256,"
                + "\"interpolation\":\"bilinear\",\"passOrder\":\"pillow-13\","
                + "\"channels\":\"RGB\",\"scale\":255.0,"
                + "\"mean\":[0.485,0.456,0.406],\"std\":[0.229,0.224,0.225]}");
  }

  @Test
  void modelsOfBeforeCutTheCentreAsTorchvisionAndTransformersOnesAsTheySay() {
    Preprocessing usual = Preprocessing.preset("torchvision");
    assertThat(usual.toJson().has("cropRounding")).isFalse();
    assertThat(Preprocessing.fromJson(usual.toJson()).cropRounding())
        .isEqualTo(CropRounding.HALF_EVEN);
    Preprocessing theirs = usual.withCropRounding(CropRounding.DOWN);
    assertThat(theirs.toJson().get("cropRounding").asText()).isEqualTo("down");
    assertThat(Preprocessing.fromJson(theirs.toJson())).isEqualTo(theirs);
    for (Preprocessing changed :
        List.of(
            theirs.withSize(96),
            theirs.withResize(Resize.SQUASH),
            theirs.withPassOrder(PassOrder.HORIZONTAL_FIRST),
            theirs.withPixelsOf(Preprocessing.preset("keras-caffe")),
            theirs.withInterpolation(Interpolation.BICUBIC))) {
      assertThat(changed.cropRounding()).isEqualTo(CropRounding.DOWN);
    }
  }

  @Test
  void jsonThatIsNotWholeAndExactIsRefusedInOneLine() {
    assertMalformed(j -> j.put("cropRounding", "up"), "unknown crop rounding 'up'");
    assertMalformed(j -> j.remove("mean"), "field 'mean' is missing");
    assertMalformed(j -> j.put("extra", 1), "unknown field 'extra'");
    assertMalformed(j -> j.put("sizePx", 1.5), "field 'sizePx' must be a whole number");
    assertMalformed(j -> j.put("sizePx", 0), "image size must be 1..4096 px, not 0");
    assertMalformed(
        j -> j.put("shorterSidePx", 100), "shorter side must be 224 px or more, not 100");
    assertMalformed(j -> j.put("resize", "stretch"), "unknown resize mode 'stretch'");
    assertMalformed(j -> j.put("resize", "a\nb"), "field 'resize' must be a name");
    assertMalformed(j -> j.put("interpolation", "area"), "unknown interpolation 'area'");
    assertMalformed(j -> j.put("channels", "rgb"), "channels must be RGB, BGR, GREY or RGBA");
    assertMalformed(j -> j.put("scale", 0), "scale must be 1e-6 to 1e6");
    assertMalformed(j -> j.putArray("std").add(1).add(0).add(1), "3 numbers, each 1e-6 to 1e6");
    assertMalformed(j -> j.putArray("mean").add(1), "mean must be 3 numbers");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Preprocessing.preset("caffe"))
        .withMessageContaining("keras-caffe, torchvision, grey, rgba, unit, none");
  }

  private static void assertMalformed(Consumer<ObjectNode> change, String reason) {
    ObjectNode json = Preprocessing.preset("torchvision").toJson();
    change.accept(json);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Preprocessing.fromJson(json))
        .withMessageStartingWith("preprocessing: ")
        .withMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void describesItselfInOneLine() {
    assertThat(
            List.of(
                Preprocessing.preset("keras-caffe").describe(),
                Preprocessing.preset("unit").withResize(Resize.SQUASH).withSize(150).describe()))
        .containsExactly(
            "shorter side to 256 px, centre 224x224, bilinear; BGR, minus (103.939, 116.779, 123.68)",
            "squashed to 150x150, bilinear; RGB / 255");
  }
}
