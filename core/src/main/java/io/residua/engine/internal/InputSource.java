package io.residua.engine.internal;

/** Where a {@link BatchRunner} gets its pictures from; called from several threads. */
@FunctionalInterface
public interface InputSource {
  /**
   * Writes a preprocessed picture, {@code H×W×C}.
   *
   * @param index which picture, counted from 0
   * @param target takes the values
   * @param offset where the first value goes
   * @return false if there is no such picture after all (unreadable, and already reported); its
   *     output is then left out
   */
  boolean load(int index, float[] target, int offset);
}
