package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.sample.SampleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class SampleCommandTest {
  @TempDir private Path folder;

  @Test
  void thePicturesAreWhereTheyWereWantedAndCalledSynthetic() throws IOException {
    Path fruit = folder.resolve("fruit");
    TestRun run = new TestRun();
    assertThat(run.execute("sample", fruit.toString(), "--train=2", "--test=1", "--seed=5"))
        .isZero();
    assertThat(run.err())
        .contains("12 synthetic pictures to train on and 6 to test on, 6 classes, seed 5")
        .contains("next: residua train " + fruit + " --out run");
    for (String name : SampleSet.CLASSES) {
      try (Stream<Path> train = Files.list(fruit.resolve("train").resolve(name))) {
        assertThat(train).hasSize(2);
      }
    }
  }

  @Test
  void aFolderThatIsInUseIsRefused(SmallRun small) {
    TestRun run = new TestRun();
    assertThat(run.execute("sample", small.pictures().toString())).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "residua: %s: exists and is not empty; give a new folder\n"
                .formatted(small.pictures()));
  }
}
