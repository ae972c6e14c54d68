package io.residua.data.inspect;

import io.residua.image.Interpolation;
import io.residua.image.Resampling;
import io.residua.image.RgbImage;

/** Pictures made small for people to look at. */
public final class SmallPicture {
  private SmallPicture() {}

  /** The picture in its proportions, no side longer than that; small ones stay as they are. */
  public static RgbImage within(RgbImage picture, int sidePx) {
    int longer = Math.max(picture.width(), picture.height());
    if (longer <= sidePx) {
      return picture;
    }
    int width = Math.max(1, (int) ((long) picture.width() * sidePx / longer));
    int height = Math.max(1, (int) ((long) picture.height() * sidePx / longer));
    return Resampling.resize(picture, width, height, Interpolation.BILINEAR);
  }
}
