package io.residua.server.internal.v2;

/**
 * What one request may hold; its body is bounded before it is read.
 *
 * @param pictures most pictures, at least 1
 * @param pixels most of a picture that comes as pixels
 */
public record InferLimits(int pictures, long pixels) {
  /** Tensors a request may list, of which a model takes one. */
  public static final int INPUTS = 8;

  /** Outputs that it may ask for. */
  public static final int OUTPUTS = 16;

  /** What names, ids and types of a request may have in characters. */
  public static final int TEXT_CHARS = 1024;
}
