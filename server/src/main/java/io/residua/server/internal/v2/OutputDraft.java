package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonParser;
import io.residua.server.internal.v2.InferRequest.RequestedOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An output as a request's JSON asks for it, keys in any order. */
final class OutputDraft {
  private @Nullable String name;
  private @Nullable Boolean binary;
  private @Nullable Integer classes;

  private OutputDraft() {}

  static RequestedOutput read(JsonParser json) throws IOException {
    OutputDraft draft = new OutputDraft();
    Fields.each(json, "outputs", key -> draft.readField(json, key));
    return new RequestedOutput(
        Fields.require(draft.name, "an output", "name"), draft.binary, draft.classes);
  }

  private void readField(JsonParser json, String key) throws IOException {
    switch (key) {
      case "name" -> {
        Fields.requireFirst(name, key);
        name = Fields.text(json, key);
      }
      case "parameters" -> Fields.each(json, key, parameter -> readParameter(json, parameter));
      default -> json.skipChildren();
    }
  }

  private void readParameter(JsonParser json, String key) throws IOException {
    switch (key) {
      case "binary_data" -> binary = Fields.truth(json, key);
      case "classification" -> classes = (int) Fields.whole(json, key, 0, Integer.MAX_VALUE);
      default -> json.skipChildren();
    }
  }
}
