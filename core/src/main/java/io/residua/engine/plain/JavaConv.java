package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.nn.internal.Layer.Conv;
import org.jspecify.annotations.Nullable;

/**
 * Convolution as matrix products: the columns are output positions, the terms are the elements of
 * their windows ({@code channel, ky, kx}). A task is a block of channels by a block of positions or
 * window elements.
 */
final class JavaConv implements JavaLayer {
  /** Rows and columns of weights that one task computes the gradient of. */
  private static final int GRADIENT_BLOCK = 64;

  private final JavaWorkers workers;
  private final JavaTensor in;
  private final JavaTensor out;
  private final JavaWindow window;
  private final int groups;
  private final int inPerGroup;
  private final int outPerGroup;
  private final int terms;
  private final float[] weight;
  private final float @Nullable [] weightGradient;
  private final float @Nullable [] bias;
  private final float @Nullable [] biasGradient;

  JavaConv(
      String name,
      Conv layer,
      JavaTensor in,
      JavaTensor out,
      JavaParameters parameters,
      JavaWorkers workers) {
    this.workers = workers;
    this.in = in;
    this.out = out;
    window =
        new JavaWindow(in.shape(), out.shape(), layer.kernel(), layer.stride(), layer.padding());
    groups = layer.groups();
    inPerGroup = layer.inChannels() / groups;
    outPerGroup = layer.outChannels() / groups;
    terms = inPerGroup * layer.kernel() * layer.kernel();
    weight = parameters.values(name + ".weight");
    weightGradient = parameters.gradient(name + ".weight");
    bias = layer.bias() ? parameters.values(name + ".bias") : null;
    biasGradient = layer.bias() ? parameters.gradient(name + ".bias") : null;
  }

  @Override
  public void forward(int count, long step) {
    int channelBlocks = blocks(outPerGroup, JavaTile.ROWS);
    int positionBlocks = blocks(window.outPlane(), JavaTile.COLUMNS);
    workers.run(
        count * groups * channelBlocks * positionBlocks,
        (task, tile) -> {
          int rest = task / positionBlocks;
          int from = task % positionBlocks * JavaTile.COLUMNS;
          int channel = rest % channelBlocks * JavaTile.ROWS;
          int group = rest / channelBlocks % groups;
          int picture = rest / channelBlocks / groups;
          forward(picture, group, channel, from, tile);
        });
  }

  private void forward(int picture, int group, int channel, int from, JavaTile tile) {
    int rows = Math.min(JavaTile.ROWS, outPerGroup - channel);
    int to = Math.min(window.outPlane(), from + JavaTile.COLUMNS);
    int firstRow = group * outPerGroup + channel;
    tile.clear(rows, to - from);
    for (int term = 0; term < terms; term += JavaTile.DEPTH) {
      int depth = Math.min(JavaTile.DEPTH, terms - term);
      for (int i = 0; i < depth; i++) {
        gather(picture, group, term + i, from, to, tile.panel[i]);
      }
      tile.multiplyAdd(rows, to - from, depth, weight, firstRow * terms + term, terms, 1);
    }
    for (int i = 0; i < rows; i++) {
      int target = outPlane(picture, firstRow + i) + from;
      float offset = bias == null ? 0 : bias[firstRow + i];
      float[] sums = tile.sums[i];
      for (int j = 0; j < to - from; j++) {
        out.values()[target + j] = sums[j] + offset;
      }
    }
  }

  @Override
  public void backward(int count) {
    float[] outGradient = requireNonNull(out.gradient());
    if (in.gradient() != null) {
      inputGradient(count, outGradient, in.gradient());
    }
    if (weightGradient != null) {
      weightGradient(count, outGradient, weightGradient);
    }
    if (biasGradient != null) {
      biasGradient(count, outGradient, biasGradient);
    }
  }

  private void inputGradient(int count, float[] outGradient, float[] inGradient) {
    int windowSize = window.kernel() * window.kernel();
    int channelsPerTask = Math.max(1, JavaTile.ROWS / windowSize);
    int channelBlocks = blocks(inPerGroup, channelsPerTask);
    workers.run(
        count * groups * channelBlocks,
        (task, tile) -> {
          int firstTerm = task % channelBlocks * channelsPerTask * windowSize;
          int lastTerm = Math.min(terms, firstTerm + channelsPerTask * windowSize);
          int group = task / channelBlocks % groups;
          int picture = task / channelBlocks / groups;
          for (int from = 0; from < window.outPlane(); from += JavaTile.COLUMNS) {
            int to = Math.min(window.outPlane(), from + JavaTile.COLUMNS);
            for (int term = firstTerm; term < lastTerm; term += JavaTile.ROWS) {
              int rows = Math.min(JavaTile.ROWS, lastTerm - term);
              windowGradient(picture, group, term, rows, from, to, outGradient, tile);
              for (int i = 0; i < rows; i++) {
                scatter(tile.sums[i], picture, group, term + i, from, to, inGradient);
              }
            }
          }
        });
  }

  /** The gradient by window elements, {@code terms × positions}: transposed weights · gradient. */
  private void windowGradient(
      int picture,
      int group,
      int term,
      int rows,
      int from,
      int to,
      float[] outGradient,
      JavaTile tile) {
    tile.clear(rows, to - from);
    for (int channel = 0; channel < outPerGroup; channel += JavaTile.DEPTH) {
      int depth = Math.min(JavaTile.DEPTH, outPerGroup - channel);
      int firstChannel = group * outPerGroup + channel;
      for (int i = 0; i < depth; i++) {
        int source = outPlane(picture, firstChannel + i) + from;
        System.arraycopy(outGradient, source, tile.panel[i], 0, to - from);
      }
      tile.multiplyAdd(rows, to - from, depth, weight, firstChannel * terms + term, 1, terms);
    }
  }

  private void weightGradient(int count, float[] outGradient, float[] target) {
    int rowBlocks = blocks(outPerGroup, GRADIENT_BLOCK);
    int termBlocks = blocks(terms, GRADIENT_BLOCK);
    workers.run(
        groups * rowBlocks * termBlocks,
        (task, tile) -> {
          int term = task % termBlocks * GRADIENT_BLOCK;
          int columns = Math.min(GRADIENT_BLOCK, terms - term);
          int channel = task / termBlocks % rowBlocks * GRADIENT_BLOCK;
          int rows = Math.min(GRADIENT_BLOCK, outPerGroup - channel);
          int group = task / termBlocks / rowBlocks;
          int firstRow = group * outPerGroup + channel;
          tile.clear(rows, columns);
          for (int picture = 0; picture < count; picture++) {
            for (int from = 0; from < window.outPlane(); from += JavaTile.DEPTH) {
              int depth = Math.min(JavaTile.DEPTH, window.outPlane() - from);
              for (int j = 0; j < columns; j++) {
                gather(picture, group, term + j, from, from + depth, tile.row);
                for (int p = 0; p < depth; p++) {
                  tile.panel[p][j] = tile.row[p];
                }
              }
              int source = outPlane(picture, firstRow) + from;
              tile.multiplyAdd(rows, columns, depth, outGradient, source, window.outPlane(), 1);
            }
          }
          for (int i = 0; i < rows; i++) {
            System.arraycopy(tile.sums[i], 0, target, (firstRow + i) * terms + term, columns);
          }
        });
  }

  private void biasGradient(int count, float[] outGradient, float[] target) {
    workers.run(
        target.length,
        (channel, tile) -> {
          double sum = 0;
          for (int picture = 0; picture < count; picture++) {
            int plane = outPlane(picture, channel);
            for (int i = plane; i < plane + window.outPlane(); i++) {
              sum += outGradient[i];
            }
          }
          target[channel] = (float) sum;
        });
  }

  private void gather(int picture, int group, int term, int from, int to, float[] row) {
    int k = window.kernel();
    window.gather(
        in.values(), inPlane(picture, group, term), term / k % k, term % k, from, to, row);
  }

  private void scatter(
      float[] row, int picture, int group, int term, int from, int to, float[] gradient) {
    int k = window.kernel();
    window.scatter(row, term / k % k, term % k, from, to, gradient, inPlane(picture, group, term));
  }

  private int inPlane(int picture, int group, int term) {
    int channel = group * inPerGroup + term / (window.kernel() * window.kernel());
    return picture * in.size() + channel * window.inPlane();
  }

  private int outPlane(int picture, int channel) {
    return picture * out.size() + channel * window.outPlane();
  }

  private static int blocks(int size, int block) {
    return (size + block - 1) / block;
  }
}
