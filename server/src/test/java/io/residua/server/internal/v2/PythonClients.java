package io.residua.server.internal.v2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The standard clients, in a folder of Python's that {@code src/test/python/venv.sh} makes: in CI
 * by itself, elsewhere for who wants it, as it is a large download.
 */
public final class PythonClients {
  /** Seen from the folder of any module. */
  private static final Path SERVER = Path.of("..", "server");

  private static final Path SCRIPTS = SERVER.resolve(Path.of("src", "test", "python"));
  private static final Path VENV = SERVER.resolve(".venv");

  private PythonClients() {}

  /** A Python that has them; skips the calling test where there is none, but not in CI. */
  public static Path program(String name) throws IOException, InterruptedException {
    assumeTrue(Shared.mayUseOtherPrograms(), "other programs are not to be used");
    if (System.getenv("CI") != null) {
      run(Path.of(""), Path.of("bash"), script("venv.sh"));
    }
    assumeTrue(
        Files.exists(VENV.resolve("installed")),
        "no tritonclient, kserve and schemathesis: server/src/test/python/venv.sh fetches them");
    return VENV.resolve("bin").resolve(name).toAbsolutePath().normalize();
  }

  public static String script(String name) {
    return SCRIPTS.resolve(name).toAbsolutePath().normalize().toString();
  }

  /** Runs a program in a folder; fails the test with what it said if it fails. */
  public static String run(Path folder, Path program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("residua", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toAbsolutePath().toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end: " + Files.readString(out));
      }
      String said = Files.readString(out);
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      Files.delete(out);
    }
  }
}
