package io.residua.export.internal;

import io.residua.export.OnnxExport;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A file of {@link OnnxExport} in ONNX Runtime. */
final class OnnxModel implements RunnableModel {
  private final Path file;
  private final Preprocessing preprocessing;
  private final OnnxRuntime.Session session;
  private final boolean takesBytes;
  private final float[] pixels;
  private final float[] planes;

  /**
   * @param preprocessing of the model that was exported
   */
  OnnxModel(Path file, Preprocessing preprocessing, OnnxRuntime runtime, int threads) {
    this.file = file;
    this.preprocessing = preprocessing;
    this.pixels = new float[preprocessing.inputSize()];
    this.planes = new float[preprocessing.inputSize()];
    session = runtime.open(file, threads);
    Set<Object> inputs = new HashSet<>();
    session.inputs().forEach(inputs::add);
    takesBytes = inputs.equals(Set.of(OnnxExport.PICTURE));
    if (!takesBytes && !inputs.equals(Set.of(OnnxExport.INPUT))) {
      session.close();
      throw notOurs("its inputs are " + inputs);
    }
  }

  private ExportException notOurs(String reason) {
    return new ExportException(
        Text.of("%s: it was not written by 'residua export' (%s)", file, reason));
  }

  /** In what type its weights are, as the file says. */
  String weightType() {
    return session.metadata().getOrDefault(OnnxExport.WEIGHT_TYPE, "");
  }

  @Override
  public Outputs run(RgbImage picture) {
    long size = preprocessing.sizePx();
    try (OnnxRuntime.Result result =
        takesBytes
            ? session.run(OnnxExport.PICTURE, direct(picture.rgb()), 1, size, size, 3)
            : session.run(
                OnnxExport.INPUT,
                FloatBuffer.wrap(planes(picture)),
                1,
                preprocessing.channels(),
                size,
                size)) {
      float[] probabilities =
          result
              .floats(OnnxExport.PROBABILITIES)
              .orElseThrow(() -> notOurs("no output 'probabilities'"));
      float[] logits = result.floats(OnnxExport.LOGITS).orElse(new float[0]);
      int predicted =
          result
              .number(OnnxClassic.LABEL)
              .map(Long::intValue)
              .orElseGet(() -> RunnableModel.largest(logits.length > 0 ? logits : probabilities));
      return new Outputs(logits, probabilities, predicted);
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private float[] planes(RgbImage picture) {
    preprocessing.normalise(picture, pixels, 0);
    int channels = preprocessing.channels();
    int positions = pixels.length / channels;
    for (int i = 0; i < positions; i++) {
      for (int c = 0; c < channels; c++) {
        planes[c * positions + i] = pixels[channels * i + c];
      }
    }
    return planes;
  }

  @Override
  public void close() {
    session.close();
  }
}
