package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Maximum and mean over windows, plane by plane. */
final class JavaPooling {
  private JavaPooling() {}

  /** Maximum; the gradient goes to the first element that has it. */
  static final class Max implements JavaLayer {
    private final JavaWorkers workers;
    private final JavaTensor in;
    private final JavaTensor out;
    private final JavaWindow window;
    private final int @Nullable [] winners;

    Max(JavaTensor in, JavaTensor out, JavaWindow window, int batchSize, JavaWorkers workers) {
      this.workers = workers;
      this.in = in;
      this.out = out;
      this.window = window;
      winners = in.gradient() == null ? null : new int[batchSize * out.size()];
    }

    @Override
    public void forward(int count, long step) {
      workers.run(
          count * in.shape().channels(),
          (plane, tile) -> {
            int target = plane * window.outPlane();
            for (int y = 0; y < window.out().height(); y++) {
              for (int x = 0; x < window.out().width(); x++) {
                int winner = winner(plane * window.inPlane(), y, x);
                out.values()[target] = winner < 0 ? Float.NEGATIVE_INFINITY : in.values()[winner];
                if (winners != null) {
                  winners[target] = winner;
                }
                target++;
              }
            }
          });
    }

    /** The first of the greatest elements, or a NaN; -1 for a window that is all padding. */
    private int winner(int plane, int y, int x) {
      int width = window.in().width();
      int winner = -1;
      float greatest = Float.NEGATIVE_INFINITY;
      for (int ky = 0; ky < window.kernel(); ky++) {
        int inY = window.at(y, ky);
        if (inY < 0 || inY >= window.in().height()) {
          continue;
        }
        for (int kx = 0; kx < window.kernel(); kx++) {
          int inX = window.at(x, kx);
          if (inX < 0 || inX >= width) {
            continue;
          }
          int i = plane + inY * width + inX;
          float value = in.values()[i];
          if (winner < 0 || value > greatest || Float.isNaN(value)) {
            greatest = value;
            winner = i;
          }
        }
      }
      return winner;
    }

    @Override
    public void backward(int count) {
      float[] outGradient = requireNonNull(out.gradient());
      float[] inGradient = requireNonNull(in.gradient());
      int[] from = requireNonNull(winners);
      workers.run(
          count * in.shape().channels(),
          (plane, tile) -> {
            int first = plane * window.outPlane();
            for (int i = first; i < first + window.outPlane(); i++) {
              if (from[i] >= 0) {
                inGradient[from[i]] += outGradient[i];
              }
            }
          });
    }
  }

  /** Mean; the divisor counts padding as zeros. */
  static final class Avg implements JavaLayer {
    private final JavaWorkers workers;
    private final JavaTensor in;
    private final JavaTensor out;
    private final JavaWindow window;

    Avg(JavaTensor in, JavaTensor out, JavaWindow window, JavaWorkers workers) {
      this.workers = workers;
      this.in = in;
      this.out = out;
      this.window = window;
    }

    @Override
    public void forward(int count, long step) {
      float factor = factor();
      planes(
          count, (inAt, outAt) -> out.values()[outAt] += factor * in.values()[inAt], out.values());
    }

    @Override
    public void backward(int count) {
      float[] outGradient = requireNonNull(out.gradient());
      float[] inGradient = requireNonNull(in.gradient());
      float factor = factor();
      planes(count, (inAt, outAt) -> inGradient[inAt] += factor * outGradient[outAt], null);
    }

    private float factor() {
      return 1f / (window.kernel() * window.kernel());
    }

    private interface Pair {
      void meet(int inAt, int outAt);
    }

    /** Visits every window's elements; sets {@code cleared} to zero first. */
    private void planes(int count, Pair pair, float @Nullable [] cleared) {
      int width = window.in().width();
      workers.run(
          count * in.shape().channels(),
          (plane, tile) -> {
            int outAt = plane * window.outPlane();
            for (int y = 0; y < window.out().height(); y++) {
              for (int x = 0; x < window.out().width(); x++, outAt++) {
                if (cleared != null) {
                  cleared[outAt] = 0;
                }
                for (int ky = 0; ky < window.kernel(); ky++) {
                  int inY = window.at(y, ky);
                  for (int kx = 0; kx < window.kernel(); kx++) {
                    int inX = window.at(x, kx);
                    if (inY >= 0 && inY < window.in().height() && inX >= 0 && inX < width) {
                      pair.meet(plane * window.inPlane() + inY * width + inX, outAt);
                    }
                  }
                }
              }
            }
          });
    }
  }

  /** Mean over the whole plane. */
  static final class GlobalAvg implements JavaLayer {
    private final JavaWorkers workers;
    private final JavaTensor in;
    private final JavaTensor out;

    GlobalAvg(JavaTensor in, JavaTensor out, JavaWorkers workers) {
      this.workers = workers;
      this.in = in;
      this.out = out;
    }

    @Override
    public void forward(int count, long step) {
      workers.run(
          count * in.shape().channels(),
          (plane, tile) -> {
            double sum = 0;
            for (int i = plane * in.plane(); i < (plane + 1) * in.plane(); i++) {
              sum += in.values()[i];
            }
            out.values()[plane] = (float) (sum / in.plane());
          });
    }

    @Override
    public void backward(int count) {
      float[] outGradient = requireNonNull(out.gradient());
      float[] inGradient = requireNonNull(in.gradient());
      workers.run(
          count * in.shape().channels(),
          (plane, tile) -> {
            float share = outGradient[plane] / in.plane();
            for (int i = plane * in.plane(); i < (plane + 1) * in.plane(); i++) {
              inGradient[i] += share;
            }
          });
    }
  }
}
