package io.residua.server.internal.serving;

import org.jspecify.annotations.Nullable;

/**
 * How a version of a model does.
 *
 * @param version null where the model has none
 * @param reason why it is unavailable, or why what lies in its place now is not served; one line,
 *     empty for nothing
 */
public record ModelStatus(String name, @Nullable String version, State state, String reason) {
  /** As the repository extension of the Open Inference Protocol names them. */
  public enum State {
    LOADING,
    READY,
    UNAVAILABLE
  }
}
