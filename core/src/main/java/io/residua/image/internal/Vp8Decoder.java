package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.io.EOFException;
import java.io.IOException;

/**
 * The picture of a lossy WebP file, a VP8 key frame, as libwebp decodes it to the last bit: RFC
 * 6386.
 */
final class Vp8Decoder {
  private final Vp8Header header;
  private final int blocksAcross;
  private final int blocksDown;
  private final Vp8Picture picture;
  private final Vp8Modes modes;
  private final Vp8Residual residual;
  private final Vp8Prediction luma;
  private final Vp8Prediction blue;
  private final Vp8Prediction red;

  /**
   * What the filter needs of each block: its segment, whether in sub-blocks, whether inside too.
   */
  private final byte[] filtering;

  private Vp8Decoder(Vp8Header header) {
    this.header = header;
    Vp8Header.Size size = new Vp8Header.Size(header.width(), header.height());
    blocksAcross = size.blocksAcross();
    blocksDown = size.blocksDown();
    picture = new Vp8Picture(blocksAcross, blocksDown);
    modes = new Vp8Modes(header, blocksAcross);
    residual = new Vp8Residual(header, blocksAcross);
    luma = new Vp8Prediction(picture.luma());
    blue = new Vp8Prediction(picture.blue());
    red = new Vp8Prediction(picture.red());
    filtering = new byte[blocksAcross * blocksDown];
  }

  /** Decodes a frame whose size was judged before, by {@link Vp8Header.Size}. */
  static RgbImage decode(Bytes frame) throws IOException {
    Vp8Decoder decoder = new Vp8Decoder(Vp8Header.read(frame));
    decoder.decodeBlocks();
    decoder.filter();
    return Vp8Colour.rgb(decoder.picture, decoder.header.width(), decoder.header.height());
  }

  private void decodeBlocks() throws IOException {
    BoolDecoder[] partitions = header.coefficients();
    for (int row = 0; row < blocksDown; row++) {
      BoolDecoder coefficients = partitions[row & partitions.length - 1];
      modes.beginRow();
      residual.beginRow();
      for (int column = 0; column < blocksAcross; column++) {
        modes.readBlock(column);
        boolean any = false;
        if (modes.skipped()) {
          residual.skip(column, modes.small());
        } else {
          Vp8Header.Steps steps = header.steps()[modes.segment()];
          any = residual.read(coefficients, column, modes.small(), steps);
        }
        if (header.modes().exhausted() || coefficients.exhausted()) {
          throw new EOFException("the file is truncated");
        }
        int inside = any || modes.small() ? 1 : 0;
        int small = modes.small() ? 1 : 0;
        filtering[row * blocksAcross + column] =
            (byte) (modes.segment() << 2 | small << 1 | inside);
        reconstructLuma(column, row);
        reconstructChroma(picture.blue(), blue, column, row, 16);
        reconstructChroma(picture.red(), red, column, row, 20);
      }
      picture.luma().extendRight(16 * row + 15);
    }
  }

  private void reconstructLuma(int column, int row) {
    Vp8Plane plane = picture.luma();
    if (!modes.small()) {
      luma.square(modes.luma(), plane.index(16 * column, 16 * row), 16, row > 0, column > 0);
    }
    int rightOfBlock = plane.index(16 * column + 16, 16 * row - 1);
    for (int i = 0; i < 16; i++) {
      int x = i & 3;
      int at = plane.index(16 * column + 4 * x, 16 * row + 4 * (i >> 2));
      if (modes.small()) {
        // To the right of the block only the row above it is known.
        luma.small(modes.subBlock(i), at, x == 3 ? rightOfBlock : at - plane.stride() + 4);
      }
      add(i, plane, at);
    }
  }

  private void reconstructChroma(
      Vp8Plane plane, Vp8Prediction prediction, int column, int row, int firstBlock) {
    prediction.square(modes.chroma(), plane.index(8 * column, 8 * row), 8, row > 0, column > 0);
    for (int i = 0; i < 4; i++) {
      add(firstBlock + i, plane, plane.index(8 * column + 4 * (i & 1), 8 * row + 4 * (i >> 1)));
    }
  }

  private void add(int block, Vp8Plane plane, int at) {
    if (residual.present(block)) {
      Vp8Transform.add(residual.coefficients(), 16 * block, plane.samples(), at, plane.stride());
    }
  }

  private void filter() {
    Vp8LoopFilter filter = header.filter();
    if (!filter.used()) {
      return;
    }
    for (int row = 0; row < blocksDown; row++) {
      for (int column = 0; column < blocksAcross; column++) {
        int block = filtering[row * blocksAcross + column];
        boolean small = (block & 2) != 0;
        filter.apply(picture, column, row, filter.strength(block >> 2, small), (block & 1) != 0);
      }
    }
  }
}
