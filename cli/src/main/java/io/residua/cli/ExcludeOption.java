package io.residua.cli;

import io.residua.data.OpenedData;
import io.residua.data.internal.Quarantine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --exclude FILE}: pictures that are left out of a data set. */
final class ExcludeOption {
  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      order = 251,
      description =
          "Leave out the pictures that FILE lists, as 'residua inspect --quarantine' writes it.")
  private @Nullable Path exclude;

  /** The list; null for none. */
  @Nullable Path file() {
    return exclude;
  }

  /** The set without them; its warnings are reported. */
  OpenedData from(OpenedData data, Console console) {
    data.warnings().forEach(console.progress()::warn);
    return exclude == null ? data : data.without(Quarantine.read(exclude));
  }
}
