package io.residua.sample;

/** One banana: a bent tube with five blunt edges, a neck and a tip. */
final class Banana {
  /** Length over greatest radius, the range of y that a skin sees. */
  static final float LENGTH = 9;

  private static final int STEPS = 256;
  private static final float FACET = (float) (2 * Math.PI / 5);

  private final Skin skin;
  private final float centreX;
  private final float centreY;
  private final float cos;
  private final float sin;
  private final float squash;
  private final float bendRadius;
  private final float bend;
  private final float thickness;
  private final float roll;
  private final float[] profile = new float[STEPS + 1];

  /**
   * @param centreX middle of the spine, pixels
   * @param angle of the chord from stem to tip
   * @param bend the spine's whole turn in radians, positive or negative
   * @param lengthPx along the spine
   * @param squash foreshortening across the bend, 0.5..1
   * @param plump thickness over the usual
   */
  Banana(
      Skin skin,
      float centreX,
      float centreY,
      float angle,
      float bend,
      float lengthPx,
      float squash,
      float plump,
      float roll) {
    this.skin = skin;
    this.centreX = centreX;
    this.centreY = centreY;
    this.cos = (float) Math.cos(angle);
    this.sin = (float) Math.sin(angle);
    this.squash = squash;
    this.bend = bend;
    this.bendRadius = lengthPx / Math.abs(bend);
    this.thickness = lengthPx / LENGTH * plump;
    this.roll = roll;
    for (int i = 0; i <= STEPS; i++) {
      float t = (float) i / STEPS;
      float neck = 0.3f + 0.7f * Noise.step(0.08f, 0.3f, t);
      float tip = 0.22f + 0.78f * (float) Math.sqrt(Noise.step(1.02f, 0.72f, t));
      profile[i] = Math.min(neck, tip) * (0.93f + 0.07f * (float) Math.sin(Math.PI * t));
    }
  }

  void draw(Layer layer, Light light) {
    Surface surface = new Surface();
    int size = layer.size;
    for (int py = 0; py < size; py++) {
      for (int px = 0; px < size; px++) {
        float dx = px + 0.5f - centreX;
        float dy = py + 0.5f - centreY;
        float u = cos * dx + sin * dy;
        float v = (-sin * dx + cos * dy) / squash * Math.signum(bend);
        // The spine is an arc around (0, bendRadius); its middle is the origin.
        float fromCentre = bendRadius - v;
        float radial = (float) Math.sqrt(u * u + fromCentre * fromCentre);
        float across = radial - bendRadius;
        if (Math.abs(across) < thickness * 1.1f) {
          float angle = (float) Math.atan2(u, fromCentre);
          float t = 0.5f + angle / Math.abs(bend);
          drawPixel(layer, light, surface, py * size + px, u, fromCentre, radial, t);
        }
      }
    }
  }

  private void drawPixel(
      Layer layer,
      Light light,
      Surface surface,
      int pixel,
      float u,
      float fromCentre,
      float radial,
      float t) {
    float along = Math.max(0, Math.min(1, t));
    float overPx = Math.abs(t - along) * bendRadius * Math.abs(bend);
    float r = profile[(int) (along * STEPS)] * thickness;
    float across = radial - bendRadius;
    float alpha = Math.min(1, r - Math.abs(across) + 0.5f) - overPx;
    if (alpha <= 0) {
      return;
    }
    float s = Math.max(-0.999f, Math.min(0.999f, across / r));
    float phi = (float) Math.asin(s);
    float turned = (phi + roll) / FACET;
    float inFacet = turned - (float) Math.rint(turned);
    float edge = Math.abs(inFacet) * 2;
    float flatten = 0.6f * (1 - edge * edge * edge * edge);
    float normal = phi - inFacet * FACET * flatten;
    float width = profile[(int) (along * STEPS)];
    skin.describe(
        width * (float) Math.sin(phi + roll),
        along * LENGTH,
        width * (float) Math.cos(phi + roll),
        surface);
    surface.scale(1 - 0.16f * Noise.step(0.86f, 1, edge));
    // The normal in the picture: outwards from the arc's centre, then towards the viewer.
    float outU = u / radial;
    float outV = -fromCentre / radial * Math.signum(bend);
    float alongU = fromCentre / radial;
    float alongV = u / radial * Math.signum(bend);
    float slope =
        (profile[Math.min(STEPS, (int) (along * STEPS) + 6)] - width) * STEPS / (6 * LENGTH);
    float nu = (float) Math.sin(normal) * outU;
    float nv = (float) Math.sin(normal) * outV;
    nu -= slope * alongU;
    nv -= slope * alongV;
    float nx = cos * nu - sin * nv + surface.bumpX;
    float ny = sin * nu + cos * nv + surface.bumpY;
    float nz = (float) Math.cos(normal) + surface.bumpZ;
    float length = (float) Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-6f;
    surface.openness *= 0.7f + 0.3f * (float) Math.sqrt(1 - s * s);
    light.shade(surface, nx / length, ny / length, nz / length);
    layer.put(pixel, surface, alpha);
  }
}
