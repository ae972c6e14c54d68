package io.residua.run.internal;

import io.residua.ResiduaException;
import org.jspecify.annotations.Nullable;

/** A run's folder that cannot be written, or whose files cannot be read. */
public final class RunException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public RunException(String message) {
    super(message);
  }

  public RunException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
