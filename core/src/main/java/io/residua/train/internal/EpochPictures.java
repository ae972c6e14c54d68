package io.residua.train.internal;

/**
 * Which examples an epoch shows, place by place: each once, in part where its steps need fewer, or
 * in several passes where they need more. Each pass has an order of its own. Used by one thread.
 */
final class EpochPictures {
  private final int[] labels;
  private final int classes;
  private final EpochOrder sampling;
  private final long seed;
  private final int count;
  private final int firstPass;
  private int ordered = -1;
  private int[] order = {};

  /**
   * @param labels class of each example
   * @param epoch from 0
   * @param count how many every epoch shows
   */
  EpochPictures(int[] labels, int classes, EpochOrder sampling, long seed, int epoch, int count) {
    this.labels = labels;
    this.classes = classes;
    this.sampling = sampling;
    this.seed = seed;
    this.count = count;
    firstPass = epoch * ((count + labels.length - 1) / labels.length);
  }

  /** How many the epoch shows. */
  int count() {
    return count;
  }

  /** The number of the example at a place, from 0. */
  int at(int place) {
    int pass = pass(place);
    if (pass != ordered) {
      order = sampling.of(labels, classes, seed, pass);
      ordered = pass;
    }
    return order[place % labels.length];
  }

  /**
   * In which pass of the run, from 0, a place is; what is random about an example depends on it.
   */
  int pass(int place) {
    return firstPass + place / labels.length;
  }
}
