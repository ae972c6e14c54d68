package io.residua.data.inspect.internal;

import io.residua.image.RgbImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the photograph lies in a picture that was turned or moved and whose uncovered corners
 * or sides were filled with one colour, as augmentation does. The picture may have been squashed
 * afterwards: then the frame is a parallelogram.
 */
final class ContentFrame {
  private static final int SIZE = Fill.SIZE;
  private static final float MIN_SHARE = 0.01f;
  private static final float MAX_SHARE = 0.7f;

  /** Of all that a turn's frame should explain; what is round reaches less. */
  private static final float MIN_FIT = 0.78f;

  /** The least fit, before it is refined, that may become one. */
  private static final float HOPEFUL = 0.4f;

  /** Of the fill, what must lie evenly about the middle where a picture was turned. */
  private static final float MIN_SYMMETRIC = 0.5f;

  private static final int SECTOR_DEGREES = 15;
  private static final Comparator<Turn> BY_FIT = Comparator.comparingDouble(Turn::fit);

  private final Fill fill;

  private ContentFrame(Fill fill) {
    this.fill = fill;
  }

  /** The photograph's square in the picture, which it may leave; null where there is no fill. */
  static @Nullable View of(RgbImage image) {
    Fill fill = Fill.of(image);
    if (fill == null || fill.share() < MIN_SHARE || fill.share() > MAX_SHARE) {
      return null;
    }
    View moved = new ContentFrame(fill).moved();
    if (moved != null) {
      return moved;
    }
    Fill symmetric = fill.symmetric();
    boolean balanced = symmetric.share() >= MIN_SYMMETRIC * fill.share();
    ContentFrame frame = new ContentFrame(symmetric);
    return balanced && frame.mayBeTurned()
        ? frame.turned((float) image.width() / image.height())
        : null;
  }

  /** Bars along the sides. */
  private @Nullable View moved() {
    int left = bar(false, 0, 1);
    int right = bar(false, SIZE - 1, -1);
    int top = bar(true, 0, 1);
    int bottom = bar(true, SIZE - 1, -1);
    if (left + right + top + bottom < 2) {
      return null;
    }
    int explained = SIZE * SIZE - (SIZE - left - right) * (SIZE - top - bottom);
    boolean edges =
        (left == 0 || isContent(false, left + 1, top, bottom))
            && (right == 0 || isContent(false, SIZE - 2 - right, top, bottom))
            && (top == 0 || isContent(true, top + 1, left, right))
            && (bottom == 0 || isContent(true, SIZE - 2 - bottom, left, right));
    if (!edges || explained < fill.share() * SIZE * SIZE / 2) {
      return null;
    }
    float[] x = span(left, right);
    float[] y = span(top, bottom);
    return View.cut(x[0], y[0], x[1], y[1]);
  }

  /** How many lines from the border are filled. */
  private int bar(boolean row, int first, int step) {
    int depth = 0;
    while (depth < SIZE / 3 && fill.share(row, first + step * depth, 0, 0) > 0.96f) {
      depth++;
    }
    return depth;
  }

  /** Whether a line is mostly no fill. The one before may be half of either. */
  private boolean isContent(boolean row, int line, int before, int after) {
    return fill.share(row, line, before, after) < 0.4f;
  }

  /** Bars on both sides were put around; one on one side says that the picture was moved. */
  private static float[] span(int before, int after) {
    float from = (float) before / SIZE;
    float to = 1 - (float) after / SIZE;
    if (before == 0) {
      from = to - 1;
    } else if (after == 0) {
      to = from + 1;
    }
    return new float[] {from, to};
  }

  /** Whether there is fill, and content that reaches two sides. */
  private boolean mayBeTurned() {
    boolean across = fill.share(false, 0, 0, 0) < 0.95f;
    boolean along = fill.share(true, 0, 0, 0) < 0.95f;
    return fill.share() >= MIN_SHARE && (across || along);
  }

  /** Corners, of a picture of this aspect or squashed from another one. */
  private @Nullable View turned(float aspect) {
    List<Turn> sectors = new ArrayList<>();
    for (float sector = -90; sector < 90; sector += SECTOR_DEGREES) {
      Turn best = new Turn(0, 0, Float.NEGATIVE_INFINITY);
      for (float degrees = sector; degrees < sector + SECTOR_DEGREES; degrees += 5) {
        for (int k = -1; k <= 8; k++) {
          float log = k < 0 ? (float) Math.log(aspect) : -1.1f + 0.275f * k;
          Turn tried = turn(degrees + 2.5f, log, 4);
          best = tried.fit > best.fit ? tried : best;
        }
      }
      sectors.add(best);
    }
    if (Collections.max(sectors, BY_FIT).fit < HOPEFUL) {
      return null;
    }
    sectors.replaceAll(turn -> refined(turn, 1, 0.3f, 2));
    sectors.sort(BY_FIT.reversed());
    List<Turn> finest =
        sectors.subList(0, 3).stream().map(turn -> refined(turn, 0.5f, 0.02f, 1)).toList();
    Turn best = Collections.max(finest, BY_FIT);
    return best.fit - fill.shareWithin(best.frame()) > MIN_FIT ? best.frame() : null;
  }

  /** The best turn near one, in steps from large to small, by every so many rows. */
  private Turn refined(Turn from, float largest, float smallest, int rows) {
    Turn best = turn(from.degrees, from.logAspect, rows);
    for (float step = largest; step >= smallest; step *= 0.5f) {
      boolean improved = true;
      while (improved) {
        improved = false;
        for (int move = 0; move < 4; move++) {
          float by = (move & 1) == 0 ? step : -step;
          Turn tried =
              move < 2
                  ? turn(best.degrees + 2.5f * by, best.logAspect, rows)
                  : turn(best.degrees, best.logAspect + 0.14f * by, rows);
          if (tried.fit > best.fit) {
            best = tried;
            improved = true;
          }
        }
      }
    }
    return best;
  }

  private Turn turn(float degrees, float logAspect, int rows) {
    Turn turn = new Turn(degrees, logAspect, 0);
    return new Turn(degrees, logAspect, fill.fit(turn.frame(), rows));
  }

  /**
   * How a picture was turned about its middle.
   *
   * @param logAspect of the picture when it was turned
   * @param fit how much fill lies outside of the frame, less what is no fill
   */
  private record Turn(float degrees, float logAspect, float fit) {
    View frame() {
      float c = (float) Math.cos(Math.toRadians(degrees));
      float s = (float) Math.sin(Math.toRadians(degrees));
      float a = (float) Math.exp(logAspect);
      float xy = -s / a;
      float yx = a * s;
      return new View(0.5f - (c + xy) / 2, 0.5f - (yx + c) / 2, c, xy, yx, c);
    }
  }
}
