package io.residua.server.grpc;

import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/** The packing {@code deflate}, which Triton's client offers and gRPC for Java does not bring. */
final class Deflate implements Decompressor {
  private Deflate() {}

  /** All that gRPC brings, and deflate. */
  static DecompressorRegistry withOthers() {
    return DecompressorRegistry.getDefaultInstance().with(new Deflate(), true);
  }

  @Override
  public String getMessageEncoding() {
    return "deflate";
  }

  @Override
  public InputStream decompress(InputStream packed) {
    return new InflaterInputStream(packed);
  }
}
