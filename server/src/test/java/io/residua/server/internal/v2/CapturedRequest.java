package io.residua.server.internal.v2;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** What a client put on the wire, as a file of the resources has it. */
record CapturedRequest(Map<String, String> headers, byte[] body) {
  static CapturedRequest of(String name) {
    try (InputStream in =
        Objects.requireNonNull(CapturedRequest.class.getResourceAsStream(name + ".http"), name)) {
      byte[] all = in.readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\n\n");
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      text.substring(0, end)
          .lines()
          .skip(1)
          .forEach(
              line -> {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
              });
      byte[] body = new byte[all.length - end - 2];
      System.arraycopy(all, end + 2, body, 0, body.length);
      return new CapturedRequest(headers, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InferRequest read() {
    String length = headers.get(Headers.JSON_LENGTH);
    return InferRequestReader.read(
        plain(),
        length == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(length)),
        new InferLimits(16, 100));
  }

  private byte[] plain() {
    ByteArrayInputStream in = new ByteArrayInputStream(body);
    try {
      return switch (headers.getOrDefault("Content-Encoding", "none").toLowerCase(Locale.ROOT)) {
        case "gzip" -> new GZIPInputStream(in).readAllBytes();
        case "deflate" -> new InflaterInputStream(in).readAllBytes();
        default -> body;
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
