package io.residua.server.internal;

import io.residua.ResiduaException;
import io.residua.internal.Text;

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

  /**
   * There is a limit to what is asked at once.
   *
   * @param most pictures of a request
   */
  public static RequestException tooManyPictures(int most) {
    return new RequestException(
        413, Text.of("more than %s in one request", Text.count(most, "picture")));
  }

  public Problem problem() {
    return problem;
  }
}
