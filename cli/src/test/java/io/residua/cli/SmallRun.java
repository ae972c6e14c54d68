package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A little sample set and a model trained on it, both made by the command line, once for all tests:
 * a ResNet-18 of random weights with a trained head, on pictures of 32 px. Tests read them only.
 *
 * @param pictures folders {@code train} (6 pictures a class) and {@code test} (3)
 * @param run the run's folder
 */
record SmallRun(Path folder, Path pictures, Path run) implements AutoCloseable {
  static final int TEST_PICTURES = 18;

  private static SmallRun make() {
    try {
      Path folder = Files.createTempDirectory("residua-test");
      SmallRun made = new SmallRun(folder, folder.resolve("pictures"), folder.resolve("run"));
      TestRun sample = new TestRun();
      assertThat(sample.execute("sample", made.pictures.toString(), "--train", "6", "--test", "3"))
          .as(sample.err())
          .isZero();
      TestRun train = new TestRun();
      assertThat(train.execute(trainArguments(made.pictures, made.run))).as(train.err()).isZero();
      return made;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A training that takes a second or two; options given replace its own. */
  static String[] trainArguments(Path data, Path out, String... given) {
    List<String> own =
        List.of(
            "--weights=none",
            "--model=resnet18",
            "--freeze=backbone",
            "--image-size=32",
            "--precision=fp32",
            "--epochs=2",
            "--lr=0.01");
    List<String> arguments =
        new ArrayList<>(List.of("train", data.toString(), "--out", out.toString()));
    own.stream()
        .filter(o -> Stream.of(given).noneMatch(g -> name(g).equals(name(o))))
        .forEach(arguments::add);
    arguments.addAll(List.of(given));
    return arguments.toArray(String[]::new);
  }

  private static String name(String option) {
    return option.replaceFirst("=.*", "");
  }

  Path model() {
    return run.resolve("model.safetensors");
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }

  static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Hands it to the tests that ask for it. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == SmallRun.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(SmallRun.class))
          .computeIfAbsent(SmallRun.class, key -> make());
    }
  }
}
