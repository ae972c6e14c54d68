package io.residua.train.internal;

/** What a network is trained on: inputs that can be had by number, with their labels. */
interface Examples {
  /** The class of each example. */
  int[] labels();

  /**
   * Writes an example's input.
   *
   * @param index which example
   * @param epoch of the run, which may change the input (augmentation); -1 for none
   */
  void load(int index, int epoch, float[] target, int offset);

  default int size() {
    return labels().length;
  }
}
