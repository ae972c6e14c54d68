package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KerasNamesTest {

  @ParameterizedTest
  @CsvSource({
    "conv1/kernel, conv1.weight",
    "conv1/bias, conv1.bias",
    "bn_conv1/gamma, bn1.weight",
    "bn_conv1/beta, bn1.bias",
    "bn_conv1/moving_mean, bn1.running_mean",
    "bn_conv1/moving_variance, bn1.running_var",
    "res2a_branch2a/kernel, layer1.0.conv1.weight",
    "res2a_branch1/kernel, layer1.0.downsample.0.weight",
    "bn2a_branch1/beta, layer1.0.downsample.1.bias",
    "bn4f_branch2b/moving_mean, layer3.5.bn2.running_mean",
    "res5c_branch2c/bias, layer4.2.conv3.bias",
    "fc1000/kernel, fc.weight",
    "fc1000/bias, fc.bias",
    "res6a_branch1/kernel, res6a_branch1/kernel",
    "conv1/momentum, conv1/momentum",
    "kernel, kernel"
  })
  void namesAreTorchvisions(String keras, String torchvision) {
    assertThat(KerasNames.name(keras)).isEqualTo(torchvision);
  }

  @Test
  void layoutsAreTorchvisions() {
    int height = 2;
    int width = 3;
    int in = 4;
    int out = 5;
    float[] kernel = new float[height * width * in * out];
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = i;
    }
    FloatTensor conv =
        KerasLayout.of(new FloatTensor(List.of(height, width, in, out), FloatBuffer.wrap(kernel)));
    assertThat(conv.shape()).containsExactly(out, in, height, width);
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            assertThat(conv.data().get(((o * in + i) * height + y) * width + x))
                .isEqualTo(kernel[((y * width + x) * in + i) * out + o]);
          }
        }
      }
    }
    FloatTensor dense =
        KerasLayout.of(
            new FloatTensor(List.of(2, 3), FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6})));
    assertThat(dense.shape()).containsExactly(3, 2);
    assertThat(dense.toArray()).containsExactly(1, 4, 2, 5, 3, 6);
    FloatTensor bias = new FloatTensor(List.of(2), FloatBuffer.wrap(new float[] {7, 8}));
    assertThat(KerasLayout.of(bias).toArray()).containsExactly(7, 8);
  }
}
