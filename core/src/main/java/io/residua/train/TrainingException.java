package io.residua.train;

import io.residua.ResiduaException;

/** A training run that can't begin or can't go on. */
public sealed class TrainingException extends ResiduaException permits DivergedException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
