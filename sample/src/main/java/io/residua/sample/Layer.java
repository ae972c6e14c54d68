package io.residua.sample;

/** Something to be laid over a canvas: colours in linear light (not premultiplied) and cover. */
final class Layer {
  final int size;
  final float[] rgb;
  final float[] cover;

  Layer(int size) {
    this.size = size;
    this.rgb = new float[size * size * 3];
    this.cover = new float[size * size];
  }

  /** Puts a colour over what is there. */
  void put(int pixel, float r, float g, float b, float alpha) {
    float under = cover[pixel] * (1 - alpha);
    float total = alpha + under;
    if (total <= 0) {
      return;
    }
    float share = alpha / total;
    int i = pixel * 3;
    rgb[i] += (r - rgb[i]) * share;
    rgb[i + 1] += (g - rgb[i + 1]) * share;
    rgb[i + 2] += (b - rgb[i + 2]) * share;
    cover[pixel] = total;
  }

  void put(int pixel, Surface surface, float alpha) {
    put(pixel, surface.r, surface.g, surface.b, alpha);
  }

  /**
   * Lays this over a canvas, with the shadow it throws.
   *
   * @param heightPx how far the thing stands off the ground
   * @param strength 0 for no shadow, 1 for black
   */
  void layOver(Canvas canvas, Light light, float heightPx, float strength) {
    int dx = Math.round(-light.x() / light.z() * heightPx);
    int dy = Math.round(-light.y() / light.z() * heightPx);
    float[] cast = shifted(dx, dy);
    float[] contact = shifted(0, Math.round(heightPx * 0.12f));
    Canvas.blur(cast, size, Math.round(1 + heightPx * (0.12f + 0.4f * light.softness())));
    Canvas.blur(contact, size, Math.round(1 + heightPx * 0.16f));
    float near = strength * 0.6f;
    float far = strength * (0.85f - 0.45f * light.softness());
    for (int i = 0; i < cover.length; i++) {
      canvas.darken(i, (1 - far * cast[i]) * (1 - near * contact[i]));
      if (cover[i] > 0) {
        canvas.blend(i, rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2], cover[i]);
      }
    }
  }

  private float[] shifted(int dx, int dy) {
    float[] plane = new float[cover.length];
    for (int y = Math.max(0, dy); y < Math.min(size, size + dy); y++) {
      int from = Math.max(0, dx);
      int length = size - Math.abs(dx);
      if (length > 0) {
        System.arraycopy(cover, (y - dy) * size + from - dx, plane, y * size + from, length);
      }
    }
    return plane;
  }
}
