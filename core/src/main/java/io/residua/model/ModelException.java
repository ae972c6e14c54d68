package io.residua.model;

import io.residua.ResiduaException;
import org.jspecify.annotations.Nullable;

/** A model file that can't be read, or that does not fit what it is asked for. */
public final class ModelException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
