package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.residua.UsageException;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Parameter.Kind;
import io.residua.nn.internal.ResNetSpec;
import io.residua.train.internal.GradientAccumulator;
import io.residua.train.internal.GradientClipping;
import io.residua.train.internal.Gradients;
import io.residua.train.internal.ParameterGroups;
import io.residua.train.internal.Updater;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {
  private static final Schedule.Rate RATE = Schedule.parse("constant").over(0.01, 1, 1).at(0);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd:momentum=0.9,nesterov=true,weight-decay=1e-4",
        "adam:beta1=0.9,beta2=0.999,epsilon=1e-8,weight-decay=0,keras-epsilon=false",
        "adamw:beta1=0.9,beta2=0.95,epsilon=1e-8,weight-decay=0.05",
        "rmsprop:alpha=0.9,epsilon=1e-7,momentum=0.5,weight-decay=0,epsilon-inside=true,"
            + "rate-inside=false",
        "sgd:momentum=0.9,nesterov=false,weight-decay=0,lookahead=5,lookahead-alpha=0.5",
      })
  void textFormReadsBack(String text) {
    assertThat(Optimizer.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lion | unknown; it is one of sgd, adam, adamw, rmsprop",
        "sgd:momentum=1 | momentum is 1.0, not 0 up to 1",
        "sgd:momentun=0.9 | unknown setting 'momentun'; there is lookahead, lookahead-alpha,"
            + " momentum, nesterov, weight-decay; did you mean 'momentum'?",
        "adam:beta2=NaN | beta2 is NaN, not 0 up to 1",
        "rmsprop:epsilon=0 | epsilon is 0.0, not above 0",
        "sgd:lookahead=-1 | lookahead is -1, not 1 or more",
        "sgd:lookahead=5,lookahead-alpha=2 | lookahead-alpha is 2.0, not above 0 to 1",
        "sgd:lookahead-alpha=0.5 | lookahead is 0, not 1 or more",
        "adamw:weight-decay=-1 | weight-decay is -1.0, not 0 or more",
      })
  void saysWhatIsWrong(String text, String reason) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Optimizer.parse(text))
        .withMessage("optimizer '%s': %s", text, reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd:nesterov=true,weight-decay=1e-3",
        "adam",
        "adamw",
        "rmsprop:momentum=0.5",
        "adam:lookahead=2"
      })
  void aResumedRunEndsInTheSameBitsOnAnyNumberOfThreads(String text) {
    List<Trainable> straight = arrays();
    Updater updater = updater(text, straight, 1);
    for (int step = 0; step < 6; step++) {
      fillGradients(straight, step);
      updater.step(RATE);
    }

    List<Trainable> resumed = arrays();
    Updater first = updater(text, resumed, 2);
    for (int step = 0; step < 3; step++) {
      fillGradients(resumed, step);
      first.step(RATE);
    }
    Updater.State state = first.state();
    assertThat(state.steps()).isEqualTo(3);
    List<Trainable> killed = resumed;
    resumed = arrays();
    for (int i = 0; i < resumed.size(); i++) {
      resumed.get(i).values().put(0, values(killed.get(i)));
    }
    first.step(RATE); // the state is a copy: later steps don't change it
    Updater second = updater(text, resumed, 3);
    second.restore(state);
    for (int step = 3; step < 6; step++) {
      fillGradients(resumed, step);
      second.step(RATE);
    }
    for (int i = 0; i < straight.size(); i++) {
      assertThat(values(resumed.get(i))).containsExactly(values(straight.get(i)));
    }
  }

  /** By hand: steps of -lr for a gradient of 1; after two of them half the way back. */
  @Test
  void lookaheadGoesPartOfTheWayToTheFastWeights() {
    List<Trainable> arrays = List.of(array("a.weight", Kind.WEIGHT, 1));
    Updater updater = updater("sgd:momentum=0,lookahead=2,lookahead-alpha=0.5", arrays, 1);
    float start = arrays.get(0).values().get(0);
    double[] expected = {-0.01, -0.01, -0.02, -0.02};
    for (double after : expected) {
      arrays.get(0).gradient().put(0, 1);
      updater.step(RATE);
      assertThat(arrays.get(0).values().get(0) - start).isCloseTo((float) after, within(1e-6f));
    }
  }

  /** Keras 3.15.1 and torch 2.15.0, rho 0.9, gradients .1, .2, .3 …, weights from 1. */
  @ParameterizedTest
  @CsvSource({
    "'epsilon-inside=true,rate-inside=true',"
        + "'.996837854 .993706226 .990861893 .985914469 .981238723 .977009535'",
    "'', '.996837735 .996267438 .996190190 .986851513 .985787988 .985671222'"
  })
  void rmspropWithMomentumAndAChangingRateIsKerasOrPyTorchs(String rule, String expected) {
    Optimizer rmsprop =
        Optimizer.parse(
            "rmsprop:alpha=0.9,epsilon=1e-7,momentum=0.9" + (rule.isEmpty() ? "" : "," + rule));
    float[] weight = {1};
    float[][] moments = {{0}, {0}};
    double[] rates = {1e-3, 1e-4, 1e-5};
    String[] after = expected.split(" ");
    for (int step = 0; step < after.length; step++) {
      float[] gradient = {0.1f * (step + 1)};
      rmsprop.update(
          weight, gradient, 1, moments, new Optimizer.Update(rates[step % 3], 0.9, 0, step + 1));
      assertThat(weight[0]).isCloseTo(Float.parseFloat(after[step]), within(3e-7f));
    }
  }

  @Test
  void refusesAStateOfAnotherNetwork() {
    List<Trainable> small = List.of(array("conv1.weight", Kind.WEIGHT, 7));
    Updater.State state = updater("sgd", small, 1).state();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> updater("sgd", arrays(), 1).restore(state))
        .withMessage("moment 'conv1.weight/momentum_buffer' has 7 values, not 20000");
  }

  @Test
  void groupsChangeLearningRateAndDecay() {
    List<Trainable> arrays = arrays();
    float weight = arrays.get(0).values().get(5);
    float scale = arrays.get(1).values().get(5);
    Optimizer decayOnly = Optimizer.parse("sgd:momentum=0,weight-decay=0.5");
    new Updater(decayOnly, arrays, ParameterGroups.decayOnlyWeights(), 2).step(RATE);
    assertThat(arrays.get(0).values().get(5)).isCloseTo(weight * 0.995f, within(1e-6f));
    assertThat(arrays.get(1).values().get(5)).isEqualTo(scale);
    new Updater(decayOnly, arrays, p -> new ParameterGroups.Group(10, 1), 2).step(RATE);
    assertThat(arrays.get(1).values().get(5)).isCloseTo(scale * 0.95f, within(1e-6f));
  }

  @Test
  void clippingAndAccumulationActOnAllArraysAsOneVector() {
    List<Trainable> arrays =
        List.of(array("a.weight", Kind.WEIGHT, 1), array("b.weight", Kind.WEIGHT, 2));
    Gradients gradients = new Gradients(arrays, 2);
    GradientAccumulator accumulator = new GradientAccumulator(gradients);
    set(arrays, 2, 4, -8);
    accumulator.add(0.5);
    set(arrays, 4, 4, -8);
    accumulator.add(0.5);
    accumulator.finish();
    assertThat(gradients.norm()).isCloseTo(Math.sqrt(9 + 16 + 64), within(1e-12));
    set(arrays, 2, 3, -6);
    assertThat(GradientClipping.parse("norm:3.5").apply(gradients)).isEqualTo(7);
    assertThat(arrays.get(1).gradient().get(1)).isCloseTo(-3, within(1e-5f));
    assertThat(GradientClipping.parse("norm:3.5").apply(gradients)).isCloseTo(3.5, within(1e-5));
    GradientClipping.parse("value:1.25").apply(gradients);
    assertThat(arrays.get(0).gradient().get(0)).isCloseTo(1, within(1e-5f));
    assertThat(arrays.get(1).gradient().get(1)).isEqualTo(-1.25f);
    accumulator.finish();
    assertThat(gradients.norm()).isZero();
    for (String text : List.of("none", "value:0.1", "norm:1")) {
      assertThat(GradientClipping.parse(text).text()).isEqualTo(text);
    }
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> GradientClipping.parse("norm:0"))
        .withMessage("gradient clipping 'norm:0': limit is 0.0, not above 0");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> GradientClipping.parse("1"))
        .withMessage("gradient clipping '1': unknown; it is one of none, value:LIMIT, norm:LIMIT");
  }

  private static void set(List<Trainable> arrays, float a, float b, float c) {
    arrays.get(0).gradient().put(0, a);
    arrays.get(1).gradient().put(0, b).put(1, c);
  }

  private static Updater updater(String text, List<Trainable> arrays, int threads) {
    return new Updater(Optimizer.parse(text), arrays, ParameterGroups.alike(), threads);
  }

  private static List<Trainable> arrays() {
    return List.of(array("conv1.weight", Kind.WEIGHT, 20_000), array("bn1.weight", Kind.SCALE, 64));
  }

  /** Direct memory, as natives have it. */
  private static Trainable array(String name, Kind kind, int size) {
    FloatBuffer values = direct(size);
    Random random = new Random(size);
    for (int i = 0; i < size; i++) {
      values.put(i, random.nextFloat() - 0.5f);
    }
    Parameter parameter = new Parameter(name, name.split("\\.", 2)[0], kind, List.of(size));
    return new Trainable(parameter, values, direct(size));
  }

  private static FloatBuffer direct(int size) {
    return ByteBuffer.allocateDirect(4 * size).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private static void fillGradients(List<Trainable> arrays, int step) {
    Random random = new Random(step);
    for (Trainable t : arrays) {
      for (int i = 0; i < t.gradient().capacity(); i++) {
        t.gradient().put(i, random.nextFloat() - 0.5f);
      }
    }
  }

  private static float[] values(Trainable t) {
    float[] values = new float[t.values().capacity()];
    t.values().get(0, values);
    return values;
  }

  @Test
  void deeperLayersLearnMoreSlowly() {
    Network network = ResNetSpec.named("resnet18").network(3);
    ParameterGroups groups = ParameterGroups.byDepth(network, 0.1, 0.5, false);
    Map<String, Double> expected =
        Map.of(
            "fc.weight", 1.0,
            "layer4.1.conv2.weight", 0.1 * 0.5,
            "layer3.0.downsample.0.weight", 0.1 * 0.25,
            "layer1.0.bn1.weight", 0.1 * 0.0625,
            "conv1.weight", 0.1 * 0.03125,
            "bn1.bias", 0.1 * 0.03125);
    for (Parameter parameter : network.parameters()) {
      Double factor = expected.get(parameter.name());
      if (factor != null) {
        ParameterGroups.Group group = groups.of(parameter);
        assertThat(group.learningRateFactor()).as(parameter.name()).isEqualTo(factor);
        boolean decays = !parameter.name().contains("bn");
        assertThat(group.weightDecayFactor()).isEqualTo(decays ? 1 : 0);
      }
    }
  }
}
