package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.sample.SampleSet;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The methods of docs/java.md work, in a module that sees the library's API and nothing else. */
@ExtendWith(SmallRun.Resolver.class)
class JavaGuideTest {
  private static final Path GUIDE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "java.md");

  /** Of the test's class path: what is no library of core's, and would be a module of its own. */
  private static final Pattern NOT_OF_CORE =
      Pattern.compile(
          "test-classes|-tests\\.jar|residua-sample|sample/target|residua-server|server/target|jetty"
              + "|prometheus|cli/target|picocli|junit|surefire"
              + "|assertj|archunit|byte-buddy|opentest4j|apiguardian|onnxruntime|slf4j");

  private static final String MAIN =
      """
      public static void main(String[] arguments) throws Exception {
        Path pictures = Path.of(arguments[0]);
        Path run = Path.of(arguments[1]);
        Path picture = Path.of(arguments[2]);
        Path folder = Path.of(arguments[3]);
        byte[] bytes = Files.readAllBytes(picture);
        BufferedImage image = ImageIO.read(picture.toFile());
        try (InputStream stream = Files.newInputStream(picture)) {
          System.out.println(String.join(" ", predict(run, picture, bytes, stream, image)));
        }
        try (Classifier classifier = Classifier.load(run)) {
          System.out.println(predictLater(classifier, bytes).join());
          System.out.println(predictList(classifier, List.of(bytes, new byte[10])));
          System.out.println(likeness(classifier, bytes, bytes) > .999);
        }
        System.out.println(predictAll(run, Map.of("a", bytes, "b", new byte[10])));
        System.out.println(accuracy(run, pictures).contains(.999999));
        Recipe recipe = Recipe.defaults().with(Map.of("model", "resnet8-cifar", "weights", "none",
            "freeze", "none", "image_size", "32", "epochs", "1"));
        List<String> log = new ArrayList<>();
        TrainedRun trained = train(pictures, folder.resolve("run"), recipe, log::add);
        long told = log.stream().filter(line -> line.startsWith("accuracy ")).count();
        System.out.println(log.get(0) + " " + told + " " + trained.history().size());
        System.out.println(findings(pictures).getClass().getSimpleName());
        System.out.println(svm(pictures, folder.resolve("svm"), run.resolve("model.safetensors").toString()) > .3);
        takeAway(run, RgbImage.of(image), folder);
      }
      """;

  @TempDir private Path folder;

  @Test
  void itsMethodsWorkInAModule(SmallRun small) throws IOException, InterruptedException {
    String libraries =
        Stream.of(Processes.classPath().split(File.pathSeparator))
            .filter(entry -> !NOT_OF_CORE.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    Path classes = compiled(libraries);
    Path picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg");

    Processes.Ended ended =
        Processes.run(
            folder,
            Map.of("RESIDUA_HOME", folder.resolve("home").toString()),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--module-path",
                libraries + File.pathSeparator + classes,
                "--add-modules",
                "ALL-MODULE-PATH",
                "--module",
                "guide/guide.Guide",
                small.pictures().toString(),
                small.run().toString(),
                picture.toString(),
                folder.toString()));

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    List<String> lines = ended.out().lines().toList();
    assertThat(lines).hasSize(9);
    String label = lines.get(0).split(" ")[0];
    assertThat(SampleSet.CLASSES).contains(label);
    assertThat(lines.get(0)).isEqualTo(String.join(" ", Collections.nCopies(4, label)));
    assertThat(lines.get(1)).isEqualTo(label);
    assertThat(lines.get(2)).isEqualTo("[Optional[" + label + "], Optional.empty]");
    assertThat(lines.get(3)).isEqualTo("true");
    assertThat(lines.get(4)).isEqualTo("{a=" + label + ", b=unreadable}");
    assertThat(lines.get(6)).isEqualTo("1 epochs 1 1");
    assertThat(lines.get(8)).isEqualTo("true");
    assertThat(folder)
        .isDirectoryContaining("glob:**why.png")
        .isDirectoryContaining("glob:**report.html")
        .isDirectoryContaining("glob:**model.onnx")
        .isDirectoryContaining("glob:**torch.safetensors");
  }

  /** The page's methods as a module. */
  private Path compiled(String libraries) throws IOException {
    List<Path> entries = Stream.of(libraries.split(File.pathSeparator)).map(Path::of).toList();
    String imports =
        ModuleFinder.of(entries.toArray(Path[]::new))
            .find("io.residua.core")
            .orElseThrow()
            .descriptor()
            .exports()
            .stream()
            .filter(exports -> !exports.isQualified())
            .map(Exports::source)
            .map(name -> "import " + name + ".*;\n")
            .collect(Collectors.joining());
    String methods =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(GUIDE))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.joining("\n"));
    assertThat(methods).contains("static TrainedRun train(");
    Path sources = Files.createDirectories(folder.resolve("sources/guide"));
    Files.writeString(
        sources.resolveSibling("module-info.java"), "module guide { requires io.residua.core; }");
    Files.writeString(
        sources.resolve("Guide.java"),
        "package guide;\n"
            + imports
            + "import java.awt.image.BufferedImage;\nimport java.io.*;\nimport java.nio.file.*;\n"
            + "import java.util.*;\nimport java.util.concurrent.*;\nimport java.util.function.*;\n"
            + "import java.util.stream.*;\nimport javax.imageio.ImageIO;\n"
            + "public final class Guide {\n"
            + methods
            + MAIN
            + "}\n");
    Path classes = Files.createDirectory(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          new ArrayList<>(List.of("-proc:none", "--module-path", libraries, "-d"));
      options.add(classes.toString());
      boolean done =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  options,
                  null,
                  files.getJavaFileObjects(
                      sources.resolveSibling("module-info.java"), sources.resolve("Guide.java")))
              .call();
      assertThat(done).as(said.toString()).isTrue();
    }
    return classes;
  }
}
