package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.residua.server.internal.v2.OutputTensor.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told of its pictures.
 *
 * @param modelVersion null where the model has none
 * @param id of the request, if it has one
 */
public record InferResponse(
    String modelName,
    @Nullable String modelVersion,
    @Nullable String id,
    List<OutputTensor> outputs) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * A response's body.
   *
   * @param jsonLength how many of its bytes are JSON; empty if all are, which then is what its type
   *     says
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, then sent
  public record Body(byte[] bytes, OptionalInt jsonLength) {}

  /** As bytes: JSON, with the outputs that want it as binary data behind it. */
  public Body body() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<byte[]> behind =
        outputs.stream().filter(OutputTensor::binary).map(o -> o.values().bytes()).toList();
    try {
      try (JsonGenerator json = JSON.createGenerator(bytes)) {
        write(json, behind);
      }
      int length = bytes.size();
      for (byte[] tensor : behind) {
        bytes.write(tensor);
      }
      return new Body(
          bytes.toByteArray(), behind.isEmpty() ? OptionalInt.empty() : OptionalInt.of(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(JsonGenerator json, List<byte[]> behind) throws IOException {
    json.writeStartObject();
    if (id != null) {
      json.writeStringField("id", id);
    }
    json.writeStringField("model_name", modelName);
    if (modelVersion != null) {
      json.writeStringField("model_version", modelVersion);
    }
    json.writeArrayFieldStart("outputs");
    int next = 0;
    for (OutputTensor output : outputs) {
      json.writeStartObject();
      json.writeStringField("name", output.name());
      json.writeStringField("datatype", output.datatype().name());
      json.writeFieldName("shape");
      json.writeArray(output.shape(), 0, output.shape().length);
      if (output.binary()) {
        json.writeObjectFieldStart("parameters");
        json.writeNumberField("binary_data_size", behind.get(next++).length);
        json.writeEndObject();
      } else {
        json.writeArrayFieldStart("data");
        writeValues(json, output.values());
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeValues(JsonGenerator json, Values values) throws IOException {
    if (values instanceof Values.Floats floats) {
      for (float value : floats.values()) {
        json.writeNumber(value);
      }
    } else if (values instanceof Values.Wholes wholes) {
      for (long value : wholes.values()) {
        json.writeNumber(value);
      }
    } else {
      for (byte[] text : ((Values.Texts) values).values()) {
        json.writeString(new String(text, StandardCharsets.UTF_8));
      }
    }
  }
}
