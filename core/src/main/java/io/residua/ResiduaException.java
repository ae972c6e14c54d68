package io.residua;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, told to the user: the message is one clear line that names the file (or setting)
 * and the reason. The command line prints it, with the option of its {@link #setting}, and exits
 * with code 1, after a {@link UsageException} with 2; other subclasses say which room it comes
 * from.
 */
public class ResiduaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private @Nullable String setting;

  public ResiduaException(String message) {
    super(message);
  }

  public ResiduaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The same exception, which knows the setting that decides here.
   *
   * @param setting by its name, as {@code offline}, or with a value that helps, as {@code
   *     device=java}
   */
  public static <E extends ResiduaException> E about(String setting, E exception) {
    ((ResiduaException) exception).setting = setting;
    return exception;
  }

  /**
   * The setting that decides here, by its name, as {@code offline}, or with a value that helps, as
   * {@code device=java}; empty where it is none or many. The command line shows it as its option.
   */
  public Optional<String> setting() {
    return Optional.ofNullable(setting);
  }
}
