package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.UsageException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "onecycle_default_sgd  | one-cycle                                               | 1e-3 | 100",
        "onecycle_default_adam | one-cycle                                               | 1e-3 | 100",
        "onecycle_linear_37    | one-cycle:rise=0.25,div=10,final-div=100,linear=true    | 0.1  | 37",
        "cosine_100            | cosine                                                  | 0.1  | 100",
        "cosine_30_eta_min     | cosine:end=0.01                                         | 0.1  | 30",
        "step_30_0.1           | step:epochs=30,factor=0.1                               | 0.1  | 100",
        "multistep             | multistep:epochs=20/50/80,factor=0.2                    | 0.1  | 100",
        "warmup10_cosine90     | cosine:warmup=10,warmup-start=0.01                      | 0.1  | 100",
      })
  void everyStepEqualsTorchs(String golden, String text, double learningRate, int epochs)
      throws IOException {
    JsonNode expected = Shared.json("golden/train/schedules.json").get("schedules").get(golden);
    Schedule.Run run = Schedule.parse(text).over(learningRate, epochs, 1);
    JsonNode rates = expected.get("lr");
    assertThat(rates.size()).isGreaterThanOrEqualTo(epochs);
    for (int step = 0; step < rates.size(); step++) {
      assertThat(run.at(step).learningRate())
          .as("rate of step %d", step)
          .isCloseTo(rates.get(step).asDouble(), within(1e-12 * learningRate));
    }
    JsonNode momenta = expected.has("beta1") ? expected.get("beta1") : expected.get("momentum");
    for (int step = 0; momenta != null && step < momenta.size(); step++) {
      assertThat(run.at(step).momentum().orElseThrow())
          .as("momentum of step %d", step)
          .isCloseTo(momenta.get(step).asDouble(), within(1e-12));
    }
  }

  @Test
  void countsStepsWithinEpochs() {
    Schedule.Run step = Schedule.parse("step:epochs=2,factor=0.5").over(1, 6, 10);
    assertThat(step.at(19).learningRate()).isEqualTo(1);
    assertThat(step.at(20).learningRate()).isEqualTo(0.5);
    assertThat(step.at(59).learningRate()).isEqualTo(0.25);
    Schedule.Run cosine = Schedule.parse("cosine:warmup=0.5,warmup-start=0.2").over(1, 6, 10);
    assertThat(cosine.at(0).learningRate()).isEqualTo(0.2);
    assertThat(cosine.at(5).learningRate()).isEqualTo(1);
    assertThat(cosine.at(60).learningRate()).isZero();
    assertThat(cosine.at(1000).learningRate()).isZero();
  }

  @Test
  void shortRunsHaveFiniteRates() {
    for (int epochs = 1; epochs <= 4; epochs++) {
      for (String text : new String[] {"one-cycle", "one-cycle:rise=0", "cosine:warmup=5"}) {
        Schedule.Run run = Schedule.parse(text).over(0.1, epochs, 1);
        for (int step = 0; step <= epochs; step++) {
          assertThat(run.at(step).learningRate()).isBetween(0.0, 0.1);
        }
      }
    }
  }

  @Test
  void plateauWaitsThenReducesAndStopsAtTheLowest() {
    Schedule schedule = Schedule.parse("plateau:factor=0.1,patience=1,threshold=0.01,end=0.005");
    Schedule.Run run = schedule.over(1, 20, 3);
    // 0.995 of the best is not 1 % better
    double[] losses = {1, 0.5, 0.4975, 0.6, 0.3, Double.NaN, 0.3, 0.3, 0.3, 0.3, 0.3};
    double[] expected = {1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.005, 0.005, 0.005};
    for (int epoch = 0; epoch < losses.length; epoch++) {
      run.epochEnded(losses[epoch]);
      assertThat(run.at(epoch * 3L).learningRate())
          .as("after epoch %d", epoch)
          .isCloseTo(expected[epoch], within(1e-12));
      Schedule.Run resumed = schedule.over(1, 20, 3);
      resumed.restore(run.state());
      run = resumed;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "step:epochs=10,factor=0.5",
        "multistep:epochs=20/50/80,factor=0.2",
        "cosine:warmup=2.5,warmup-start=0.01,end=1e-4",
        "one-cycle:rise=0.3,div=25,final-div=10000,linear=false,low-momentum=0.85,high-momentum=0.95",
        "plateau:factor=0.1,patience=10,threshold=1e-4,end=0",
      })
  void textFormReadsBack(String text) {
    assertThat(Schedule.parse(text).text()).isEqualTo(text);
    assertThat(Schedule.parse(Schedule.parse(text).text())).isEqualTo(Schedule.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "cosin | unknown; it is one of constant, step, multistep, cosine, one-cycle, plateau;"
            + " did you mean 'cosine'?",
        "step:every=3 | unknown setting 'every'; there is epochs, factor",
        "constant:x=1 | unknown setting 'x'; there is none",
        "step:epochs=many | epochs is 'many', not a whole number",
        "step:epochs=0 | epochs is 0, not 1 or more",
        "step:epochs | 'epochs' is not KEY=VALUE",
        "cosine:end=NaN | end is NaN, not 0 to 1",
        "one-cycle:linear=yes | linear is 'yes', not true or false",
        "multistep | epochs is missing, whole numbers such as epochs=20/50/80",
        "multistep:5/8 | epochs is missing, whole numbers such as epochs=20/50/80",
        "multistep:epochs=5;8 | epochs is '5;8', not whole numbers such as 20/50/80",
      })
  void saysWhatIsWrong(String text, String reason) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Schedule.parse(text))
        .withMessage("schedule '%s': %s", text, reason);
  }
}
