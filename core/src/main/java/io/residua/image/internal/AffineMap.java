package io.residua.image.internal;

/**
 * Where each point of the output comes from: {@code xIn = a x + b y + c, yIn = d x + e y + f}, in
 * pixels with pixel centres at halves.
 */
record AffineMap(double a, double b, double c, double d, double e, double f) {
  private static final double FIFTEEN_DIGITS = 1e15;

  /** A turn about the centre, counter-clockwise as seen, with Pillow's rounding of the matrix. */
  static AffineMap rotation(int width, int height, double degrees) {
    double angle = -Math.toRadians(degrees);
    double cos = Math.rint(Math.cos(angle) * FIFTEEN_DIGITS) / FIFTEEN_DIGITS;
    double sin = Math.rint(Math.sin(angle) * FIFTEEN_DIGITS) / FIFTEEN_DIGITS;
    double x = width / 2.0;
    double y = height / 2.0;
    return new AffineMap(cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y);
  }

  /**
   * torchvision's {@code _get_inverse_affine_matrix}: the picture is scaled and sheared, turned
   * clockwise about the centre and shifted.
   *
   * @param scaleX how much wider it becomes
   * @param scaleY how much taller it becomes
   */
  static AffineMap affine(
      double centreX,
      double centreY,
      double degrees,
      double shiftX,
      double shiftY,
      double scaleX,
      double scaleY,
      double shearXDegrees,
      double shearYDegrees) {
    double rotation = Math.toRadians(degrees);
    double shearX = Math.toRadians(shearXDegrees);
    double shearY = Math.toRadians(shearYDegrees);
    double a = Math.cos(rotation - shearY) / Math.cos(shearY);
    double b =
        -Math.cos(rotation - shearY) * Math.tan(shearX) / Math.cos(shearY) - Math.sin(rotation);
    double c = Math.sin(rotation - shearY) / Math.cos(shearY);
    double d =
        -Math.sin(rotation - shearY) * Math.tan(shearX) / Math.cos(shearY) + Math.cos(rotation);
    double xx = d / scaleX;
    double xy = -b / scaleX;
    double yx = -c / scaleY;
    double yy = a / scaleY;
    double x = -centreX - shiftX;
    double y = -centreY - shiftY;
    return new AffineMap(xx, xy, xx * x + xy * y + centreX, yx, yy, yx * x + yy * y + centreY);
  }
}
