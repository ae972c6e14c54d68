package io.residua.data;

import io.residua.ResiduaException;
import org.jspecify.annotations.Nullable;

/** A data set cannot be read, split or written; the message names the file and the reason. */
public final class DataException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
