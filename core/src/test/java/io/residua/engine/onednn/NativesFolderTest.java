package io.residua.engine.onednn;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.residua.engine.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No library is loaded that another user can have put there. A process of its own computes and says
 * from where it loaded oneDNN.
 */
class NativesFolderTest {
  @TempDir private Path folder;

  @BeforeEach
  void needsPosixAndNatives() throws IOException {
    assumeThat(Natives.available()).as("oneDNN on this platform").isTrue();
    assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("unix");
    folder = folder.toRealPath();
  }

  /** Prints where the library lies that this process has loaded, and what it computes on. */
  static final class Loads {
    private Loads() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println(Compute.auto().device());
      try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
        maps.filter(l -> l.contains("libdnnl")).findFirst().ifPresent(System.out::println);
      }
    }
  }

  private record Ended(String out, String err) {}

  /** Is interrupted before anything is loaded, and says whether it still is afterwards. */
  static final class Interrupted {
    private Interrupted() {}

    public static void main(String[] arguments) {
      Thread.currentThread().interrupt();
      System.out.println(Compute.auto().device());
      OmpThreads.use(1);
      System.out.println(Thread.interrupted());
      Thread.currentThread().interrupt();
      System.out.println(ProcessEnvironment.set("RESIDUA_TRIED", "1"));
      System.out.println(Thread.interrupted());
    }
  }

  private Ended load(Path home, String... options) throws IOException, InterruptedException {
    return run(Loads.class, home, options);
  }

  private Ended run(Class<?> main, Path home, String... options)
      throws IOException, InterruptedException {
    assumeThat(Path.of("/proc/self/maps")).exists();
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
            "--enable-native-access=ALL-UNNAMED", // else Java 24 and later warn
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("RESIDUA_HOME", home.toString());
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    return new Ended(Files.readString(out), Files.readString(err));
  }

  @Test
  void librariesAreUnpackedToAFolderOfTheUsersOwn() throws IOException, InterruptedException {
    Path home = folder.resolve("home");
    Ended ended = load(home);
    assertThat(ended.out()).startsWith("CPU").contains(home.resolve("natives").toString());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("natives"))))
        .isEqualTo("rwx------");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void anInterruptNeitherKeepsThemFromLoadingNorIsLost() throws IOException, InterruptedException {
    Ended ended = run(Interrupted.class, folder.resolve("home"));
    assertThat(ended.out().lines()).containsExactly("CPU", "true", "true", "true");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void aFolderThatOthersMayWriteIsNotUsedAndALineSaysSo() throws IOException, InterruptedException {
    Path natives = Files.createDirectories(folder.resolve("home/natives"));
    Files.setPosixFilePermissions(natives, fromString("rwxrwxrwx"));
    Ended ended = load(folder.resolve("home"));
    assertThat(ended.out()).startsWith("CPU").contains(folder + "/tmp/residua-natives-");
    assertThat(ended.err())
        .contains("other users may write to %s (rwxrwxrwx)".formatted(natives), "RESIDUA_HOME");
    assertThat(natives).isEmptyDirectory();
    assertThat(folder.resolve("tmp")).as("what was unpacked is gone").isEmptyDirectory();
  }

  @Test
  void aHomeThatCannotBeMadeIsReplacedByAFreshFolder() throws IOException, InterruptedException {
    Path home = Files.writeString(folder.resolve("file"), "").resolve("home");
    Ended ended = load(home, "-Duser.home=" + home);
    assertThat(ended.out()).startsWith("CPU").contains(folder + "/tmp/residua-natives-");
    assertThat(ended.err()).contains("is not used");
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void aFolderOfOnesOwnChoiceIsUsedIfItIsSafe() throws IOException, InterruptedException {
    Path chosen = folder.resolve("chosen");
    Ended ended = load(folder.resolve("home"), "-D" + NativesFolder.PROPERTY + "=" + chosen);
    assertThat(ended.out()).contains(chosen.toString());
    assertThat(folder.resolve("home")).doesNotExist();
    Files.setPosixFilePermissions(chosen, fromString("rwxrwx-w-"));
    Ended open = load(folder.resolve("home"), "-D" + NativesFolder.PROPERTY + "=" + chosen);
    assertThat(open.out()).contains(folder + "/tmp/residua-natives-");
    assertThat(open.err()).contains("other users may write to " + chosen, NativesFolder.PROPERTY);
  }

  @Test
  void whereOthersMayReplaceItAFolderIsNotPrivate() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Path natives = PrivateFolder.writable(open.resolve("natives"));
    Files.setPosixFilePermissions(open, fromString("rwxrwxrwx"));
    assertThatIOException()
        .isThrownBy(() -> PrivateFolder.writable(natives))
        .withMessage("other users may write to %s (rwxrwxrwx)", open);
    Files.setAttribute(open, "unix:mode", 01777); // as /tmp: others may not replace what is there
    assertThat(PrivateFolder.writable(natives)).isEqualTo(natives);
  }

  @Test
  void linksCountAsWhatTheyLeadTo() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, fromString("rwxrwxrwx"));
    Path link = Files.createSymbolicLink(folder.resolve("natives"), open);
    assertThatIOException()
        .isThrownBy(() -> PrivateFolder.writable(link))
        .withMessageContaining("other users may write to " + open);
    Files.delete(link);
    Files.createSymbolicLink(link, folder.resolve("nowhere"));
    assertThatIOException().isThrownBy(() -> PrivateFolder.writable(link));
  }

  @Test
  void whatIsInItMayNotBelongToOthers() throws IOException {
    Path natives = PrivateFolder.writable(folder.resolve("natives"));
    Path library = Files.writeString(natives.resolve("libdnnl.so.3"), "planted");
    boolean root = (Integer) Files.getAttribute(library, "unix:uid") == 0;
    assumeThat(root).as("only root can give a file away").isTrue();
    Files.setAttribute(library, "unix:uid", 12345);
    assertThatIOException()
        .isThrownBy(() -> PrivateFolder.writable(natives))
        .withMessageStartingWith(library + " belongs to another user");
    Files.setAttribute(library, "unix:uid", 0);
    Files.setAttribute(natives, "unix:uid", 12345);
    assertThatIOException()
        .isThrownBy(() -> PrivateFolder.writable(natives))
        .withMessageStartingWith(natives + " belongs to another user");
  }
}
