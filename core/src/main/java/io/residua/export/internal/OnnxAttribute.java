package io.residua.export.internal;

import io.residua.internal.ProtobufMessage;

/** An attribute of an ONNX node, as its message. */
public final class OnnxAttribute {
  private static final int FLOAT = 1;
  private static final int INT = 2;
  private static final int STRING = 3;
  private static final int FLOATS = 6;
  private static final int INTS = 7;

  private OnnxAttribute() {}

  private static ProtobufMessage of(String name, int type) {
    return new ProtobufMessage().put(1, name).put(20, type);
  }

  public static ProtobufMessage of(String name, long value) {
    return of(name, INT).put(3, value);
  }

  public static ProtobufMessage of(String name, float value) {
    return of(name, FLOAT).put(2, value);
  }

  public static ProtobufMessage of(String name, String value) {
    return of(name, STRING).put(4, value);
  }

  public static ProtobufMessage of(String name, long... values) {
    return of(name, INTS).put(8, values);
  }

  public static ProtobufMessage of(String name, float... values) {
    return of(name, FLOATS).put(7, values);
  }
}
