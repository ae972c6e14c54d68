package io.residua.server.internal.v2;

/**
 * What one request may hold; its body is bounded before it is read.
 *
 * @param pictures most pictures, at least 1
 * @param pixels most of a picture that comes as pixels
 */
public record InferLimits(int pictures, long pixels) {
  /** Tensors a request may list, of which a model takes one. */
  static final int INPUTS = 8;

  static final int OUTPUTS = 16;

  /** What names, ids and types of a request may have in characters. */
  static final int TEXT_CHARS = 1024;
}
