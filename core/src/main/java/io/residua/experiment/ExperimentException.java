package io.residua.experiment;

import io.residua.ResiduaException;

/** An experiment cannot begin or go on; the message is one line for the user. */
public final class ExperimentException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public ExperimentException(String message) {
    super(message);
  }

  public ExperimentException(String message, Throwable cause) {
    super(message, cause);
  }
}
