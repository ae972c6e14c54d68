package io.residua.report.internal;

import io.residua.ResiduaException;

/** A run's folder that no report can be made of. The message is one line. */
public final class ReportException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public ReportException(String message) {
    super(message);
  }

  public ReportException(String message, Throwable cause) {
    super(message, cause);
  }
}
