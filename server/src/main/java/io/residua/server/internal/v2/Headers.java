package io.residua.server.internal.v2;

/** The header of the binary tensor data extension. */
final class Headers {
  /** How many bytes of a body, before compression, are JSON. */
  public static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private Headers() {}
}
