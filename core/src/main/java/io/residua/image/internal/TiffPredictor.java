package io.residua.image.internal;

/** Undoes the predictors of TIFF: samples stored as differences to those on their left. */
final class TiffPredictor {
  private TiffPredictor() {}

  /** Restores the rows in place; afterwards they are in the byte order of the file. */
  static void undo(byte[] rows, int rowBytes, TiffLayout layout, boolean little) {
    int sampleBytes = layout.bits() / 8;
    int step = layout.samplesTogether();
    byte[] row = new byte[rowBytes];
    for (int at = 0; at < rows.length; at += rowBytes) {
      if (layout.predictor() == 2) {
        sum(rows, at, rowBytes, sampleBytes, step, little);
      } else {
        // Bytes of like weight lie together, the highest first, as differences over the whole row.
        sum(rows, at, rowBytes, 1, step, little);
        System.arraycopy(rows, at, row, 0, rowBytes);
        int samples = rowBytes / sampleBytes;
        for (int i = 0; i < samples; i++) {
          for (int b = 0; b < sampleBytes; b++) {
            int place = little ? sampleBytes - 1 - b : b;
            rows[at + i * sampleBytes + place] = row[b * samples + i];
          }
        }
      }
    }
  }

  private static void sum(
      byte[] bytes, int from, int rowBytes, int sampleBytes, int step, boolean little) {
    int distance = step * sampleBytes;
    for (int i = from + distance; i + sampleBytes <= from + rowBytes; i += sampleBytes) {
      int carry = 0;
      for (int b = 0; b < sampleBytes; b++) {
        int at = i + (little ? b : sampleBytes - 1 - b);
        int sum = (bytes[at] & 0xff) + (bytes[at - distance] & 0xff) + carry;
        bytes[at] = (byte) sum;
        carry = sum >> 8;
      }
    }
  }
}
