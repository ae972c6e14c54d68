package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.internal.Text;
import java.util.Arrays;

/** Option-A shortcut: every stride-th position, the added channels half before and half after. */
final class JavaPadShortcut implements JavaLayer {
  private final JavaTensor in;
  private final JavaTensor out;
  private final JavaWindow window;
  private final int channelsBefore;
  private final JavaWorkers workers;

  JavaPadShortcut(String name, int stride, JavaTensor in, JavaTensor out, JavaWorkers workers) {
    int added = out.shape().channels() - in.shape().channels();
    if (added < 0) {
      throw new IllegalArgumentException(
          Text.of("layer %s takes away %d channels; a padding shortcut only adds", name, -added));
    }
    this.in = in;
    this.out = out;
    this.workers = workers;
    window = new JavaWindow(in.shape(), out.shape(), 1, stride, 0);
    channelsBefore = added / 2;
  }

  @Override
  public void forward(int count, long step) {
    int inChannels = in.shape().channels();
    workers.run(
        count,
        (picture, tile) -> {
          int first = picture * out.size();
          Arrays.fill(out.values(), first, first + out.size(), 0);
          for (int c = 0; c < inChannels; c++) {
            int inPlane = (picture * inChannels + c) * window.inPlane();
            int outPlane = first + (c + channelsBefore) * window.outPlane();
            for (int y = 0; y < window.out().height(); y++) {
              for (int x = 0; x < window.out().width(); x++) {
                out.values()[outPlane + y * window.out().width() + x] =
                    in.values()[inPlane + window.at(y, 0) * window.in().width() + window.at(x, 0)];
              }
            }
          }
        });
  }

  @Override
  public void backward(int count) {
    float[] outGradient = requireNonNull(out.gradient());
    float[] inGradient = requireNonNull(in.gradient());
    int inChannels = in.shape().channels();
    workers.run(
        count,
        (picture, tile) -> {
          for (int c = 0; c < inChannels; c++) {
            int inPlane = (picture * inChannels + c) * window.inPlane();
            int outPlane = picture * out.size() + (c + channelsBefore) * window.outPlane();
            for (int y = 0; y < window.out().height(); y++) {
              for (int x = 0; x < window.out().width(); x++) {
                inGradient[inPlane + window.at(y, 0) * window.in().width() + window.at(x, 0)] +=
                    outGradient[outPlane + y * window.out().width() + x];
              }
            }
          }
        });
  }
}
