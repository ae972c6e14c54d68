package io.residua.internal;

import java.nio.file.Path;
import java.util.Objects;

/** Where what is fetched or measured once is kept for later. */
public final class ResiduaHome {
  private ResiduaHome() {}

  /** {@code $RESIDUA_HOME}, by default {@code ~/.cache/residua}; need not exist. */
  public static Path folder() {
    String home = Objects.requireNonNullElse(System.getenv("RESIDUA_HOME"), "");
    return home.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "residua")
        : Path.of(home);
  }
}
