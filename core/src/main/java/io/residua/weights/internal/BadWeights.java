package io.residua.weights.internal;

/** Why a weight file can't be used, without the file's name. */
final class BadWeights extends Exception {
  private static final long serialVersionUID = 1L;

  BadWeights(String reason) {
    super(reason);
  }
}
