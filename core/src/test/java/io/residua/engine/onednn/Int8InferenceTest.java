package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.RandomWeights;
import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.Calibration.Method;
import io.residua.engine.internal.Calibrator;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.TrainingOptions;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("processors")
class Int8InferenceTest {
  private static final Shape PICTURE = Shape.rgb(20);
  private static final int PICTURES = 12;

  @BeforeAll
  static void needsNatives() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
  }

  /** Networks of every kind of step, the last value of each a vector of 10. */
  static Stream<Network> networks() {
    return Stream.of(
        new Graph("basic").stem().basic(32, 1).basic(32, 2).basic(64, 2).head(),
        new Graph("bottleneck").stem().bottleneck(16, 1).bottleneck(16, 1).bottleneck(32, 2).head(),
        new Graph("grouped").stem().conv(32, 3, 1, 4).relu().conv(64, 3, 2, 32).relu().head(),
        new Graph("option-a").stem().optionA(32, 1).optionA(64, 2).optionA(64, 1).head(),
        new Graph("not-after-relu").stem().conv(32, 3, 1, 1).conv(48, 3, 1, 1).add().head(),
        new Graph("pools").stem().maxPool().conv(32, 3, 1, 1).relu().maxPool().avgPool().head(),
        new Graph("pre-activation").stem().preActivation().preActivation().head(),
        new Graph("mlp").stem().basic(32, 2).mlpHead());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void agreesWithFp32(Network network) {
    WeightMap weights = RandomWeights.of(network, new Random(3));
    for (Method method : Method.values()) {
      Calibrator.Result result = calibrate(network, weights, Optional.of(method));
      assertThat(result.calibration().method()).isEqualTo(method);
      double error = error(network, weights, result.calibration());
      assertThat(error).isLessThan(0.03);
    }
  }

  @Test
  void theMethodThatLosesLessIsTaken() {
    Network network = new Graph("basic").stem().basic(32, 1).basic(64, 2).head();
    WeightMap weights = RandomWeights.of(network, new Random(4));
    Calibrator.Result result = calibrate(network, weights, Optional.empty());
    assertThat(result.measured()).containsOnlyKeys(Method.values());
    double chosen = result.measured().get(result.calibration().method()).relativeError();
    assertThat(result.measured().values())
        .allMatch(a -> a.relativeError() >= chosen && a.pictures() == PICTURES / 5);
    assertThat(result.calibration().pictures()).isEqualTo(PICTURES - PICTURES / 5);
    assertThat(result.calibration().source()).isEqualTo("noise");
  }

  @Test
  void sessionsShareAProgram() {
    Network network = new Graph("basic").stem().basic(32, 1).basic(64, 2).head();
    WeightMap weights = RandomWeights.of(network, new Random(5));
    Calibration calibration = calibrate(network, weights, Optional.empty()).calibration();
    float[] input = new float[3 * PICTURE.size()];
    for (int i = 0; i < 3; i++) {
      noise(100 + i, input, i * PICTURE.size());
    }
    float[] first = new float[30];
    float[] second = new float[30];
    OneDnnInferenceProgram program =
        new OneDnnInferenceProgram(inference(network, weights, Precision.INT8, calibration), 3, 1);
    try (OneDnnInference a = new OneDnnInference(program, true);
        OneDnnInference b = new OneDnnInference(program, false)) {
      a.run(input, 3, first);
      b.run(input, 3, second);
      assertThat(second).containsExactly(first);
      a.run(input, 1, second);
      b.run(input, 2, second);
      a.run(input, 3, second);
      assertThat(second).containsExactly(first);
    }
    float[] single = new float[10];
    try (InferenceSession one = open(network, weights, Precision.INT8, calibration)) {
      one.run(input, 1, single);
    }
    for (int c = 0; c < 10; c++) { // the linear layer is fp32 and sums in another order
      assertThat(single[c]).isCloseTo(first[c], withinPercentage(0.01));
    }
  }

  @Test
  void takesLessMemory() {
    Network network = new Graph("wide").stem().basic(32, 1).basic(32, 1).basic(32, 1).head();
    WeightMap weights = RandomWeights.of(network, new Random(6));
    Calibration calibration = calibrate(network, weights, Optional.empty()).calibration();
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "8-bit kernels of x86");
    assertThat(bytes(network, weights, Precision.INT8, calibration))
        .isLessThan(bytes(network, weights, Precision.FP32, null));
  }

  private static Inference inference(
      Network network, WeightMap weights, Precision precision, Calibration calibration) {
    Compute compute = new Compute(Device.CPU, precision, 1);
    return new Inference(network, weights, PICTURE, compute, calibration);
  }

  private static long bytes(
      Network network, WeightMap weights, Precision precision, Calibration calibration) {
    try (OneDnnInferenceProgram program =
            new OneDnnInferenceProgram(inference(network, weights, precision, calibration), 8, 1);
        OneDnnTape.Binding binding = program.tape.bind()) {
      return binding.arenaBytes();
    }
  }

  @Test
  void whatIsNotCalibratedStaysWide() {
    Network network = new Graph("basic").stem().basic(32, 1).basic(64, 2).head();
    WeightMap weights = RandomWeights.of(network, new Random(7));
    Calibration nothing = new Calibration(Map.of(), Method.MIN_MAX, 1, "nothing");
    assertThat(error(network, weights, nothing)).isLessThan(0.02);
  }

  @Test
  void deadChannelsAndDeadLayersStayDead() {
    Network network = new Graph("dead").stem().conv(16, 3, 1, 1).relu().conv(32, 1, 1, 1).head();
    WeightMap weights = RandomWeights.of(network, new Random(8));
    weights =
        weights.with(
            new WeightMap(
                Map.of(
                    "conv2.weight", zeros(16, 16, 3, 3),
                    "conv2.bias", zeros(16))));
    Calibration calibration = calibrate(network, weights, Optional.empty()).calibration();
    assertThat(calibration.limits()).containsEntry("relu3", 0f);
    assertThat(error(network, weights, calibration)).isLessThan(0.02);
  }

  private static FloatTensor zeros(Integer... shape) {
    int size = Stream.of(shape).reduce(1, (a, b) -> a * b);
    return new FloatTensor(List.of(shape), FloatBuffer.wrap(new float[size]));
  }

  @Test
  void saysWhatIsMissing() {
    Network network = new Graph("small").stem().head();
    WeightMap weights = RandomWeights.of(network, new Random(9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(network, weights, Precision.INT8, null))
        .withMessage("int8 needs a calibration: how large the network's activations get");
    assertThatExceptionOfType(ResiduaException.class)
        .isThrownBy(
            () ->
                new Calibrator(network, weights, PICTURE, 1)
                    .calibrate((i, t, o) -> false, 4, Optional.empty(), "none", Progress.NONE))
        .withMessage("not one of 4 pictures to calibrate with could be read");
    float[] bias = new float[16];
    bias[3] = Float.POSITIVE_INFINITY;
    FloatTensor damaged = new FloatTensor(List.of(16), FloatBuffer.wrap(bias));
    WeightMap notFinite = weights.with(new WeightMap(Map.of("conv0.bias", damaged)));
    assertThatExceptionOfType(ResiduaException.class)
        .isThrownBy(() -> calibrate(network, notFinite, Optional.empty()))
        .withMessage("cannot calibrate: layer relu1 gives values that are not finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingOptions(1, Precision.INT8, 1, 1, Set.of(), Set.of()))
        .withMessage("int8 is for inference: train in fp32 or bf16");
  }

  @Test
  void isNeverChosenByItself() {
    assertThat(Compute.auto().precision()).isNotEqualTo(Precision.INT8);
    assertThat(Precision.parse("int8")).contains(Precision.INT8);
    assertThat(Precision.INT8.text()).isEqualTo("int8");
  }

  private static Calibrator.Result calibrate(
      Network network, WeightMap weights, Optional<Method> method) {
    return new Calibrator(network, weights, PICTURE, 1)
        .calibrate(
            (i, target, offset) -> {
              noise(i, target, offset);
              return true;
            },
            PICTURES,
            method,
            "noise",
            Progress.NONE);
  }

  /** Root mean square of int8's differences from fp32, relative to fp32's outputs. */
  private static double error(Network network, WeightMap weights, Calibration calibration) {
    double differences = 0;
    double size = 0;
    float[] input = new float[PICTURE.size()];
    float[] wide = new float[10];
    float[] narrow = new float[10];
    try (InferenceSession fp32 = open(network, weights, Precision.FP32, null);
        InferenceSession int8 = open(network, weights, Precision.INT8, calibration)) {
      for (int i = 0; i < 8; i++) {
        noise(1000 + i, input, 0);
        fp32.run(input, 1, wide);
        int8.run(input, 1, narrow);
        for (int c = 0; c < 10; c++) {
          differences += Math.pow(narrow[c] - wide[c], 2);
          size += Math.pow(wide[c], 2);
        }
      }
    }
    return Math.sqrt(differences / size);
  }

  private static InferenceSession open(
      Network network, WeightMap weights, Precision precision, Calibration calibration) {
    Compute compute = new Compute(Device.CPU, precision, 1);
    return Engine.inference(network, weights, PICTURE, 1, compute, calibration);
  }

  private static void noise(int seed, float[] target, int offset) {
    Random random = new Random(seed);
    for (int i = 0; i < PICTURE.size(); i++) {
      target[offset + i] = (float) random.nextGaussian();
    }
  }

  /** Networks written one after the other. */
  private static final class Graph {
    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private String last = Network.INPUT;
    private int channels = 3;
    private int count;

    Graph(String name) {
      this.name = name;
    }

    private Graph then(String kind, Layer layer, String... inputs) {
      String node = kind + count++;
      nodes.add(new Node(node, layer, inputs.length == 0 ? List.of(last) : List.of(inputs)));
      last = node;
      return this;
    }

    Graph stem() {
      return conv(16, 3, 1, 1).relu();
    }

    Graph conv(int out, int kernel, int stride, int groups) {
      then("conv", new Conv(channels, out, kernel, stride, kernel / 2, groups, true));
      channels = out;
      return this;
    }

    Graph norm() {
      return then("norm", new Layer.BatchNorm(channels, 1e-5, 0.1));
    }

    Graph relu() {
      return then("relu", new Layer.Relu());
    }

    Graph maxPool() {
      return then("pool", new Layer.MaxPool(3, 2, 1));
    }

    Graph avgPool() {
      return then("pool", new Layer.AvgPool(2, 1, 0));
    }

    /** The last value and its pooled self: no convolution can take this sum. */
    Graph add() {
      String value = last;
      then("pool", new Layer.MaxPool(3, 1, 1));
      return then("add", new Layer.Add(), value, last);
    }

    Graph basic(int out, int stride) {
      String in = last;
      int from = channels;
      conv(out, 3, stride, 1).norm().relu().conv(out, 3, 1, 1).norm();
      return residual(in, from, out, stride);
    }

    Graph bottleneck(int width, int stride) {
      String in = last;
      int from = channels;
      conv(width, 1, 1, 1).norm().relu().conv(width, 3, stride, 1).norm().relu();
      conv(4 * width, 1, 1, 1).norm();
      return residual(in, from, 4 * width, stride);
    }

    private Graph residual(String in, int from, int out, int stride) {
      String main = last;
      String shortcut = in;
      if (from != out || stride != 1) {
        last = in;
        channels = from;
        shortcut = conv(out, 1, stride, 1).norm().last;
      }
      return then("add", new Layer.Add(), main, shortcut).relu();
    }

    Graph optionA(int out, int stride) {
      String in = last;
      int from = channels;
      conv(out, 3, stride, 1).norm().relu().conv(out, 3, 1, 1).norm();
      String main = last;
      String shortcut = in;
      if (from != out || stride != 1) {
        last = in;
        shortcut = then("pad", new Layer.PadShortcut(stride, out)).last;
      }
      return then("add", new Layer.Add(), main, shortcut).relu();
    }

    Graph preActivation() {
      String in = last;
      norm().relu().conv(channels, 3, 1, 1).norm().relu().conv(channels, 3, 1, 1);
      return then("add", new Layer.Add(), last, in);
    }

    Network head() {
      then("avgpool", new Layer.GlobalAvgPool()).then("flatten", new Layer.Flatten());
      return then("fc", new Layer.Linear(channels, 10)).network();
    }

    Network mlpHead() {
      then("flatten", new Layer.Flatten());
      then("fc", new Layer.Linear(channels * 100, 24)).relu();
      return then("fc", new Layer.Linear(24, 10)).network();
    }

    private Network network() {
      return new Network(name, nodes);
    }
  }
}
