package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a user starts it, on the classes under test: nothing is built here. */
class LauncherTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("basedir", "."), "..", "residua").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @BeforeEach
  void needsAShell() {
    assumeTrue(File.separatorChar == '/', "the launcher is a POSIX script");
  }

  private Processes.Ended residua(Path launcher, Map<String, String> more, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>();
    environment.put("RESIDUA_CLASSPATH", Processes.classPath());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.putAll(more);
    List<String> command =
        Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList();
    return Processes.run(folder, environment, command);
  }

  @Test
  void worksFromAnotherFolderThroughSymbolicLinksWithSpaces()
      throws IOException, InterruptedException {
    Path first = Files.createSymbolicLink(folder.resolve("my residua"), LAUNCHER);
    Path link = Files.createSymbolicLink(folder.resolve("residua"), first.getFileName());
    Processes.Ended ended = residua(link, Map.of(), "--help");
    assertThat(ended.err()).isEmpty();
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).startsWith("Usage: residua").doesNotContain("\u001b");
    Files.delete(link);
    Files.delete(first);
  }

  @Test
  void argumentsArriveAsTheyWereTyped() throws IOException, InterruptedException {
    Processes.Ended ended = residua(LAUNCHER, Map.of("LC_ALL", ""), "a  b * ü", "--seed");
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo("residua: unknown command 'a  b * ü' (see 'residua --help')\n");
  }

  @Test
  void optionsForJavaAreTheUsers() throws IOException, InterruptedException {
    Map<String, String> options = Map.of("RESIDUA_JAVA_OPTS", "-Xmx32m -Dos.name=Users");
    assertThat(residua(LAUNCHER, options, "--version").out()).contains(", Users ");
  }

  @Test
  void whatIsShortRunsOnOptionsOfItsOwnUnlessTheUserChoosesACollector()
      throws IOException, InterruptedException {
    Path java = jdk("jdk", "17.0.1", "echo \"$@\"");
    Map<String, String> here = Map.of("JAVA_HOME", java.toString());
    Path picture = Files.createFile(folder.resolve("a b.jpg"));

    for (String[] isShort :
        new String[][] {
          {}, {"--help"}, {"help", "train"}, {"train", "-h"}, {"predict", "run", picture.toString()}
        }) {
      assertThat(residua(LAUNCHER, here, isShort).out()).contains("/dist/short.options");
    }
    for (String[] isLong :
        new String[][] {
          {"quickstart"},
          {"-q", "train", "data"},
          {"predict", "run", folder.toString()},
          {"predict", "run", "--from", "list.txt"}
        }) {
      assertThat(residua(LAUNCHER, here, isLong).out()).doesNotContain("short.options");
    }
    Map<String, String> collector =
        Map.of("JAVA_HOME", java.toString(), "RESIDUA_JAVA_OPTS", "-XX:+UseParallelGC");
    assertThat(residua(LAUNCHER, collector, "--help").out()).doesNotContain("short.options");
  }

  /** The home of something that looks like a JDK, whose java is a command of the shell. */
  private Path jdk(String name, String version, String command) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name).resolve("bin")).getParent();
    Files.writeString(
        home.resolve("release"), "JAVA_VERSION=\"%s\"\nOS_ARCH=\"x86_64\"\n".formatted(version));
    executable(home.resolve("bin/java"), command);
    return home;
  }

  private static void executable(Path file, String command) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + command + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void anOldJavaIsNamed() throws IOException, InterruptedException {
    Path old = jdk("jdk 11", "11.0.2", "exit 9");
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("sh", "dirname", "readlink", "sed")) {
      executable(tools.resolve(tool), "exec /bin/%s \"$@\"".formatted(tool));
    }
    Map<String, String> environment = Map.of("JAVA_HOME", old.toString(), "PATH", tools.toString());
    Processes.Ended ended = residua(LAUNCHER, environment, "--help");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo("residua: Java 17 or newer is needed; found Java 11.0.2 in %s\n".formatted(old));
  }

  @Test
  void stoppedWhileItMakesArchivesOfClassesItLeavesNothingBehind()
      throws IOException, InterruptedException {
    Path java = jdk("jdk", "17.0.1", "kill -TERM $PPID");
    Path target = Files.createDirectories(folder.resolve("project/dist/target"));
    Path jar = Files.createFile(target.resolve("residua.jar"));
    Path launcher = Files.copy(LAUNCHER, folder.resolve("project/residua"));

    Map<String, String> environment = Map.of("RESIDUA_CLASSPATH", "", "JAVA_HOME", java.toString());
    assertThat(residua(launcher, environment, "--version").exitCode()).isEqualTo(143);
    assertThat(target).isDirectoryContaining(jar::equals).isDirectoryNotContaining("glob:**.jsa*");
  }
}
