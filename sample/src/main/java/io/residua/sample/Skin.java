package io.residua.sample;

/** The skin of a fruit, as a function of the place on it. */
interface Skin {
  /**
   * Describes a place.
   *
   * @param x object space; a round fruit's radius and a banana's greatest radius are 1
   * @param y along the fruit's axis: -1 at the blossom end, 1 at the stem (a banana: along the
   *     spine, 0 at the stem, about 9 at the tip)
   * @param z object space
   * @param at receives the description
   */
  void describe(float x, float y, float z, Surface at);

  /** How far the place (a direction of length 1) has sunk in, as a share of the radius. */
  default float sunken(float x, float y, float z) {
    return 0;
  }
}
