package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.engine.Precision;
import io.residua.engine.internal.FrozenPrefix;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.testkit.Precisions;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Training is cut by the batch alone: how many threads there are changes no bit. */
@Tag("processors")
class TrainingLanesTest {
  private static final Network NETWORK = Architecture.named("resnet18").network(5);
  private static final WeightMap WEIGHTS =
      new Initialisation(1, Initialisation.LinearRule.TORCH).weights(NETWORK);
  private static final Shape PICTURE = Shape.rgb(64);

  @BeforeEach
  void needsNatives() {
    assumeTrue(Natives.available(), "oneDNN on this platform");
  }

  private static List<Float> bits(
      int threads,
      int batch,
      Precision precision,
      Set<String> trained,
      Set<String> frozenStatistics) {
    TrainingOptions options =
        new TrainingOptions(batch, precision, threads, 1, trained, frozenStatistics);
    try (TrainingSession session = new OneDnnTraining(NETWORK, WEIGHTS, PICTURE, options)) {
      Random random = new Random(2);
      float[] pictures = new float[batch * session.inputSize()];
      for (int i = 0; i < pictures.length; i++) {
        pictures[i] = (float) random.nextGaussian();
      }
      List<Float> bits = new ArrayList<>();
      for (int step = 0; step < 2; step++) {
        float[] logits = new float[batch * session.outputSize()];
        session.forward(pictures, batch, step, logits);
        session.backward(logits);
        for (float logit : logits) {
          bits.add(logit);
        }
        for (TrainingSession.Trainable trainable : session.trainables()) {
          FloatBuffer gradient = trainable.gradient();
          for (int i = 0; i < gradient.capacity(); i += 31) {
            bits.add(gradient.get(i));
            trainable.values().put(i, trainable.values().get(i) - 0.01f * gradient.get(i));
          }
        }
      }
      new TreeMap<>(session.weights().asMap())
          .forEach((name, values) -> bits.add(values.toArray()[0]));
      return bits;
    }
  }

  private static Set<String> all() {
    return NETWORK.parameters().stream().map(p -> p.name()).collect(Collectors.toSet());
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    for (int batch : new int[] {2, 8, 34}) {
      List<Float> one = bits(1, batch, Precision.FP32, all(), Set.of());
      for (int threads : new int[] {2, 3, 8}) {
        assertThat(bits(threads, batch, Precision.FP32, all(), Set.of())).isEqualTo(one);
      }
    }
  }

  @Test
  void soItDoesInTheTypeOfTheProcessor() {
    Precision precision = Precisions.narrowestOfTraining();
    List<Float> one = bits(1, 20, precision, all(), Set.of());
    assertThat(bits(2, 20, precision, all(), Set.of())).isEqualTo(one);
    assertThat(bits(5, 20, precision, all(), Set.of())).isEqualTo(one);
  }

  @Test
  void soDoesAFrozenPrefix() {
    Set<String> last = Set.of("layer4.1.conv2.weight", "fc.weight", "fc.bias");
    Set<String> norms =
        NETWORK.nodes().stream()
            .filter(node -> node.layer() instanceof Layer.BatchNorm)
            .map(Network.Node::name)
            .collect(Collectors.toSet());
    assertThat(FrozenPrefix.nodes(NETWORK, last, norms)).contains("layer4.1.conv1");
    List<Float> one = bits(1, 19, Precision.FP32, last, norms);
    assertThat(bits(3, 19, Precision.FP32, last, norms)).isEqualTo(one);
  }
}
