package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.DropoutMask;
import org.jspecify.annotations.Nullable;

/** Layers that work element by element. */
final class JavaElementwise {
  private JavaElementwise() {}

  /** max(x, 0). */
  record Relu(JavaTensor in, JavaTensor out, JavaWorkers workers) implements JavaLayer {
    @Override
    public void forward(int count, long step) {
      workers.elements(
          count * in.size(),
          (from, to) -> {
            for (int i = from; i < to; i++) {
              out.values()[i] = Math.max(in.values()[i], 0);
            }
          });
    }

    @Override
    public void backward(int count) {
      float[] outGradient = requireNonNull(out.gradient());
      float[] inGradient = requireNonNull(in.gradient());
      workers.elements(
          count * in.size(),
          (from, to) -> {
            for (int i = from; i < to; i++) {
              inGradient[i] += out.values()[i] > 0 ? outGradient[i] : 0;
            }
          });
    }
  }

  /** Sum of two tensors. */
  record Add(JavaTensor first, JavaTensor second, JavaTensor out, JavaWorkers workers)
      implements JavaLayer {
    @Override
    public void forward(int count, long step) {
      workers.elements(
          count * out.size(),
          (from, to) -> {
            for (int i = from; i < to; i++) {
              out.values()[i] = first.values()[i] + second.values()[i];
            }
          });
    }

    @Override
    public void backward(int count) {
      passOn(out, first.gradient(), count, workers);
      passOn(out, second.gradient(), count, workers);
    }
  }

  /** The same values under another shape. */
  record Copy(JavaTensor in, JavaTensor out, JavaWorkers workers) implements JavaLayer {
    @Override
    public void forward(int count, long step) {
      System.arraycopy(in.values(), 0, out.values(), 0, count * in.size());
    }

    @Override
    public void backward(int count) {
      passOn(out, in.gradient(), count, workers);
    }
  }

  private static void passOn(
      JavaTensor out, float @Nullable [] inGradient, int count, JavaWorkers workers) {
    if (inGradient == null) {
      return;
    }
    float[] outGradient = requireNonNull(out.gradient());
    workers.elements(
        count * out.size(),
        (from, to) -> {
          for (int i = from; i < to; i++) {
            inGradient[i] += outGradient[i];
          }
        });
  }

  /** Dropout while training. */
  static final class Dropout implements JavaLayer {
    private final JavaTensor in;
    private final JavaTensor out;
    private final DropoutMask mask;
    private final JavaWorkers workers;
    private long key;

    Dropout(JavaTensor in, JavaTensor out, DropoutMask mask, JavaWorkers workers) {
      this.in = in;
      this.out = out;
      this.mask = mask;
      this.workers = workers;
    }

    @Override
    public void forward(int count, long step) {
      key = mask.key(step);
      workers.elements(
          count * in.size(),
          (from, to) -> {
            for (int i = from; i < to; i++) {
              out.values()[i] = in.values()[i] * mask.factor(key, i);
            }
          });
    }

    @Override
    public void backward(int count) {
      float[] outGradient = requireNonNull(out.gradient());
      float[] inGradient = requireNonNull(in.gradient());
      workers.elements(
          count * in.size(),
          (from, to) -> {
            for (int i = from; i < to; i++) {
              inGradient[i] += outGradient[i] * mask.factor(key, i);
            }
          });
    }
  }
}
