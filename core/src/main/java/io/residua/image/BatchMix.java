package io.residua.image;

import io.residua.UsageException;
import io.residua.image.internal.Beta;
import io.residua.image.internal.Ranges;
import io.residua.internal.Term;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Mixes each picture of a batch with its neighbour, and their targets in the same proportion λ,
 * drawn once a batch from Beta(α, α). Picture i is mixed with picture i - 1, the first with the
 * last.
 */
public sealed interface BatchMix {
  /**
   * Mixes in place.
   *
   * @param pixels {@code count × height × width × channels} floats; values beyond stay as they are
   * @param targets {@code count × classes} probabilities, for instance one-hot
   * @param count pictures in the batch
   * @param heightPx their height
   * @param widthPx their width
   * @param channels their channels
   */
  void apply(
      float[] pixels,
      float[] targets,
      int count,
      int heightPx,
      int widthPx,
      int channels,
      RandomGenerator random);

  /** The text form, as {@link #parse} reads it. */
  String text();

  /**
   * Reads {@code mixup(alpha=0.2)} or {@code cutmix(alpha=1)}; α may be left out.
   *
   * @throws UsageException if it is neither; one line
   */
  static BatchMix parse(String text) {
    return Term.read(
        "batch mixing",
        text,
        term ->
            switch (term.name()) {
              case "mixup" -> new MixUp(term.number("alpha", 0.2));
              case "cutmix" -> new CutMix(term.number("alpha", 1));
              default -> throw term.unknown("mixup", "cutmix");
            });
  }

  /** Whole pictures are blended (Zhang et al. 2018). */
  record MixUp(double alpha) implements BatchMix {
    public MixUp {
      Ranges.within("alpha", alpha, 0.001, 1000);
    }

    @Override
    public void apply(
        float[] pixels,
        float[] targets,
        int count,
        int heightPx,
        int widthPx,
        int channels,
        RandomGenerator r) {
      float lambda = (float) Beta.symmetric(alpha, r);
      blend(pixels, count, heightPx * widthPx * channels, lambda);
      blend(targets, count, targets.length / count, lambda);
    }

    @Override
    public String text() {
      return Term.of("mixup").add("alpha", alpha).call();
    }
  }

  /** A rectangle is taken from the neighbour; λ is the share that stays (Yun et al. 2019). */
  record CutMix(double alpha) implements BatchMix {
    public CutMix {
      Ranges.within("alpha", alpha, 0.001, 1000);
    }

    @Override
    public void apply(
        float[] pixels,
        float[] targets,
        int count,
        int heightPx,
        int widthPx,
        int channels,
        RandomGenerator r) {
      double half = 0.5 * Math.sqrt(1 - Beta.symmetric(alpha, r));
      int centreX = r.nextInt(widthPx);
      int centreY = r.nextInt(heightPx);
      int left = Math.max(0, centreX - (int) (half * widthPx));
      int right = Math.min(widthPx, centreX + (int) (half * widthPx));
      int top = Math.max(0, centreY - (int) (half * heightPx));
      int bottom = Math.min(heightPx, centreY + (int) (half * heightPx));
      int picture = heightPx * widthPx * channels;
      float[] last = Arrays.copyOfRange(pixels, (count - 1) * picture, count * picture);
      for (int i = count - 1; i >= 0; i--) {
        float[] from = i == 0 ? last : pixels;
        int fromStart = i == 0 ? 0 : (i - 1) * picture;
        for (int y = top; y < bottom; y++) {
          int at = (y * widthPx + left) * channels;
          System.arraycopy(
              from, fromStart + at, pixels, i * picture + at, (right - left) * channels);
        }
      }
      double taken = (double) (right - left) * (bottom - top) / (heightPx * widthPx);
      blend(targets, count, targets.length / count, (float) (1 - taken));
    }

    @Override
    public String text() {
      return Term.of("cutmix").add("alpha", alpha).call();
    }
  }

  /** {@code λ row[i] + (1 - λ) row[i - 1]} of {@code count} rows of {@code length} in place. */
  private static void blend(float[] rows, int count, int length, float lambda) {
    float[] last = Arrays.copyOfRange(rows, (count - 1) * length, count * length);
    for (int i = count - 1; i >= 0; i--) {
      float[] other = i == 0 ? last : rows;
      int otherStart = i == 0 ? 0 : (i - 1) * length;
      for (int k = 0; k < length; k++) {
        int at = i * length + k;
        rows[at] = lambda * rows[at] + (1 - lambda) * other[otherStart + k];
      }
    }
  }
}
