package io.residua.engine.internal;

import io.residua.ResiduaException;

/** oneDNN was asked for and cannot compute on this machine, or not in this type. */
public final class NativesException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  /** With one line that says why, and what would help. */
  public NativesException(String message) {
    super(message);
  }
}
