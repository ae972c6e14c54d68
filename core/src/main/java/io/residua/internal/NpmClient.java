package io.residua.internal;

import io.residua.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Fetches a package's tarball with the user's npm client, from whatever registry that is set to.
 *
 * @param searchPath where to look for npm, in the form of the {@code PATH} variable
 * @param timeout how long it may take
 */
public record NpmClient(String searchPath, Duration timeout) {
  private static final int MOST_REASON_CHARS = 100;

  /** The {@code PATH} of this process, and half an hour. */
  public static NpmClient ofEnvironment() {
    return new NpmClient(
        Objects.requireNonNullElse(System.getenv("PATH"), ""), Duration.ofMinutes(30));
  }

  /**
   * Runs {@code npm pack} and verifies what it gives.
   *
   * @param folder an empty folder for the tarball and npm's messages
   * @return the tarball
   * @throws UserTool.Failure saying why the package could not be had, or that it is another one
   */
  public Path fetch(NpmTarball wanted, Path folder, Progress progress)
      throws UserTool.Failure, IOException {
    Path tarball = pack(wanted, folder);
    Optional<String> wrong = wanted.wrongHash(tarball, progress);
    if (wrong.isPresent()) {
      Files.delete(tarball);
      throw new UserTool.Failure(
          Text.of("npm gave a %s with %s, which was removed", wanted.file(), wrong.get()));
    }
    return tarball;
  }

  private Path pack(NpmTarball wanted, Path folder) throws UserTool.Failure, IOException {
    String command = "npm pack " + wanted.spec();
    UserTool.Ended ended =
        new UserTool("npm", "npm.cmd", searchPath, timeout)
            .run(
                folder,
                command,
                Map.of(),
                List.of(
                    "pack",
                    wanted.spec(),
                    "--pack-destination=.",
                    "--ignore-scripts",
                    "--loglevel=error"));
    if (ended.exitCode() != 0) {
      throw new UserTool.Failure(Text.of("%s failed (%s)", command, reason(ended)));
    }
    Path tarball = folder.resolve(wanted.file());
    if (!Files.isRegularFile(tarball)) {
      throw new UserTool.Failure(Text.of("%s left no %s", command, wanted.file()));
    }
    return tarball;
  }

  /** The most telling line among npm's messages. */
  private static String reason(UserTool.Ended ended) {
    List<String> lines =
        ended.err().stream()
            .filter(l -> l.toLowerCase(Locale.ROOT).matches("npm err(or|!).*"))
            .map(l -> l.replaceFirst("(?i)^npm err(or|!)\\s*", ""))
            .filter(l -> !l.isBlank() && !l.startsWith("A complete log"))
            .toList();
    return lines.stream()
        .filter(l -> !l.matches("(code|errno|syscall) .*"))
        .findFirst()
        .or(() -> lines.stream().findFirst())
        .map(line -> Printable.shortened(line, MOST_REASON_CHARS))
        .orElse("exit code " + ended.exitCode());
  }
}
