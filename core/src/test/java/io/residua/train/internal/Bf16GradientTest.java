package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.NativesException;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.engine.onednn.Natives;
import io.residua.image.Augmentations;
import io.residua.model.ModelFile;
import io.residua.nn.internal.Parameter;
import io.residua.train.Optimizer;
import io.residua.train.Schedule;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.WeightMap;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gradients computed in bf16 point where those of fp32 do: rounding may add noise, but in no layer
 * may it pull training elsewhere. Processors that cannot train so say it instead of rounding.
 */
class Bf16GradientTest {
  private static final int BATCH = 64;
  private static final int BATCHES = 6;

  @TempDir private Path folder;

  @Test
  void ofAResNet20OnRealPicturesHaveNoBias() {
    assumeTrue(Natives.available());
    ModelFile model =
        ModelFile.open(
            Shared.path("data/weights/akamaster_cifar10/resnet20-12fca82f.th").toString(),
            WeightSource.ofEnvironment().withOffline(true),
            Progress.NONE);
    ImageDataset data = OpenedData.open(Shared.path("data/cifar10_lossless/train")).all();
    Map<String, double[]> exact = new TreeMap<>();
    Map<String, double[]> rounded = new TreeMap<>();
    try (PictureExamples pictures =
        new PictureExamples(
            data,
            model.spec().preprocessing(),
            model.spec().preprocessing(),
            Augmentations.NONE,
            1,
            folder)) {
      if (!Natives.computes(Precision.BF16, true)) {
        assertThatExceptionOfType(NativesException.class)
            .isThrownBy(() -> add(rounded, model, Precision.BF16, pictures, 0))
            .withMessageStartingWith("this processor does not train in bf16");
        return;
      }
      for (int batch = 0; batch < BATCHES; batch++) {
        add(exact, model, Precision.FP32, pictures, batch);
        add(rounded, model, Precision.BF16, pictures, batch);
      }
    }
    assertThat(exact).hasSizeGreaterThan(50);
    exact.forEach(
        (name, of32) -> {
          double[] of16 = rounded.get(name);
          double length = dot(of32, of32);
          double along = dot(of32, of16) / length;
          double off = dot(of16, of16) / length - along * along;
          assertThat(along).as("%s: along the fp32 gradient", name).isCloseTo(1, within(0.1));
          assertThat(Math.sqrt(Math.max(0, off))).as("%s: off its line", name).isLessThan(0.35);
        });
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  /**
   * Adds a batch's gradients in the layout of files: what a step of size one takes off. The labels
   * are wrong ones: the network knows the right ones, which would leave next to no gradient.
   */
  private static void add(
      Map<String, double[]> sums,
      ModelFile model,
      Precision precision,
      PictureExamples pictures,
      int batch) {
    var spec = model.spec();
    Set<String> trainable =
        spec.network().parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    TrainingOptions options = new TrainingOptions(BATCH, precision, 1, 1, trainable, Set.of());
    try (TrainingSession session =
        Engine.training(spec.network(), model.weights(), spec.picture(), options, Device.CPU)) {
      float[] input = new float[BATCH * session.inputSize()];
      int[] labels = new int[BATCH];
      for (int i = 0; i < BATCH; i++) {
        int index = (batch * BATCH + i) * pictures.labels().length / (BATCH * BATCHES);
        pictures.load(index, -1, input, i * session.inputSize());
        labels[i] = (pictures.labels()[index] + 1) % session.outputSize();
      }
      new TrainingStep(session, Optimizer.parse("sgd:momentum=0"), 1)
          .run(input, labels, 0, Schedule.Rate.of(1));
      WeightMap after = session.weights();
      for (String name : trainable) {
        float[] from = model.weights().get(name).toArray();
        float[] to = after.get(name).toArray();
        double[] sum = sums.computeIfAbsent(name, k -> new double[from.length]);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += from[i] - (double) to[i];
        }
      }
    }
  }
}
