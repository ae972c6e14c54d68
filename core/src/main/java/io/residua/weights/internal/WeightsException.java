package io.residua.weights.internal;

import io.residua.ResiduaException;
import org.jspecify.annotations.Nullable;

/** A weight file that can't be read, fetched, or does not fit the network. */
public final class WeightsException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public WeightsException(String message) {
    super(message);
  }

  public WeightsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
