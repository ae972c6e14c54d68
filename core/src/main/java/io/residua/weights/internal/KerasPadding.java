package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.nn.internal.Layer.Conv;

/** Compares strides and borders of Keras' convolutions with ours. */
final class KerasPadding {
  private KerasPadding() {}

  /** Whether both are alike for pictures of an even size. */
  static boolean same(KerasLayer layer, Conv conv) {
    JsonNode config = layer.config();
    int stride = config.path("strides").path(0).asInt(1);
    int before = 0;
    int after = 0;
    if (config.path("padding").asText().equals("same")) {
      // As much as the last window needs: for even sizes less with a stride.
      int all = stride == 1 ? conv.kernel() - 1 : Math.max(0, conv.kernel() - stride);
      before = all / 2;
      after = all - before;
    } else if (!layer.inputs().isEmpty() && layer.inputs().get(0).is("ZeroPadding2D")) {
      JsonNode rows = layer.inputs().get(0).config().path("padding").path(0);
      before = rows.isInt() ? rows.asInt() : rows.path(0).asInt();
      after = rows.isInt() ? rows.asInt() : rows.path(1).asInt();
    }
    boolean plain = config.path("dilation_rate").path(0).asInt(1) == 1;
    return plain
        && stride == conv.stride()
        && before == conv.padding()
        && after == conv.paddingAfter();
  }
}
