package io.residua.engine.onednn;

/**
 * A layer of a oneDNN training session. Making it writes its forward part onto the tape; {@link
 * #backward} writes the rest, when the gradient at its output is known.
 */
interface TrainingLayer {
  void backward();

  /** Name of the value it makes. */
  String output();

  /** Called before the forward part of each step runs. */
  default void beforeForward(OneDnnTape.Binding binding, int count, long step) {}

  /** Called after the forward part of each step has run. */
  default void afterForward(OneDnnTape.Binding binding) {}
}
