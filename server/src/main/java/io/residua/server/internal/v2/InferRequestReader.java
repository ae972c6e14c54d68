package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonParser;
import io.residua.internal.Text;
import io.residua.server.internal.v2.InferRequest.Parameters;
import io.residua.server.internal.v2.InferRequest.RequestedOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads infer requests: JSON, JSON with binary data behind it, or, where the length of the JSON is
 * given as 0, a picture file and nothing else. What is read takes memory of the order of the body,
 * whatever that says.
 */
final class InferRequestReader {
  private final InferLimits limits;
  private @Nullable String id;
  private @Nullable List<InputDraft> inputs;
  private @Nullable List<RequestedOutput> outputs;
  private int top = 1;
  private long timeoutMicros;
  private boolean binaryOutputs;
  private int classes;

  private InferRequestReader(InferLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a request.
   *
   * @param body not compressed
   * @param jsonLength how many bytes of the body are JSON, as the header {@code
   *     Inference-Header-Content-Length} says; empty for all
   * @throws io.residua.server.internal.RequestException with what is wrong with it, one line
   */
  static InferRequest read(byte[] body, OptionalInt jsonLength, InferLimits limits) {
    int length = jsonLength.orElse(body.length);
    if (length < 0 || length > body.length) {
      throw Messages.badRequest(
          Text.of(
              "%s is %d, and the body has %s",
              Headers.JSON_LENGTH, length, Text.count(body.length, "byte")));
    }
    if (jsonLength.isPresent() && length == 0) {
      return RawPicture.request(body);
    }
    InferRequestReader reader = new InferRequestReader(limits);
    JsonBody.read(body, length, reader::readField);
    return reader.request(body, length, jsonLength.isPresent());
  }

  private void readField(JsonParser json, String key) throws IOException {
    switch (key) {
      case "id" -> {
        Fields.requireFirst(id, key);
        id = Fields.text(json, key);
      }
      case "inputs" -> {
        Fields.requireFirst(inputs, key);
        inputs = Fields.objects(json, key, InferLimits.INPUTS, one -> InputDraft.read(one, limits));
      }
      case "outputs" -> {
        Fields.requireFirst(outputs, key);
        outputs = Fields.objects(json, key, InferLimits.OUTPUTS, OutputDraft::read);
      }
      case "parameters" -> Fields.each(json, key, parameter -> readParameter(json, parameter));
      default -> json.skipChildren();
    }
  }

  private void readParameter(JsonParser json, String key) throws IOException {
    switch (key) {
      case "top" -> top = (int) Fields.whole(json, key, 1, Integer.MAX_VALUE);
      case "timeout" -> timeoutMicros = Fields.whole(json, key, 0, Long.MAX_VALUE);
      case "binary_data_output" -> binaryOutputs = Fields.truth(json, key);
      case "classification" -> classes = (int) Fields.whole(json, key, 0, Integer.MAX_VALUE);
      default -> json.skipChildren();
    }
  }

  private InferRequest request(byte[] body, int jsonLength, boolean binary) {
    if (inputs == null || inputs.isEmpty()) {
      throw Messages.badRequest("the request has no 'inputs'");
    }
    BinaryData data = new BinaryData(body, jsonLength);
    List<InputTensor> tensors = new ArrayList<>();
    for (InputDraft input : inputs) {
      tensors.add(input.tensor(binary ? data : null, inputs.size() == 1, limits));
    }
    if (data.left() > 0) {
      throw Messages.badRequest(
          Text.of("%s follow the last input", Text.count(data.left(), "byte")));
    }
    return new InferRequest(
        id,
        List.copyOf(tensors),
        outputs == null ? List.of() : outputs,
        new Parameters(top, timeoutMicros, binaryOutputs, classes));
  }
}
