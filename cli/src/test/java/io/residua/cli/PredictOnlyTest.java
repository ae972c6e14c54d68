package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.OpenedData;
import io.residua.model.Classifier;
import io.residua.train.Recipe;
import io.residua.weights.WeightSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** With core alone a program predicts, and says which library reads what it cannot. */
@ExtendWith(SmallRun.Resolver.class)
class PredictOnlyTest {
  /** What a dependency on residua-core does not bring, and no native is. */
  private static final Pattern NOT_BROUGHT =
      Pattern.compile(
          "residua-formats|formats/target|yaml|commons-|jhdf|imageio|common-(image|io|lang)|slf4j"
              + "|residua-(sample|server|cli)|(sample|server|cli)/target/classes|jetty|prometheus|picocli"
              + "|junit|assertj|archunit|byte-buddy|opentest4j|apiguardian|onnxruntime|surefire");

  @TempDir private Path folder;

  /** The program. */
  static final class Program {
    public static void main(String[] arguments) {
      try (Classifier classifier = Classifier.load(Path.of(arguments[0]))) {
        System.out.println(classifier.predict(Path.of(arguments[1])).label());
      }
      for (Runnable other :
          List.<Runnable>of(
              () -> WeightSource.ofEnvironment().load(arguments[2], Progress.NONE),
              () -> OpenedData.open(Path.of(arguments[3])),
              () -> Recipe.named("cats-dogs"))) {
        try {
          other.run();
        } catch (ResiduaException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void coreAlonePredicts(SmallRun small) throws IOException, InterruptedException {
    Path keras = folder.resolve("weights.h5");
    Files.write(keras, Arrays.copyOf(new byte[] {(byte) 0x89, 'H', 'D', 'F', 13, 10, 26, 10}, 512));
    Path archive = folder.resolve("pictures.tar");
    Files.write(archive, new byte[1024]);
    Path picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg");
    String libraries =
        Stream.of(Processes.classPath().split(File.pathSeparator))
            .filter(entry -> !NOT_BROUGHT.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));

    Processes.Ended ended =
        Processes.run(
            folder,
            Map.of("RESIDUA_HOME", folder.resolve("home").toString()),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                libraries,
                Program.class.getName(),
                small.run().toString(),
                picture.toString(),
                keras.toString(),
                archive.toString()));

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out().lines().toList())
        .satisfiesExactly(
            label -> assertThat(label).startsWith("fresh"),
            text -> assertThat(text).contains("HDF5 is read by io.jhdf:jhdf").contains("h5"),
            text -> assertThat(text).contains("tar is read by org.apache.commons:commons-compress"),
            text -> assertThat(text).contains("io.residua:residua-formats brings it"));
  }
}
