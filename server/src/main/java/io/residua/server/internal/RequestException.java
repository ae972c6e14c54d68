package io.residua.server.internal;

import io.residua.ResiduaException;

/** A request that gets no answer; what its sender is told. */
public final class RequestException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public RequestException(Problem problem) {
    super(problem.detail());
    this.problem = problem;
  }

  public RequestException(int status, String detail) {
    this(Problem.of(status, detail));
  }

  public Problem problem() {
    return problem;
  }
}
