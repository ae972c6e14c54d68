package io.residua;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong, told to the user: the message is one clear line that names the file (or flag)
 * and the reason. The command line prints it as it is and exits with code 1, after a {@link
 * UsageException} with 2; other subclasses say which room it comes from.
 */
public class ResiduaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ResiduaException(String message) {
    super(message);
  }

  public ResiduaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
