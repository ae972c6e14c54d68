package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/serving.md works, in a module that sees the server's API and core's. */
class ModuleTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** Of the test's class path: what is no library of the server's. */
  private static final Pattern NOT_OF_THE_SERVER =
      Pattern.compile(
          "test-classes|-tests\\.jar|junit|surefire|assertj|archunit|byte-buddy|opentest4j"
              + "|apiguardian|onnxruntime|slf4j-simple|error_prone");

  @TempDir private Path folder;

  @Test
  void theExampleAnswersAsAModule() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    Matcher found = EXAMPLE.matcher(Files.readString(Path.of("..", "docs", "serving.md")));
    assertThat(found.find()).isTrue();
    String example =
        found
            .group(1)
            .replace("\"run\"", "arguments[0]")
            .replace("port(8080)", "port(0)")
            .replace(
                "server.await();",
                """
                HttpRequest ready =
                    HttpRequest.newBuilder(server.address().resolve("/health/ready")).build();
                System.out.println(
                    HttpClient.newHttpClient().send(ready, BodyHandlers.ofString()).body());
                """);
    Path sources = Files.createDirectories(folder.resolve("sources/app"));
    Path module = sources.resolveSibling("module-info.java");
    Files.writeString(module, "module app { requires io.residua.server; requires java.net.http; }");
    Path program = sources.resolve("App.java");
    Files.writeString(
        program,
        "package app; import io.residua.server.*; import java.net.http.*;"
            + " import java.net.http.HttpResponse.BodyHandlers; public class App {"
            + " public static void main(String[] arguments) throws Exception {\n"
            + example
            + "}}");
    String libraries =
        Stream.of(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(File.pathSeparator))
            .filter(entry -> !NOT_OF_THE_SERVER.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    Path classes = folder.resolve("classes");
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "--module-path",
                libraries,
                "-d",
                classes.toString(),
                module.toString(),
                program.toString());
    assertThat(compiled).isZero();

    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--module-path",
                libraries + File.pathSeparator + classes,
                "--add-modules",
                "ALL-MODULE-PATH",
                "--module",
                "app/app.App",
                model.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(out)).isZero();
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).anyMatch(line -> line.startsWith("listening at http://127.0.0.1:"));
    assertThat(lines).endsWith("{\"ready\":true}");
  }
}
