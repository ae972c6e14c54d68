package io.residua;

/**
 * What was asked for is not possible: a setting, an option, a name that somebody typed or handed
 * over. The message is one line that holds it and says what is allowed. The command line takes it
 * for wrong usage and exits with code 2; a wrong call of a method is an {@link
 * IllegalArgumentException} instead.
 */
public final class UsageException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Checks that a setting is in its range. */
  public static void check(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new UsageException(name + " is " + value + ", not " + range);
    }
  }
}
