package io.residua.eval.internal;

import io.residua.ResiduaException;

/** Predictions that cannot be measured: none at all, or scores that are not numbers. */
public final class EvaluationException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public EvaluationException(String message) {
    super(message);
  }
}
