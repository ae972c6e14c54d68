package io.residua.image.internal;

import java.io.EOFException;
import java.io.IOException;

/**
 * What the header of a VP8 key frame says, as far as pixels depend on it: RFC 6386, section 9.
 *
 * @param width in pixels
 * @param height in pixels
 * @param modes where the blocks' modes come next
 * @param coefficients the partitions that hold the coefficients of the blocks' rows in turn
 * @param segmentProbabilities how a block's segment is coded; empty where it isn't
 * @param steps the quantisers of each segment
 * @param filter the loop filter
 * @param probabilities of the coefficients, by {@link Vp8Tables#coefficientIndex}
 * @param skipProbability that a block has coefficients; -1 where that isn't coded
 */
record Vp8Header(
    int width,
    int height,
    BoolDecoder modes,
    BoolDecoder[] coefficients,
    int[] segmentProbabilities,
    Steps[] steps,
    Vp8LoopFilter filter,
    byte[] probabilities,
    int skipProbability) {

  static final int SEGMENTS = 4;

  private static final int FRAME_HEADER = 10;
  private static final int MAX_PROFILE = 3;
  private static final int START_CODE = 0x2a019d;
  private static final int MAX_CHROMA_DC = 117;

  /** Fewer bits than the modes of any block take, which tells an impossible size at once. */
  private static final int MIN_BITS_A_BLOCK = 2;

  /** The quantiser steps of luma, of luma's means and of chroma: for the mean, for the rest. */
  record Steps(int lumaDc, int lumaAc, int meansDc, int meansAc, int chromaDc, int chromaAc) {}

  /** The size that a frame's first bytes declare. */
  record Size(int width, int height) {
    static Size of(Bytes frame) throws IOException {
      int tag = frame.u24Little(0);
      if ((tag & 1) != 0 || frame.u24Little(3) != START_CODE || (tag >> 1 & 7) > MAX_PROFILE) {
        throw new IOException("the file is damaged: no WebP picture header");
      }
      return new Size(frame.u16Little(6) & 0x3fff, frame.u16Little(8) & 0x3fff);
    }

    int blocksAcross() {
      return (width + 15) / 16;
    }

    int blocksDown() {
      return (height + 15) / 16;
    }
  }

  static Vp8Header read(Bytes frame) throws IOException {
    Size size = Size.of(frame);
    int modesLength = frame.u24Little(0) >> 5;
    Bytes modes = frame.slice(FRAME_HEADER, modesLength);
    long blocks = (long) size.blocksAcross() * size.blocksDown();
    if (blocks * MIN_BITS_A_BLOCK > 8L * modesLength) {
      throw new EOFException("the file is truncated");
    }
    Reader reader = new Reader(new BoolDecoder(modes.copy(), 0, modesLength));
    return reader.read(size, frame.from(FRAME_HEADER + (long) modesLength));
  }

  private static final class Reader {
    private final BoolDecoder in;
    private boolean segmented;
    private boolean absolute = true;
    private final int[] quantisers = new int[SEGMENTS];
    private final int[] filterLevels = new int[SEGMENTS];
    private int[] segmentProbabilities = {};

    Reader(BoolDecoder in) {
      this.in = in;
    }

    Vp8Header read(Size size, Bytes rest) throws IOException {
      in.literal(2); // colour space and clamping, which change nothing in a whole picture
      segments();
      Vp8LoopFilter filter = filter();
      BoolDecoder[] partitions = partitions(rest);
      Steps[] steps = steps();
      in.flag(); // whether later frames keep the probabilities
      byte[] probabilities = probabilities();
      int skipProbability = in.flag() ? in.literal(8) : -1;
      return new Vp8Header(
          size.width(),
          size.height(),
          in,
          partitions,
          segmentProbabilities,
          steps,
          filter,
          probabilities,
          skipProbability);
    }

    private void segments() {
      segmented = in.flag();
      if (!segmented) {
        return;
      }
      boolean coded = in.flag();
      if (in.flag()) {
        absolute = in.flag();
        for (int i = 0; i < SEGMENTS; i++) {
          quantisers[i] = in.optionalSigned(7);
        }
        for (int i = 0; i < SEGMENTS; i++) {
          filterLevels[i] = in.optionalSigned(6);
        }
      }
      if (coded) {
        segmentProbabilities = new int[SEGMENTS - 1];
        for (int i = 0; i < segmentProbabilities.length; i++) {
          segmentProbabilities[i] = in.flag() ? in.literal(8) : 255;
        }
      }
    }

    private Vp8LoopFilter filter() {
      boolean simple = in.flag();
      int level = in.literal(6);
      int sharpness = in.literal(3);
      // Deltas for four kinds of reference and four kinds of mode; a key frame has the first ones.
      int[] deltas = new int[8];
      boolean adjusted = in.flag();
      boolean stored = adjusted && in.flag();
      for (int i = 0; stored && i < deltas.length; i++) {
        deltas[i] = in.optionalSigned(6);
      }
      int intraDelta = deltas[0];
      int smallBlocksDelta = deltas[4];
      Vp8LoopFilter.Strength[] strengths = new Vp8LoopFilter.Strength[2 * SEGMENTS];
      for (int i = 0; i < SEGMENTS; i++) {
        int base = segmented ? filterLevels[i] + (absolute ? 0 : level) : level;
        int large = base + intraDelta;
        strengths[2 * i] = Vp8LoopFilter.Strength.of(large, sharpness);
        strengths[2 * i + 1] = Vp8LoopFilter.Strength.of(large + smallBlocksDelta, sharpness);
      }
      return new Vp8LoopFilter(level > 0, simple, strengths);
    }

    private BoolDecoder[] partitions(Bytes rest) throws IOException {
      BoolDecoder[] partitions = new BoolDecoder[1 << in.literal(2)];
      int last = partitions.length - 1;
      byte[] data = rest.copy();
      int at = 3 * last;
      for (int i = 0; i <= last; i++) {
        int available = data.length - at;
        if (available <= 0) {
          throw new EOFException("the file is truncated");
        }
        int length = i < last ? Math.min(rest.u24Little(3L * i), available) : available;
        partitions[i] = new BoolDecoder(data, at, at + length);
        at += length;
      }
      return partitions;
    }

    private Steps[] steps() {
      int base = in.literal(7);
      int lumaDc = in.optionalSigned(4);
      int meansDc = in.optionalSigned(4);
      int meansAc = in.optionalSigned(4);
      int chromaDc = in.optionalSigned(4);
      int chromaAc = in.optionalSigned(4);
      Steps[] steps = new Steps[SEGMENTS];
      for (int i = 0; i < SEGMENTS; i++) {
        int q = segmented ? quantisers[i] + (absolute ? 0 : base) : base;
        steps[i] =
            new Steps(
                Vp8Tables.dcStep(q + lumaDc),
                Vp8Tables.acStep(q),
                2 * Vp8Tables.dcStep(q + meansDc),
                Math.max(8, Vp8Tables.acStep(q + meansAc) * 155 / 100),
                Vp8Tables.dcStep(Math.min(MAX_CHROMA_DC, q + chromaDc)),
                Vp8Tables.acStep(q + chromaAc));
      }
      return steps;
    }

    private byte[] probabilities() {
      byte[] probabilities = Vp8Tables.coefficients();
      for (int i = 0; i < probabilities.length; i++) {
        if (in.bit(Vp8Tables.coefficientUpdate(i))) {
          probabilities[i] = (byte) in.literal(8);
        }
      }
      return probabilities;
    }
  }
}
