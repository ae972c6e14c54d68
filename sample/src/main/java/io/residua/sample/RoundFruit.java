package io.residua.sample;

import java.util.Random;

/** An apple or an orange: a solid of revolution, somewhat uneven, found by marching along rays. */
final class RoundFruit {
  private static final int PROFILE = 512;
  private static final float BOUND = 1.2f;

  /** Rows are the object's x, y and z axes in view coordinates (x right, y down, z to the eye). */
  private final float[] axes;

  private final float[] profile;
  private final float[] stretch;
  private final Skin skin;
  private final float centreX;
  private final float centreY;
  private final float radiusPx;

  /**
   * @param axes see {@link #pose}
   * @param profile radius by the cosine of the angle from the stem, see {@link #appleProfile}
   */
  RoundFruit(
      Random random,
      float[] axes,
      float[] profile,
      Skin skin,
      float centreX,
      float centreY,
      float radiusPx) {
    this.axes = axes;
    this.profile = profile;
    this.skin = skin;
    this.centreX = centreX;
    this.centreY = centreY;
    this.radiusPx = radiusPx;
    this.stretch = new float[3];
    for (int i = 0; i < 3; i++) {
      stretch[i] = 1 + 0.07f * (2 * random.nextFloat() - 1);
    }
  }

  /** A random pose: the stem more often up and towards the viewer than away. */
  static float[] pose(Random random) {
    double tilt = -0.35 + 1.75 * random.nextDouble();
    double roll = random.nextGaussian() * 0.8;
    double spin = random.nextDouble() * 2 * Math.PI;
    double ax = Math.sin(roll) * Math.cos(tilt);
    double ay = -Math.cos(roll) * Math.cos(tilt);
    double az = Math.sin(tilt);
    double ux = Math.cos(roll);
    double uy = Math.sin(roll);
    double vx = -uy * az;
    double vy = ux * az;
    double vz = uy * ax - ux * ay;
    double c = Math.cos(spin);
    double s = Math.sin(spin);
    return new float[] {
      (float) (c * ux + s * vx), (float) (c * uy + s * vy), (float) (s * vz),
      (float) ax, (float) ay, (float) az,
      (float) (c * vx - s * ux), (float) (c * vy - s * uy), (float) (c * vz)
    };
  }

  /** The direction towards the viewer in object space. */
  static float[] facing(float[] axes) {
    return new float[] {axes[2], axes[5], axes[8]};
  }

  static float[] appleProfile(Random random) {
    double top = 0.2 + 0.12 * random.nextDouble();
    double bottom = 0.06 + 0.06 * random.nextDouble();
    double taper = 0.02 + 0.08 * random.nextDouble();
    double flat = -0.04 + 0.14 * random.nextDouble();
    float[] radius = new float[PROFILE + 1];
    for (int i = 0; i <= PROFILE; i++) {
      double cos = 2.0 * i / PROFILE - 1;
      double angle = Math.acos(cos);
      double below = Math.PI - angle;
      radius[i] =
          (float)
              (1
                  - top * Math.exp(-Math.pow(angle / 0.42, 2))
                  - bottom * Math.exp(-Math.pow(below / 0.4, 2))
                  - flat * cos * cos * 0.6
                  + taper * cos);
    }
    return radius;
  }

  static float[] orangeProfile(Random random) {
    double flat = -0.05 + 0.13 * random.nextDouble();
    float[] radius = new float[PROFILE + 1];
    for (int i = 0; i <= PROFILE; i++) {
      double cos = 2.0 * i / PROFILE - 1;
      double angle = Math.acos(cos);
      radius[i] = (float) (1 - flat * cos * cos - 0.035 * Math.exp(-Math.pow(angle / 0.2, 2)));
    }
    return radius;
  }

  void draw(Layer layer, Light light) {
    Surface surface = new Surface();
    int size = layer.size;
    int reach = (int) Math.ceil(radiusPx * BOUND);
    int fromY = Math.max(0, (int) centreY - reach);
    int toY = Math.min(size - 1, (int) centreY + reach);
    int fromX = Math.max(0, (int) centreX - reach);
    int toX = Math.min(size - 1, (int) centreX + reach);
    float[] o = new float[3];
    for (int py = fromY; py <= toY; py++) {
      for (int px = fromX; px <= toX; px++) {
        float x = (px + 0.5f - centreX) / radiusPx;
        float y = (py + 0.5f - centreY) / radiusPx;
        float flat = BOUND * BOUND - x * x - y * y;
        if (flat > 0) {
          drawPixel(layer, light, surface, py * size + px, x, y, (float) Math.sqrt(flat), o);
        }
      }
    }
  }

  private void drawPixel(
      Layer layer,
      Light light,
      Surface surface,
      int pixel,
      float x,
      float y,
      float startZ,
      float[] o) {
    float z = startZ;
    float nearest = Float.MAX_VALUE;
    float nearestZ = z;
    for (int i = 0; i < 40 && z > -0.5f; i++) {
      float f = distance(x, y, z, o);
      if (f < nearest) {
        nearest = f;
        nearestZ = z;
      }
      if (f < 0.003f || f > nearest + 0.05f) {
        break;
      }
      z -= Math.max(0.006f, f * 0.8f);
    }
    float alpha = nearest < 0.003f ? 1 : 1 - nearest * radiusPx;
    if (alpha <= 0) {
      return;
    }
    float e = 0.01f;
    float here = distance(x, y, nearestZ, o);
    float nx = distance(x + e, y, nearestZ, o) - here;
    float ny = distance(x, y + e, nearestZ, o) - here;
    float nz = distance(x, y, nearestZ + e, o) - here;
    distance(x, y, nearestZ, o);
    skin.describe(o[0], o[1], o[2], surface);
    float length = (float) Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9f;
    nx = nx / length + bump(surface, 0);
    ny = ny / length + bump(surface, 1);
    nz = nz / length + bump(surface, 2);
    length = (float) Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9f;
    light.shade(surface, nx / length, ny / length, nz / length);
    layer.put(pixel, surface, alpha);
  }

  /** A component of the bump turned into view coordinates. */
  private float bump(Surface s, int axis) {
    return s.bumpX * axes[axis] + s.bumpY * axes[3 + axis] + s.bumpZ * axes[6 + axis];
  }

  /** About how far a point is outside the fruit; o receives its object coordinates. */
  private float distance(float x, float y, float z, float[] o) {
    float ox = (axes[0] * x + axes[1] * y + axes[2] * z) * stretch[0];
    float oy = (axes[3] * x + axes[4] * y + axes[5] * z) * stretch[1];
    float oz = (axes[6] * x + axes[7] * y + axes[8] * z) * stretch[2];
    o[0] = ox;
    o[1] = oy;
    o[2] = oz;
    float n = (float) Math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-6f;
    float at = (oy / n + 1) * (PROFILE / 2f);
    int i = Math.max(0, Math.min(PROFILE - 1, (int) at));
    float radius = Noise.mix(profile[i], profile[i + 1], at - i);
    float outside = n - radius;
    return outside > 0.15f ? outside : outside + skin.sunken(ox / n, oy / n, oz / n);
  }

  /** Where a point on the axis lies in the picture: x, y in pixels and z in radii. */
  float[] onAxis(float height) {
    return new float[] {
      centreX + axes[3] * height * radiusPx, centreY + axes[4] * height * radiusPx, axes[5] * height
    };
  }

  float radiusPx() {
    return radiusPx;
  }
}
