package io.residua.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.internal.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Function;

/** How a server is asked for one picture, and where its answer says the best class. */
enum Protocol {
  /** The file is the body; {@code {"predictions":[{"label":…,"probability":…}]}}. */
  RESIDUA(body -> flat(body.path("predictions").path(0))) {
    @Override
    HttpRequest request(URI server, byte[] file) {
      return to(server, "/predict", "image/jpeg", file).build();
    }
  },
  /** The file is the body; {@code {"label":…,"probability":…}}. */
  RAW(Protocol::flat) {
    @Override
    HttpRequest request(URI server, byte[] file) {
      return to(server, "/predict", "image/jpeg", file).build();
    }
  },
  /** The file is the part {@code image} of a form; {@code {"label":…,"probability":…}}. */
  FORM(Protocol::flat) {
    @Override
    HttpRequest request(URI server, byte[] file) {
      String boundary = "picture-in-a-form";
      String head =
          Text.of(
              "--%s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"picture.jpg\"\r\n"
                  + "Content-Type: image/jpeg\r\n\r\n",
              boundary);
      byte[] body = join(ascii(head), file, ascii("\r\n--" + boundary + "--\r\n"));
      return to(server, "/predict", "multipart/form-data; boundary=" + boundary, body).build();
    }
  },
  /** The Open Inference Protocol with base64 in JSON, as MLServer reads it. */
  V2_JSON(Protocol::outputs) {
    @Override
    HttpRequest request(URI server, byte[] file) {
      String body =
          Text.of(
              "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\","
                  + "\"parameters\":{\"content_type\":\"base64\"},\"data\":[\"%s\"]}]}",
              Base64.getEncoder().encodeToString(file));
      return to(server, V2_PATH, "application/json", ascii(body)).build();
    }
  },
  /** The same with the file behind the JSON, as Triton reads it. */
  V2_BINARY(Protocol::outputs) {
    @Override
    HttpRequest request(URI server, byte[] file) {
      byte[] json =
          ascii(
              Text.of(
                  "{\"inputs\":[{\"name\":\"image\",\"shape\":[1,1],\"datatype\":\"BYTES\","
                      + "\"parameters\":{\"binary_data_size\":%d}}]}",
                  file.length + Integer.BYTES));
      byte[] length =
          ByteBuffer.allocate(Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(file.length)
              .array();
      return to(server, V2_PATH, "application/octet-stream", join(json, length, file))
          .header("Inference-Header-Content-Length", "" + json.length)
          .build();
    }
  };

  private static final String V2_PATH = "/v2/models/pictures/infer";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  /**
   * The best class of a picture.
   *
   * @param probability 0 to 1
   */
  record Answer(String label, double probability) {}

  private final Function<JsonNode, Answer> reader;

  Protocol(Function<JsonNode, Answer> reader) {
    this.reader = reader;
  }

  abstract HttpRequest request(URI server, byte[] file);

  /**
   * Reads an answer.
   *
   * @throws IOException if it is not what this protocol answers
   */
  Answer answer(byte[] body) throws IOException {
    Answer answer = reader.apply(JSON.readTree(body));
    if (answer.label().isEmpty()) {
      throw new IOException("no label in " + new String(body, StandardCharsets.UTF_8));
    }
    return answer;
  }

  private static Answer flat(JsonNode node) {
    return new Answer(node.path("label").asText(), node.path("probability").asDouble(-1));
  }

  private static Answer outputs(JsonNode body) {
    String label = "";
    double probability = -1;
    for (JsonNode output : body.path("outputs")) {
      JsonNode value = output.path("data").path(0);
      if (output.path("name").asText().equals("label")) {
        label = value.asText();
      } else {
        probability = value.asDouble(-1);
      }
    }
    return new Answer(label, probability);
  }

  private static HttpRequest.Builder to(URI server, String path, String type, byte[] body) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(TIMEOUT)
        .header("Content-Type", type)
        .POST(BodyPublishers.ofByteArray(body));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
