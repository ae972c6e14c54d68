package io.residua.engine.internal;

import org.jspecify.annotations.Nullable;

/**
 * Pictures that come a few at a time, however many there are, and take their results back. Called
 * from several threads.
 */
public interface BatchSource {
  /**
   * The next pictures. May wait for the first of them, but not for more than are there already.
   *
   * @param perCall how many inputs each network computes at a time
   * @return null at the end
   */
  @Nullable Batch next(int[] perCall);

  /** The work ends early: whoever waits in {@link #next} gets null, and so does who comes later. */
  void stop();

  /** Some pictures; used by one thread. */
  interface Batch {
    /** How many inputs they make for a network: one, or several views, for each picture. */
    int inputs(int network);

    /**
     * Writes a preprocessed input, {@code H×W×C}.
     *
     * @param input which one, counted from 0
     * @param target takes the values
     * @param offset where the first value goes
     * @return false if there is no such picture after all; its output is then left out
     */
    boolean load(int network, int input, float[] target, int offset);

    /**
     * Takes an input's result.
     *
     * @param output holds the outputs of several inputs
     * @param offset where this one's begin
     */
    void accept(int network, int input, float[] output, int offset);

    /** Every network has computed all of them. */
    void done();
  }
}
