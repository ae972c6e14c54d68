package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonParser;
import io.residua.internal.Text;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An input as a request's JSON has it, keys in any order. */
final class InputDraft {
  private @Nullable String name;
  private @Nullable String datatype;
  private long @Nullable [] shape;
  private @Nullable JsonData data;
  private @Nullable Long binarySize;

  private InputDraft() {}

  static InputDraft read(JsonParser json, InferLimits limits) throws IOException {
    InputDraft draft = new InputDraft();
    Fields.each(json, "inputs", key -> draft.readField(json, key, limits));
    return draft;
  }

  private void readField(JsonParser json, String key, InferLimits limits) throws IOException {
    switch (key) {
      case "name" -> {
        Fields.requireFirst(name, key);
        name = Fields.text(json, key);
      }
      case "datatype" -> {
        Fields.requireFirst(datatype, key);
        datatype = Fields.text(json, key);
      }
      case "shape" -> {
        Fields.requireFirst(shape, key);
        shape = Fields.wholes(json, key, TensorShape.MAX_RANK);
      }
      case "data" -> {
        Fields.requireFirst(data, key);
        data = JsonData.read(json, limits, mostNumbers());
      }
      case "parameters" -> Fields.each(json, key, parameter -> readParameter(json, parameter));
      default -> json.skipChildren();
    }
  }

  /** A shape that comes before the data bounds them. */
  private int mostNumbers() {
    return shape == null
        ? Integer.MAX_VALUE
        : TensorShape.elements(name == null ? "" : Messages.quoted(name), shape);
  }

  private void readParameter(JsonParser json, String key) throws IOException {
    if (key.equals("binary_data_size")) {
      binarySize = Fields.whole(json, key, 0, Long.MAX_VALUE);
    } else {
      json.skipChildren();
    }
  }

  /**
   * With its elements.
   *
   * @param binary what is behind the JSON; null if the request says of nothing
   * @param only whether it is the request's only input, which may take all that is left
   */
  InputTensor tensor(@Nullable BinaryData binary, boolean only, InferLimits limits) {
    String named = Fields.require(name, "an input", "name");
    String shown = Messages.quoted(named);
    String what = "input '" + shown + "'";
    Datatype type = Datatype.of(Fields.require(datatype, what, "datatype"));
    long[] lengths = Fields.require(shape, what, "shape");
    TensorData elements;
    if (data != null) {
      if (binarySize != null) {
        throw Messages.badRequest(what + " has both 'data' and a binary_data_size");
      }
      elements = data.as(shown, type, lengths);
    } else {
      BinaryData behind = require(binary, what, only);
      long size = binarySize == null ? behind.left() : binarySize;
      elements = behind.take(shown, type, lengths, size, limits);
    }
    return new InputTensor(named, type, lengths, elements);
  }

  private BinaryData require(@Nullable BinaryData binary, String what, boolean only) {
    if (binary == null) {
      throw Messages.badRequest(
          binarySize == null
              ? what + " has no 'data'"
              : Text.of(
                  "%s has a binary_data_size, and the header %s is missing",
                  what, Headers.JSON_LENGTH));
    }
    if (binarySize == null && !only) {
      throw Messages.badRequest(what + " has neither 'data' nor a binary_data_size");
    }
    return binary;
  }
}
