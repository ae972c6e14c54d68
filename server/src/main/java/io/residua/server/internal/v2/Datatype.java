package io.residua.server.internal.v2;

import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What the elements of a tensor are. */
public enum Datatype {
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  FP32(4),
  FP64(8),
  /** Elements of any length, such as the bytes of picture files. */
  BYTES(0);

  private final int bytes;

  Datatype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an element in binary data, 0 where elements have lengths of their own. */
  int bytes() {
    return bytes;
  }

  /** Whether elements are whole numbers, which pixels 0..255 may be sent as. */
  boolean isWhole() {
    return ordinal() <= INT64.ordinal();
  }

  /**
   * The type of that name.
   *
   * @throws RequestException if pictures are not sent as such
   */
  static Datatype of(String name) {
    for (Datatype type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw Messages.badRequest(
        Text.of(
            "datatype '%s' is not taken; one of %s",
            Messages.quoted(name),
            Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
  }
}
