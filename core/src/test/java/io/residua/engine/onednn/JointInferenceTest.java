package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Inference;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.WeightMap;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** In how many shares a picture is computed does not change what comes out. */
class JointInferenceTest {
  @BeforeAll
  static void needsNatives() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
  }

  static Stream<Arguments> networks() {
    Stream<Arguments> exact =
        Stream.of("resnet18", "resnet50", "resnext50_32x4d")
            .map(name -> Arguments.of(name, Precision.FP32, 1e-5));
    return Natives.computesBf16()
        ? Stream.concat(exact, Stream.of(Arguments.of("resnet50", Precision.BF16, 0.01)))
        : exact;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void anyNumberOfSharesGivesTheSame(String name, Precision type, double tolerance) {
    Network network = ResNetSpec.named(name).network(7);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    Shape picture = Shape.rgb(96);
    float[] one = run(network, weights, picture, type, 1);
    for (int shares : new int[] {2, 3, 4, 8}) {
      assertThat(run(network, weights, picture, type, shares))
          .as("%d shares", shares)
          .containsExactly(one, within((float) tolerance));
    }
  }

  @Test
  void moreSharesReadTheSameWeights() {
    Network network = ResNetSpec.named("resnet18").network(7);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    Shape picture = Shape.rgb(64);
    float[] expected = run(network, weights, picture, Precision.FP32, 1);
    Inference what = inference(network, weights, picture, Precision.FP32);
    try (OneDnnInferenceProgram first = new OneDnnInferenceProgram(what, 1, 2)) {
      for (int shares : new int[] {1, 4, 8}) {
        try (OneDnnInferenceProgram more = first.with(what, 1, shares);
            OneDnnInference session = new OneDnnInference(more, false)) {
          float[] output = new float[session.outputSize()];
          session.run(input(picture), 1, output);
          assertThat(output).containsExactly(expected, within(1e-5f));
          // oneDNN's kernels for AVX2 pack some layers' weights by how many threads there are
          assertThat(more.tape.constantBytes()).isLessThan(first.tape.constantBytes() / 2);
        }
      }
      try (OneDnnInference session = new OneDnnInference(first, false)) {
        float[] output = new float[session.outputSize()];
        session.run(input(picture), 1, output);
        assertThat(output).containsExactly(expected, within(1e-5f));
      }
    }
  }

  private static float[] run(
      Network network, WeightMap weights, Shape picture, Precision type, int shares) {
    try (OneDnnInferenceProgram program =
            new OneDnnInferenceProgram(inference(network, weights, picture, type), 1, shares);
        OneDnnInference session = new OneDnnInference(program, false)) {
      float[] output = new float[session.outputSize()];
      session.run(input(picture), 1, output);
      return output;
    }
  }

  private static Inference inference(
      Network network, WeightMap weights, Shape picture, Precision type) {
    return new Inference(network, weights, picture, new Compute(Device.CPU, type, 1), null);
  }

  private static float[] input(Shape picture) {
    Random random = new Random(5);
    float[] values = new float[picture.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
