package io.residua.engine.internal;

import java.nio.FloatBuffer;
import java.util.Map;

/** Runs a network in fp32, one picture at a time, and shows what is in the values asked for. */
public interface ActivationProbe extends AutoCloseable {
  /** Computes one picture, {@code H×W×C}. */
  void run(float[] picture);

  /** The last picture's values, by node, in any order of elements. */
  Map<String, FloatBuffer> values();

  @Override
  void close();
}
