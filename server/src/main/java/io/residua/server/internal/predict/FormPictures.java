package io.residua.server.internal.predict;

import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** The files of a form (RFC 7578), each a picture. */
final class FormPictures extends MultiPart.AbstractPartsListener {
  private static final int MOST_HEADER_BYTES = 8192;

  private final int most;
  private final List<SentPicture> pictures = new ArrayList<>();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private @Nullable RequestException problem;
  private boolean complete;

  private FormPictures(int most) {
    this.most = most;
  }

  /**
   * @throws RequestException with one line, if it is no form of files, or has too many
   */
  static List<SentPicture> of(byte[] body, String boundary, int most) {
    FormPictures form = new FormPictures(most);
    try {
      MultiPart.Parser parser = new MultiPart.Parser(boundary, form);
      parser.setPartHeadersMaxLength(MOST_HEADER_BYTES);
      parser.setMaxParts(most + 1L);
      Content.Chunk whole = Content.Chunk.from(ByteBuffer.wrap(body), true);
      parser.parse(whole);
      whole.release();
    } catch (RuntimeException e) {
      form.refuse(broken());
    }
    if (form.problem != null) {
      throw form.problem;
    } else if (!form.complete) {
      throw broken();
    } else if (form.pictures.isEmpty()) {
      throw new RequestException(422, "the form has no file; send one or more pictures as files");
    }
    return form.pictures;
  }

  private static RequestException broken() {
    return new RequestException(400, "the form is not framed as its boundary says");
  }

  private void refuse(RequestException why) {
    if (problem == null) {
      problem = why;
    }
  }

  @Override
  public void onPartContent(Content.Chunk chunk) {
    byte[] bytes = new byte[chunk.remaining()];
    chunk.getByteBuffer().duplicate().get(bytes);
    content.writeBytes(bytes);
  }

  @Override
  public void onPart(@Nullable String name, @Nullable String fileName, HttpFields headers) {
    byte[] bytes = content.toByteArray();
    content.reset();
    if (pictures.size() == most) {
      refuse(RequestException.tooManyPictures(most));
    } else if (fileName == null && headers.get("Content-Type") == null) {
      refuse(
          new RequestException(
              400,
              Text.of(
                  "the form's field '%s' is no file; what is asked beside pictures stands behind the"
                      + " address: ?top=5",
                  Printable.shortened(String.valueOf(name), 64))));
    } else {
      String called = fileName == null || fileName.isEmpty() ? name : fileName;
      pictures.add(
          SentPicture.of(
              called == null ? SentPictures.UNNAMED : Printable.shortened(called, 200), bytes));
    }
  }

  @Override
  public void onComplete() {
    complete = true;
  }

  @Override
  public void onFailure(Throwable failure) {
    refuse(pictures.size() >= most ? RequestException.tooManyPictures(most) : broken());
  }
}
