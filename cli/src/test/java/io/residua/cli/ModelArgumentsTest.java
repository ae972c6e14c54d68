package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Arguments in the wrong order and names mistyped, told before any picture is read. */
@ExtendWith(SmallRun.Resolver.class)
class ModelArgumentsTest {
  @TempDir private Path folder;

  private static String line(int exitCode, Object... arguments) {
    TestRun run = new TestRun();
    String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    assertThat(run.execute(words)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    return run.err().lines().reduce((a, b) -> b).orElse("");
  }

  @Test
  void swappedArgumentsAreSaidWithTheRightCommand(SmallRun small) {
    Path picture = small.pictures().resolve("test/freshapples/synthetic_0001.jpg");
    assertThat(line(2, "predict", picture, small.run(), "--top", 2))
        .startsWith(
            "residua: '%s' is a picture, not a model; the model comes first: residua predict %s %s --top 2"
                .formatted(picture, small.run(), picture));
    assertThat(line(2, "evaluate", small.pictures(), small.model()))
        .contains(
            "is a folder without a model (model.safetensors); the model comes first: residua evaluate %s %s"
                .formatted(small.model(), small.pictures()));
    assertThat(line(2, "explain", picture, "imagenet", "--out", folder.resolve("why")))
        .contains("the model comes first: residua explain imagenet " + picture);
    assertThat(line(2, "evaluate", small.pictures() + "/", small.run() + "/"))
        .contains("residua evaluate %s %s/".formatted(small.run(), small.pictures()));
    assertThat(line(1, "predict", picture, picture))
        .contains("is a picture, not a model; MODEL is a run's folder");
  }

  @Test
  void soAreThoseOfWhatIsExported(SmallRun small) throws IOException {
    Path onnx = folder.resolve("model.onnx");
    String right =
        "'%s' is a run's folder, not the file to write; the model comes first: residua export %s %s"
            .formatted(small.run(), small.run(), onnx);
    assertThat(line(2, "export", onnx, small.run())).contains(right);
    Files.writeString(onnx, "exported earlier");
    assertThat(line(2, "export", onnx, small.run(), "--force")).contains(right);
    assertThat(line(1, "export", small.pictures(), folder.resolve("new.onnx")))
        .contains("is a folder without a model (model.safetensors); MODEL is a run's folder");

    String order =
        "' is a folder, not a file that 'residua export' wrote; the order is MODEL EXPORTED DATA:"
            + " residua verify %s %s %s".formatted(small.run(), onnx, small.pictures());
    assertThat(line(2, "verify", onnx, small.run(), small.pictures())).contains(order);
    assertThat(line(2, "verify", small.run(), small.pictures(), onnx)).contains(order);
    assertThat(line(2, "verify", small.pictures(), small.run(), onnx)).contains(order);
    assertThat(line(2, "verify", onnx, small.pictures(), small.run())).contains(order);
    assertThat(line(2, "verify", small.pictures(), onnx, small.run()))
        .contains(
            "is a folder without a model", "residua verify %s %s".formatted(small.run(), onnx));
    assertThat(line(2, "verify", small.run(), folder, small.pictures()))
        .endsWith("wrote (see 'residua verify --help')");
  }

  @Test
  void aMistypedModelIsToldBeforeThePicturesAreLookedAt(SmallRun small) throws IOException {
    Path unreadable = Files.createDirectories(folder.resolve("data/cats"));
    Files.writeString(unreadable.resolve("a.jpg"), "no picture");
    assertThat(line(1, "predict", "imagnet", folder)).contains("did you mean 'imagenet'?");
    assertThat(line(1, "evaluate", "resnet50.keras_in1", folder.resolve("data")))
        .contains("did you mean 'resnet50.keras_in1k'?");
    String mistyped = small.run().resolve("model.safetensor").toString();
    assertThat(line(1, "predict", mistyped, folder))
        .contains("did you mean '%s'?".formatted(small.model()));
  }

  @Test
  void aMistypedLayerOrClassIsToldWithTheOneProbablyMeant(SmallRun small) {
    Path missing = folder.resolve("missing.jpg");
    Path out = folder.resolve("why");
    assertThat(line(2, "explain", small.run(), missing, "--out", out, "--layer", "layr3"))
        .contains("did you mean 'layer3'?");
    assertThat(line(2, "explain", small.run(), missing, "--out", out, "--class", "freshaples"))
        .contains("did you mean 'freshapples'?");
    assertThat(out).doesNotExist();
  }

  @Test
  void aTrainingThatCannotBeIsRefusedBeforeItsPicturesAreRead(SmallRun small) throws IOException {
    Path data = folder.resolve("data");
    for (String name : new String[] {"a", "b"}) {
      Files.createDirectories(data.resolve(name));
      for (int i = 0; i < 5; i++) {
        Files.writeString(data.resolve(name).resolve(i + ".jpg"), "no picture " + name + i);
      }
    }
    // None of these pictures can be read: whoever tried would say so.
    for (String option : new String[] {"--model=resnet51", "--freeze=layer9*"}) {
      for (String command : new String[] {"train", "lr-find", "tune"}) {
        TestRun run = new TestRun();
        Path out = folder.resolve("run");
        String[] arguments = SmallRun.trainArguments(data, out, option);
        arguments[0] = command;
        if (command.equals("tune")) {
          arguments =
              Stream.concat(Stream.of(arguments), Stream.of("--space=lr=0.01,0.1"))
                  .toArray(String[]::new);
        }
        assertThat(run.execute(arguments)).as(command + run.err()).isEqualTo(2);
        assertThat(run.err()).as(command + option).doesNotContain("0.jpg", "could not be read");
        assertThat(out).doesNotExist();
      }
    }
    assertThat(line(1, "inspect", data, "--model=imagnet")).contains("did you mean 'imagenet'?");
  }
}
