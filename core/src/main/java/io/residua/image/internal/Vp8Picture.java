package io.residua.image.internal;

/**
 * The planes of a VP8 picture in whole blocks: luma, and at half its size in both directions the
 * differences of blue and red.
 */
record Vp8Picture(Vp8Plane luma, Vp8Plane blue, Vp8Plane red) {
  Vp8Picture(int blocksAcross, int blocksDown) {
    this(
        new Vp8Plane(16 * blocksAcross, 16 * blocksDown),
        new Vp8Plane(8 * blocksAcross, 8 * blocksDown),
        new Vp8Plane(8 * blocksAcross, 8 * blocksDown));
  }
}
