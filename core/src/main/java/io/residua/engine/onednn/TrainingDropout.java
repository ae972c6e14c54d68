package io.residua.engine.onednn;

import io.residua.engine.internal.DropoutMask;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.nn.internal.Shape;
import java.nio.FloatBuffer;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;

/** Dropout in a training session: a product with a mask that each step draws anew. */
final class TrainingDropout implements TrainingLayer {
  private final TrainingTape t;
  private final String name;
  private final String input;
  private final DropoutMask mask;
  private final Buffer factors;
  private final memory.data_type type;

  TrainingDropout(TrainingTape t, String name, double rate, String input) {
    this.t = t;
    this.name = name;
    this.input = input;
    mask = new DropoutMask(t.options.seed(), name, rate);
    Buffer x = t.value(input);
    type = x.desc.get_data_type();
    factors = t.tape.constant(OneDnn.zeros(t.nhwc(OneDnn.F32, name)));
    Buffer y = t.tape.buffer(x.desc);
    multiply(Phase.FORWARD, x, y);
    t.put(name, y);
  }

  private void multiply(Phase phase, Buffer from, Buffer to) {
    t.binary(phase, algorithm.binary_mul, from, factors, to, t.deterministic());
  }

  @Override
  public void beforeForward(OneDnnTape.Binding binding, int count, long step) {
    Shape shape = t.shape(name);
    int positions = shape.height() * shape.width();
    int channels = shape.channels();
    FloatBuffer target = OneDnn.floats(binding.data(factors), (long) count * shape.size());
    float[] picture = new float[shape.size()];
    long key = mask.key(step);
    for (int n = 0; n < count; n++) {
      long first = (long) n * shape.size();
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < positions; p++) {
          picture[p * channels + c] = mask.factor(key, first + (long) c * positions + p);
        }
      }
      target.put(picture);
    }
  }

  @Override
  public String output() {
    return name;
  }

  @Override
  public void backward() {
    if (t.needsGradient(input)) {
      Buffer dy = t.gradient(name, type);
      t.contribute(input, type, dx -> multiply(Phase.BACKWARD, dy, dx));
    }
  }
}
