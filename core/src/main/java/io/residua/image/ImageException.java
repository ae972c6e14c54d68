package io.residua.image;

import io.residua.ResiduaException;
import org.jspecify.annotations.Nullable;

/** A picture that can't be read, written or prepared; the message names the file and the reason. */
public final class ImageException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
