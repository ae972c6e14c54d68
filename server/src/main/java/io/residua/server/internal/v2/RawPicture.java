package io.residua.server.internal.v2;

import io.residua.server.internal.v2.InferRequest.Parameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** A request that is one picture file and no JSON, whose outputs come as binary data. */
final class RawPicture {
  private static final Parameters BINARY = new Parameters(1, 0, true, 0);

  private RawPicture() {}

  /**
   * @param body the file, with its length before it or without
   */
  static InferRequest request(byte[] body) {
    if (body.length == 0) {
      throw Messages.badRequest("the request is empty");
    }
    byte[] file = hasLength(body) ? Arrays.copyOfRange(body, Integer.BYTES, body.length) : body;
    return new InferRequest(
        null,
        List.of(
            new InputTensor(
                PictureInputs.NAME,
                Datatype.BYTES,
                new long[] {1},
                new TensorData.Blobs(List.of(file)))),
        List.of(),
        BINARY);
  }

  private static boolean hasLength(byte[] body) {
    return body.length > Integer.BYTES
        && ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt()
            == body.length - Integer.BYTES;
  }
}
