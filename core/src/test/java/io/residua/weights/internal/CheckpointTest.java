package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What training tools write, with Python values beside the weights; see make_checkpoints.py. */
class CheckpointTest {
  private static final List<String> NET =
      List.of(
          "0.weight",
          "0.bias",
          "1.weight",
          "1.bias",
          "1.running_mean",
          "1.running_var",
          "1.num_batches_tracked",
          "3.weight",
          "3.bias");

  private static WeightFile open(String name) {
    return WeightFile.open(Fixtures.path("checkpoints/" + name));
  }

  /** Values of the standard library, numpy and PyTorch, by each of the pickle's protocols. */
  @ParameterizedTest
  @ValueSource(strings = {"values_2.pt", "values_4.pt", "values_5.pt", "values_legacy.pt"})
  void plainValuesBesideTheWeights(String name) {
    WeightFile file = open(name);
    assertThat(file.names()).containsExactlyElementsOf(NET);
    assertThat(file.metadata())
        .containsEntry("epoch", "3")
        .containsEntry("float64", "91.25")
        .containsEntry("float32", "0.5")
        .containsEntry("int64", "-7")
        .containsEntry("big", "2.0")
        .doesNotContainKeys("namespace", "array", "path", "complex64");
    assertThat(file.floats("0.bias").toArray())
        .containsExactly(open("ignite.pt").floats("0.bias").toArray());
  }

  @Test
  void valuesInTheMiddleOfTheWeights() {
    assertThat(open("values_beside.pt").names())
        .containsAll(NET)
        .contains("values.torch_random")
        .allMatch(n -> NET.contains(n) || n.startsWith("values.torch_random"));
  }

  @ParameterizedTest
  @CsvSource({
    "lightning.ckpt, model.",
    "ignite.pt, ''",
    "fastai.pth, ''",
    "mmengine.pth, ''",
    "configs.pth, ''",
  })
  void checkpointsOfTools(String name, String prefix) {
    assertThat(open(name).names()).containsAll(NET.stream().map(n -> prefix + n).toList());
  }

  /** Which of the two is taken is a question of prefixes. */
  @ParameterizedTest
  @CsvSource({
    "timm.pth.tar, state_dict, state_dict_ema.",
    "torchvision_reference.pth, model, model_ema.module.",
  })
  void aMovingAverageBesideTheWeights(String name, String plain, String average) {
    assertThat(open(name).names())
        .containsAll(NET.stream().map(n -> plain + "." + n).toList())
        .containsAll(NET.stream().map(n -> average + n).toList())
        .allMatch(n -> n.startsWith(plain));
  }

  /** What is not computed in does not make a file unreadable. */
  @Test
  void tensorsOfOtherTypesAreNoObstacle() {
    assertThat(open("other_tensors.pt").names())
        .containsAll(NET)
        .contains("named", "buffer", "image", "complex", "float8")
        .doesNotContain("sparse", "quantised", "meta");
  }

  @Test
  void aWholeModelIsRefusedWithWhatHelps() {
    Path file = Fixtures.path("checkpoints/whole_model.pt");
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFile.open(file))
        .withMessage(
            "cannot read %s: it asks for torch.nn.modules.container.Sequential, which is no part of"
                + " weights; nothing of it was run; where the file is yours, save the weights alone:"
                + " torch.save(model.state_dict(), FILE)",
            file);
  }
}
