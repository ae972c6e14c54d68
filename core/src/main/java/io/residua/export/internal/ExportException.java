package io.residua.export.internal;

import io.residua.ResiduaException;

/** A model cannot be exported as asked, or an exported one cannot be run; one line. */
public final class ExportException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public ExportException(String message) {
    super(message);
  }

  public ExportException(String message, Throwable cause) {
    super(message, cause);
  }
}
