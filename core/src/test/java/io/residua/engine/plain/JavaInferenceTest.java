package io.residua.engine.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.UsageException;
import io.residua.engine.GoldenNet;
import io.residua.engine.RandomWeights;
import io.residua.engine.internal.InferenceSession;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightsException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaInferenceTest {
  @Test
  void computesTheGoldenLogits() throws Exception {
    JsonNode expected = Shared.json("golden/train/runs.json").get("eval_logits_batch0_initial_f64");
    float[] logits = goldenLogits(2);
    for (int n = 0; n < GoldenNet.BATCH; n++) {
      for (int c = 0; c < GoldenNet.CLASSES; c++) {
        assertThat((double) logits[n * GoldenNet.CLASSES + c])
            .isCloseTo(expected.get(n).get(c).asDouble(), within(1e-5));
      }
    }
  }

  @Test
  void isTheSameToTheLastBitOnAnyNumberOfThreads() {
    assertThat(goldenLogits(1)).containsExactly(goldenLogits(3));
  }

  private static float[] goldenLogits(int threads) {
    float[] logits = new float[GoldenNet.BATCH * GoldenNet.CLASSES];
    try (InferenceSession session =
        new JavaInference(
            GoldenNet.NETWORK,
            GoldenNet.initialWeights(),
            GoldenNet.PICTURE,
            GoldenNet.BATCH,
            threads)) {
      session.run(GoldenNet.batch(0), GoldenNet.BATCH, logits);
    }
    return logits;
  }

  @ParameterizedTest
  @CsvSource({
    // in, out, kernel, stride, padding, groups, bias, height, width: blocks of every kind overflow
    "3, 5, 3, 1, 1, 1, true, 7, 9",
    "3, 8, 7, 2, 3, 1, true, 23, 20",
    "6, 4, 1, 2, 0, 2, false, 8, 7",
    "8, 8, 3, 2, 1, 8, false, 9, 9",
    "30, 131, 3, 1, 1, 1, false, 17, 16",
    "4, 2, 4, 3, 2, 1, true, 5, 4",
    "2, 2, 5, 1, 4, 1, true, 1, 1",
  })
  void convolvesLikeSevenNestedLoops(
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      int groups,
      boolean bias,
      int height,
      int width) {
    Layer.Conv conv = new Layer.Conv(in, out, kernel, stride, padding, groups, bias);
    Network network = new Network("conv", List.of(new Node("conv", conv, List.of(Network.INPUT))));
    Shape picture = new Shape(in, height, width);
    Shape result = network.outputShape(picture);
    Random random = new Random(7);
    WeightMap weights = RandomWeights.of(network, random);
    float[] w = weights.get("conv.weight").toArray();
    float[] offset = bias ? weights.get("conv.bias").toArray() : new float[out];
    int batch = 2;
    float[] input = randomValues(batch * picture.size(), random);
    float[] output = new float[batch * result.size()];
    try (InferenceSession session = new JavaInference(network, weights, picture, batch, 2)) {
      session.run(input, batch, output);
    }
    int inGroup = in / groups;
    int outGroup = out / groups;
    int i = 0;
    for (int n = 0; n < batch; n++) {
      for (int o = 0; o < out; o++) {
        for (int y = 0; y < result.height(); y++) {
          for (int x = 0; x < result.width(); x++) {
            double sum = offset[o];
            for (int c = 0; c < inGroup; c++) {
              for (int ky = 0; ky < kernel; ky++) {
                for (int kx = 0; kx < kernel; kx++) {
                  int inY = y * stride - padding + ky;
                  int inX = x * stride - padding + kx;
                  if (inY >= 0 && inY < height && inX >= 0 && inX < width) {
                    int channel = o / outGroup * inGroup + c;
                    sum +=
                        (double) w[((o * inGroup + c) * kernel + ky) * kernel + kx]
                            * input[((n * height + inY) * width + inX) * in + channel];
                  }
                }
              }
            }
            assertThat((double) output[i++]).isCloseTo(sum, within(2e-5));
          }
        }
      }
    }
  }

  @Test
  void padShortcutTakesEverySecondPositionAndPadsChannelsOnBothSides() {
    Network network =
        new Network(
            "pad", List.of(new Node("pad", new Layer.PadShortcut(2, 4), List.of(Network.INPUT))));
    Shape picture = new Shape(2, 3, 3);
    float[] input = new float[picture.size()];
    for (int i = 0; i < input.length; i++) {
      input[i] = i + 1;
    }
    float[] output = new float[16];
    try (InferenceSession session =
        new JavaInference(network, new WeightMap(Map.of()), picture, 1, 1)) {
      session.run(input, 1, output);
    }
    assertThat(output).containsExactly(0, 0, 0, 0, 1, 5, 13, 17, 2, 6, 14, 18, 0, 0, 0, 0);
  }

  @Test
  void poolsAsTorchDoes() {
    float[] picture = {1, 2, 3, 4, 5, 6, 7, 8, -9};
    assertThat(one(new Layer.MaxPool(2, 2, 1), new Shape(1, 3, 3), picture))
        .containsExactly(1, 3, 7, 8);
    assertThat(one(new Layer.AvgPool(2, 2, 1), new Shape(1, 3, 3), picture))
        .containsExactly(0.25f, 1.25f, 2.75f, 2.5f);
    assertThat(one(new Layer.GlobalAvgPool(), new Shape(1, 3, 3), picture)).containsExactly(3);
    assertThat(one(new Layer.Dropout(0.5), new Shape(1, 3, 3), picture)).containsExactly(picture);
  }

  private static float[] one(Layer layer, Shape picture, float[] input) {
    Network network = new Network("one", List.of(new Node("layer", layer, List.of(Network.INPUT))));
    try (InferenceSession session =
        new JavaInference(network, new WeightMap(Map.of()), picture, 1, 1)) {
      float[] output = new float[session.outputSize()];
      session.run(input, 1, output);
      return output;
    }
  }

  @Test
  void saysWhatIsWrongWithTheCallersArguments() {
    WeightMap weights = GoldenNet.initialWeights();
    JavaInference session = new JavaInference(GoldenNet.NETWORK, weights, GoldenNet.PICTURE, 2, 1);
    assertThat(session.batchSize()).isEqualTo(2);
    assertThat(session.inputSize()).isEqualTo(3 * 16 * 16);
    assertThat(session.outputSize()).isEqualTo(3);
    float[] input = new float[2 * session.inputSize()];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.run(input, 3, new float[9]))
        .withMessage("count is 3, not 1 to 2 (the batch size)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.run(new float[5], 1, new float[3]))
        .withMessage("input has 5 values; 1 of 768 are needed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.run(input, 2, new float[5]))
        .withMessage("output has 5 values; 2 of 3 are needed");
    session.close();
    session.close();
    assertThatIllegalStateException().isThrownBy(() -> session.run(input, 1, new float[3]));
  }

  @Test
  void refusesWeightsThatDoNotFit() {
    Parameter p = GoldenNet.NETWORK.parameters().get(0);
    WeightMap weights = GoldenNet.initialWeights();
    WeightMap wrong =
        weights.with(new WeightMap(Map.of(p.name(), new FloatTensor(List.of(216), buffer(216)))));
    assertThatThrownBy(() -> new JavaInference(GoldenNet.NETWORK, wrong, GoldenNet.PICTURE, 1, 1))
        .isInstanceOf(WeightsException.class)
        .hasMessage("tensor 'conv1.weight' has shape [216]; golden needs [8, 3, 3, 3]");
    assertThatThrownBy(
            () ->
                new JavaInference(
                    GoldenNet.NETWORK, new WeightMap(Map.of()), GoldenNet.PICTURE, 1, 1))
        .isInstanceOf(WeightsException.class);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(
            () ->
                new JavaInference(
                    GoldenNet.NETWORK, weights, GoldenNet.PICTURE, Integer.MAX_VALUE, 1))
        .withMessageContaining("too large");
  }

  private static java.nio.FloatBuffer buffer(int size) {
    return java.nio.FloatBuffer.allocate(size);
  }

  private static float[] randomValues(int size, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
