package io.residua.engine.plain;

/** A layer bound to its tensors and weights. */
interface JavaLayer {
  /**
   * Computes the output.
   *
   * @param count how many pictures of the batch
   * @param step number of the training step
   */
  void forward(int count, long step);

  /**
   * Adds to the inputs' gradients and sets those of the weights, where they are wanted, from the
   * output's gradient.
   */
  void backward(int count);
}
