package io.residua.server.internal.serving;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one version of a model lies.
 *
 * @param name under which it is served
 * @param version a number; null where the model has none
 * @param namesOrFiles what is opened, as {@link io.residua.model.Classifier#open} takes it
 * @param files which of that are files on this machine
 */
record ModelSource(String name, @Nullable String version, String namesOrFiles, List<Path> files) {
  /** What people call it. */
  String label() {
    return version == null ? name : name + " version " + version;
  }
}
