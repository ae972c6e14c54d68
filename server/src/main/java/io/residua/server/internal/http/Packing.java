package io.residua.server.internal.http;

import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** Bodies packed by gzip or deflate, as {@code Content-Encoding} says. */
final class Packing {
  static final String KNOWN = "gzip, deflate";
  private static final int WORTH_IT_BYTES = 1024;
  private static final int BUFFER_BYTES = 1 << 16;

  private Packing() {}

  /** Refuses a packing that is not known. */
  static void requireKnown(@Nullable String encoding) {
    if (encoding != null
        && !List.of("gzip", "x-gzip", "deflate", "identity").contains(low(encoding))) {
      throw new RequestException(
          415, "the body's Content-Encoding is not known; known are gzip and deflate");
    }
  }

  static boolean isPlain(String encoding) {
    return low(encoding).equals("identity");
  }

  /**
   * A body as it was before it was packed.
   *
   * @param mostBytes of it
   * @param taking is told of bytes before they are kept, and may refuse them
   */
  static byte[] unpacked(byte[] body, String encoding, long mostBytes, IntConsumer taking) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (InputStream in = opened(body, low(encoding))) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (plain.size() + (long) read > mostBytes) {
          throw new RequestException(
              413, Text.of("the body unpacks to more than %,d bytes", mostBytes));
        }
        taking.accept(read);
        plain.write(buffer, 0, read);
      }
      return plain.toByteArray();
    } catch (IOException e) {
      throw new RequestException(400, "the body is not packed as its Content-Encoding says");
    }
  }

  private static InputStream opened(byte[] body, String encoding) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    return encoding.endsWith("gzip") ? new GZIPInputStream(in) : new InflaterInputStream(in);
  }

  /** The body, packed where that is asked for and worth it; the response then says so. */
  static byte[] packed(Reply reply, Request request, Response response) {
    String accepted = request.getHeaders().get(HttpHeader.ACCEPT_ENCODING);
    if (accepted == null
        || reply.body().length < WORTH_IT_BYTES
        || reply.contentType().startsWith("image/")) {
      return reply.body();
    }
    response.getHeaders().put(HttpHeader.VARY, "Accept-Encoding");
    String encoding = chosen(low(accepted));
    if (encoding == null) {
      return reply.body();
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        encoding.equals("gzip") ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
      out.write(reply.body());
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written", e);
    }
    response.getHeaders().put(HttpHeader.CONTENT_ENCODING, encoding);
    return packed.toByteArray();
  }

  private static @Nullable String chosen(String accepted) {
    for (String one : accepted.split(",")) {
      String name = one.strip().replaceFirst("\\s*;.*", "");
      boolean refused = one.matches(".*;\\s*q=0(\\.0*)?\\s*");
      if (!refused && (name.equals("gzip") || name.equals("deflate"))) {
        return name;
      }
    }
    return null;
  }

  private static String low(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
