package io.residua.server.internal.predict;

import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.Exchange;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.MultiPart;
import org.jspecify.annotations.Nullable;

/** The pictures of a request: its body, the files of a form, or base64 in JSON. */
final class SentPictures {
  /** What messages call a picture without a name. */
  static final String UNNAMED = "picture";

  private SentPictures() {}

  /**
   * @param most of them
   * @throws RequestException with one line, if they are sent in another way, none, or too many
   */
  static List<SentPicture> of(Exchange exchange, int most) {
    byte[] body = exchange.body();
    String header = exchange.header("Content-Type");
    String type = type(header);
    if (type.equals("multipart/form-data")) {
      return FormPictures.of(body, boundary(header), most);
    } else if (type.equals("application/json")) {
      return JsonPictures.of(body, most);
    } else if (!isRaw(type)) {
      throw new RequestException(
          415,
          Text.of(
              "bodies of type '%s' are not read; send a picture's bytes, a form (multipart/form-data)"
                  + " or application/json",
              Printable.shortened(type, 64)));
    } else if (body.length == 0) {
      throw new RequestException(422, "the body is empty; send a picture's bytes");
    }
    return List.of(SentPicture.of(UNNAMED, body));
  }

  private static String type(@Nullable String header) {
    return header == null ? "" : header.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
  }

  private static String boundary(@Nullable String header) {
    String boundary = header == null ? null : MultiPart.extractBoundary(header);
    if (boundary == null || boundary.isEmpty()) {
      throw new RequestException(400, "the form's Content-Type has no boundary");
    }
    return boundary;
  }

  /** The type of a form without files is what curl says of any {@code --data-binary}. */
  private static boolean isRaw(String type) {
    return type.isEmpty()
        || type.startsWith("image/")
        || type.equals("application/octet-stream")
        || type.equals("binary/octet-stream")
        || type.equals("application/x-www-form-urlencoded");
  }
}
