package io.residua.sample;

import java.awt.image.BufferedImage;
import java.util.Random;

/** Composes one picture. */
final class Scene {
  private static final int SIZE_PX = 224;

  enum Fruit {
    APPLE,
    BANANA,
    ORANGE
  }

  private final Random random;
  private final Canvas canvas = new Canvas(SIZE_PX);
  private final Light light;

  private Scene(Random random) {
    this.random = random;
    Backdrop.paint(canvas, random);
    if (random.nextFloat() < 0.35) {
      Props.clutter(canvas, random);
      canvas.blur(2 + 3 * random.nextFloat());
    } else {
      canvas.blur(2.4f * random.nextFloat());
    }
    light = Light.random(random, canvas.mean());
    if (random.nextFloat() < 0.25) {
      Props.plate(canvas, light, random);
    }
  }

  /** Renders one picture; equal arguments give equal pixels. */
  static BufferedImage render(Fruit fruit, boolean rotten, long seed) {
    Random random = new Random(seed);
    Scene scene = new Scene(random);
    scene.shadeGround();
    if (fruit == Fruit.BANANA) {
      scene.bananas(rotten);
    } else {
      scene.roundFruit(fruit, rotten);
    }
    if (random.nextFloat() < 0.2) {
      scene.looseLeaf();
    }
    if (random.nextFloat() < 0.2) {
      Props.occluder(scene.canvas, random);
    }
    return Camera.develop(scene.canvas, random);
  }

  /** The ground takes the lamp's colour and power. */
  private void shadeGround() {
    Rgb level = light.key().times(Math.max(0.2f, light.z()));
    float r = level.r() + 0.8f * light.sky().r();
    float g = level.g() + 0.8f * light.sky().g();
    float b = level.b() + 0.8f * light.sky().b();
    for (int i = 0; i < canvas.rgb.length; i += 3) {
      canvas.rgb[i] *= r;
      canvas.rgb[i + 1] *= g;
      canvas.rgb[i + 2] *= b;
    }
  }

  private void roundFruit(Fruit kind, boolean rotten) {
    float chance = random.nextFloat();
    int count = chance < 0.6 ? 1 : chance < 0.82 ? 2 : chance < 0.94 ? 3 : 4;
    float radius =
        SIZE_PX * (count == 1 ? 0.2f + 0.24f * random.nextFloat() : 0.36f / count + 0.1f);
    float middleX = SIZE_PX * (0.5f + 0.09f * (float) random.nextGaussian());
    float middleY = SIZE_PX * (0.52f + 0.09f * (float) random.nextGaussian());
    double turn = random.nextDouble() * Math.PI;
    for (int i = 0; i < count; i++) {
      double angle = turn + 2 * Math.PI * i / count;
      float away = count == 1 ? 0 : radius * (count == 2 ? 0.95f : 1.15f);
      float x = middleX + (float) Math.cos(angle) * away * (0.9f + 0.25f * random.nextFloat());
      float y = middleY + (float) Math.sin(angle) * away * (0.8f + 0.2f * random.nextFloat());
      float size = radius * (0.88f + 0.24f * random.nextFloat());
      if (kind == Fruit.APPLE) {
        apple(rotten, x, y, size);
      } else {
        orange(rotten, x, y, size);
      }
    }
  }

  private void apple(boolean rotten, float x, float y, float radius) {
    float[] axes = RoundFruit.pose(random);
    AppleSkin skin = new AppleSkin(random, RoundFruit.facing(axes), rotten);
    RoundFruit apple =
        new RoundFruit(random, axes, RoundFruit.appleProfile(random), skin, x, y, radius);
    Layer layer = new Layer(SIZE_PX);
    boolean front = axes[5] > -0.1f;
    boolean stem = random.nextFloat() < 0.8;
    float[] base = apple.onAxis(0.72f);
    float[] tip = apple.onAxis(1.02f + 0.28f * random.nextFloat());
    float width = radius * (0.07f + 0.04f * random.nextFloat());
    if (stem && !front) {
      Strokes.stem(layer, light, random, base, tip, width);
    }
    apple.draw(layer, light);
    if (stem && front) {
      Strokes.stem(layer, light, random, base, tip, width);
      if (random.nextFloat() < 0.25) {
        float angle = (float) (random.nextDouble() * 2 * Math.PI);
        Strokes.leaf(layer, light, random, tip[0], tip[1], angle, radius * 0.9f);
      }
    }
    layer.layOver(canvas, light, radius * 0.5f, 0.75f);
  }

  private void orange(boolean rotten, float x, float y, float radius) {
    float[] axes = RoundFruit.pose(random);
    OrangeSkin skin = new OrangeSkin(random, RoundFruit.facing(axes), rotten);
    RoundFruit orange =
        new RoundFruit(random, axes, RoundFruit.orangeProfile(random), skin, x, y, radius);
    Layer layer = new Layer(SIZE_PX);
    orange.draw(layer, light);
    if (axes[5] > 0 && random.nextFloat() < 0.2) {
      float[] top = orange.onAxis(0.95f);
      float angle = (float) (random.nextDouble() * 2 * Math.PI);
      Strokes.leaf(layer, light, random, top[0], top[1], angle, radius * 0.9f);
    }
    layer.layOver(canvas, light, radius * 0.5f, 0.75f);
  }

  private void bananas(boolean rotten) {
    float chance = random.nextFloat();
    int count = chance < 0.4 ? 1 : chance < 0.65 ? 2 : chance < 0.85 ? 3 : 4;
    float length = SIZE_PX * (0.72f + 0.45f * random.nextFloat());
    float bend = (0.75f + 0.75f * random.nextFloat()) * (random.nextBoolean() ? 1 : -1);
    float direction = (float) (random.nextDouble() * 2 * Math.PI);
    float squash = 0.65f + 0.35f * random.nextFloat();
    float ripeness = random.nextFloat();
    float x = SIZE_PX * (0.5f + 0.07f * (float) random.nextGaussian());
    float y = SIZE_PX * (0.5f + 0.07f * (float) random.nextGaussian());
    // Fingers of a hand share the stem: turning around it moves each middle sideways.
    float spread = 0.2f + 0.14f * random.nextFloat();
    float stemX = x - (float) Math.cos(direction) * length * 0.44f;
    float stemY = y - (float) Math.sin(direction) * length * 0.44f;
    for (int i = 0; i < count; i++) {
      float turn = (i - (count - 1) / 2f) * spread * Math.signum(bend);
      float angle = direction + turn + 0.04f * (float) random.nextGaussian();
      float own = length * (0.92f + 0.14f * random.nextFloat());
      BananaSkin skin =
          new BananaSkin(
              random,
              rotten,
              Math.max(0, Math.min(1, ripeness + 0.1f * (float) random.nextGaussian())));
      float plump = 0.95f + 0.35f * random.nextFloat();
      Banana banana =
          new Banana(
              skin,
              stemX + (float) Math.cos(angle) * own * 0.44f,
              stemY + (float) Math.sin(angle) * own * 0.44f,
              angle,
              bend * (0.9f + 0.2f * random.nextFloat()),
              own,
              squash,
              plump,
              (float) (random.nextDouble() * 2 * Math.PI));
      Layer layer = new Layer(SIZE_PX);
      banana.draw(layer, light);
      layer.layOver(canvas, light, length * 0.06f, 0.7f);
    }
  }

  private void looseLeaf() {
    Layer layer = new Layer(SIZE_PX);
    float x = SIZE_PX * random.nextFloat();
    float y = SIZE_PX * random.nextFloat();
    float angle = (float) (random.nextDouble() * 2 * Math.PI);
    Strokes.leaf(layer, light, random, x, y, angle, SIZE_PX * (0.2f + 0.2f * random.nextFloat()));
    layer.layOver(canvas, light, 5, 0.6f);
  }
}
