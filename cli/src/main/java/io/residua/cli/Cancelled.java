package io.residua.cli;

/** The user asked to stop (Ctrl-C) and the work under way has come to a safe point. */
final class Cancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Cancelled() {
    super("stopped");
  }
}
