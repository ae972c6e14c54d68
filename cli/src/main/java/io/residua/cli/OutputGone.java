package io.residua.cli;

/** Nobody takes what is written to stdout any more, so that there is no use in going on. */
final class OutputGone extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutputGone() {
    super("stdout is closed");
  }
}
