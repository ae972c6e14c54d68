package io.residua.image.internal;

/** What a lossless WebP picture's pixels were changed by before they were coded: RFC 9649, 3.5. */
sealed interface LosslessTransform {
  /**
   * Undoes it.
   *
   * @param argb rows of the width that was coded
   * @return rows of the width before; may be the same array
   */
  int[] undo(int[] argb, int height);

  /** Red and blue are coded without green. */
  record SubtractedGreen() implements LosslessTransform {
    @Override
    public int[] undo(int[] argb, int height) {
      for (int i = 0; i < argb.length; i++) {
        int green = argb[i] >> 8 & 0xff;
        argb[i] = addChannels(argb[i], green << 16 | green);
      }
      return argb;
    }
  }

  /**
   * Green's share is taken from red, green's and red's from blue.
   *
   * @param blockBits of a block's side, which has one set of shares
   */
  record Decorrelated(int width, int blockBits, int[] shares) implements LosslessTransform {
    @Override
    public int[] undo(int[] argb, int height) {
      int blocksAcross = blocks(width, blockBits);
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < width; x++, i++) {
          int share = shares[(y >> blockBits) * blocksAcross + (x >> blockBits)];
          int green = argb[i] >> 8;
          int red = (argb[i] >> 16) + part(share, green);
          int blue = argb[i] + part(share >> 8, green) + part(share >> 16, red);
          argb[i] = argb[i] & 0xff00ff00 | (red & 0xff) << 16 | blue & 0xff;
        }
      }
      return argb;
    }

    /** The product of two signed bytes in 32nds. */
    private static int part(int share, int colour) {
      return (byte) share * (byte) colour >> 5;
    }
  }

  /**
   * Pixels are numbers of colours, in green, several in one where there are few colours.
   *
   * @param width before
   * @param packBits how many pixels are in one, as a power of two
   * @param colours as many as numbers can be; those beyond the table are 0
   */
  record Indexed(int width, int packBits, int[] colours) implements LosslessTransform {
    @Override
    public int[] undo(int[] packed, int height) {
      int packedWidth = blocks(width, packBits);
      int bits = 8 >> packBits;
      int[] argb = packBits == 0 ? packed : new int[width * height];
      for (int y = 0, o = 0; y < height; y++) {
        for (int x = 0; x < width; x++, o++) {
          int pixel = packed[y * packedWidth + (x >> packBits)] >> 8 & 0xff;
          int within = x & (1 << packBits) - 1;
          argb[o] = colours[pixel >> within * bits & colours.length - 1];
        }
      }
      return argb;
    }
  }

  /**
   * Pixels are differences from what those before them tell.
   *
   * @param blockBits of a block's side, which is predicted in one way
   */
  record Predicted(int width, int blockBits, int[] ways) implements LosslessTransform {
    private static final int BLACK = 0xff000000;

    @Override
    public int[] undo(int[] argb, int height) {
      int blocksAcross = blocks(width, blockBits);
      for (int y = 0, i = 0; y < height; y++) {
        for (int x = 0; x < width; x++, i++) {
          int prediction;
          if (y == 0) {
            prediction = x == 0 ? BLACK : argb[i - 1];
          } else if (x == 0) {
            prediction = argb[i - width];
          } else {
            int way = ways[(y >> blockBits) * blocksAcross + (x >> blockBits)] >> 8 & 15;
            prediction = predict(way, argb, i, i - width);
          }
          argb[i] = addChannels(argb[i], prediction);
        }
      }
      return argb;
    }

    private static int predict(int way, int[] argb, int i, int above) {
      int left = argb[i - 1];
      int top = argb[above];
      int topLeft = argb[above - 1];
      int topRight = argb[above + 1];
      return switch (way) {
        case 1 -> left;
        case 2 -> top;
        case 3 -> topRight;
        case 4 -> topLeft;
        case 5 -> mean(mean(left, topRight), top);
        case 6 -> mean(left, topLeft);
        case 7 -> mean(left, top);
        case 8 -> mean(topLeft, top);
        case 9 -> mean(top, topRight);
        case 10 -> mean(mean(left, topLeft), mean(top, topRight));
        case 11 -> distance(top, topLeft) < distance(left, topLeft) ? left : top;
        case 12 -> alongSlope(left, top, topLeft);
        case 13 -> beyond(mean(left, top), topLeft);
        default -> BLACK;
      };
    }

    /** Each channel's mean, rounded down. */
    private static int mean(int a, int b) {
      return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
    }

    private static int distance(int a, int b) {
      int sum = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        sum += Math.abs((a >> shift & 0xff) - (b >> shift & 0xff));
      }
      return sum;
    }

    private static int alongSlope(int a, int b, int c) {
      int result = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int value = (a >> shift & 0xff) + (b >> shift & 0xff) - (c >> shift & 0xff);
        result |= clip(value) << shift;
      }
      return result;
    }

    private static int beyond(int mean, int from) {
      int result = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        int value = mean >> shift & 0xff;
        result |= clip(value + (value - (from >> shift & 0xff)) / 2) << shift;
      }
      return result;
    }

    private static int clip(int value) {
      return Math.max(0, Math.min(255, value));
    }
  }

  /** How many blocks of a power of two a side is divided into. */
  static int blocks(int side, int bits) {
    return (side + (1 << bits) - 1) >> bits;
  }

  /** Each channel's sum without carry. */
  static int addChannels(int a, int b) {
    return (a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00
        | (a & 0x00ff00ff) + (b & 0x00ff00ff) & 0x00ff00ff;
  }
}
