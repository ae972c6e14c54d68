package io.residua.classic.internal;

import io.residua.ResiduaException;

/** Data that a classifier can't be fitted to, or a stored classifier that can't be read. */
public final class ClassicException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public ClassicException(String message) {
    super(message);
  }
}
