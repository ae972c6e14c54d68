package io.residua.cli;

import io.residua.image.TestTimeAugmentation;
import io.residua.internal.ConstantNames;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --tta}: over which views of a picture answers are averaged. */
final class TtaOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private TestTimeAugmentation augmentation = TestTimeAugmentation.NONE;

  @Option(
      names = "--tta",
      paramLabel = "VIEWS",
      order = 906,
      description =
          "Test-time augmentation, answers averaged over views of a picture: none, flip, flip-shift"
              + " or five-crop (default: none).")
  void setAugmentation(String value) {
    augmentation =
        TestTimeAugmentation.of(
            Choice.of(command, "--tta", value, ConstantNames.of(TestTimeAugmentation.class)));
  }

  TestTimeAugmentation augmentation() {
    return augmentation;
  }
}
