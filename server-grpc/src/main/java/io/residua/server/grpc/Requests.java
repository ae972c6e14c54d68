package io.residua.server.grpc;

import com.google.protobuf.ByteString;
import io.residua.internal.Text;
import io.residua.server.grpc.protocol.InferParameter;
import io.residua.server.grpc.protocol.InferParameter.ParameterChoiceCase;
import io.residua.server.grpc.protocol.InferTensorContents;
import io.residua.server.grpc.protocol.ModelInferRequest;
import io.residua.server.grpc.protocol.ModelInferRequest.InferInputTensor;
import io.residua.server.grpc.protocol.ModelInferRequest.InferRequestedOutputTensor;
import io.residua.server.internal.v2.InferLimits;
import io.residua.server.internal.v2.InferRequest;
import io.residua.server.internal.v2.InferRequest.Parameters;
import io.residua.server.internal.v2.InferRequest.RequestedOutput;
import io.residua.server.internal.v2.InputTensor;
import io.residua.server.internal.v2.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads infer requests: tensors as bytes, all of them, or as the typed contents of each. */
final class Requests {
  private Requests() {}

  /**
   * Reads a request.
   *
   * @throws io.residua.server.internal.RequestException with what is wrong with it, one line
   */
  static InferRequest read(ModelInferRequest request, InferLimits limits) {
    int inputs = request.getInputsCount();
    int raw = request.getRawInputContentsCount();
    if (inputs == 0) {
      throw Messages.badRequest("the request has no inputs");
    } else if (inputs > InferLimits.INPUTS || request.getOutputsCount() > InferLimits.OUTPUTS) {
      throw Messages.badRequest(
          Text.of(
              "a request has at most %d inputs and %d outputs",
              InferLimits.INPUTS, InferLimits.OUTPUTS));
    } else if (raw > 0 && raw != inputs) {
      throw Messages.badRequest(
          Text.of("%d raw_input_contents for %s", raw, Text.count(inputs, "input")));
    }
    List<InputTensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      InferInputTensor input = request.getInputs(i);
      ByteString bytes = raw == 0 ? null : request.getRawInputContents(i);
      tensors.add(tensor(input, bytes, limits));
    }
    Map<String, InferParameter> parameters = request.getParametersMap();
    return new InferRequest(
        request.getId().isEmpty() ? null : request.getId(),
        List.copyOf(tensors),
        request.getOutputsList().stream().map(Requests::output).toList(),
        new Parameters(
            (int) whole(parameters, "top", 1, Integer.MAX_VALUE, 1),
            whole(parameters, "timeout", 0, Long.MAX_VALUE, 0),
            true,
            (int) whole(parameters, "classification", 0, Integer.MAX_VALUE, 0)));
  }

  private static InputTensor tensor(
      InferInputTensor input, @Nullable ByteString raw, InferLimits limits) {
    String name = text(input.getName());
    String type = input.getDatatype();
    long[] shape = input.getShapeList().stream().mapToLong(Long::longValue).toArray();
    InferTensorContents contents = input.getContents();
    if (raw != null) {
      if (input.hasContents()) {
        throw Messages.badRequest(
            Text.of(
                "input '%s' has contents, and the request raw_input_contents",
                Messages.quoted(name)));
      }
      return InputTensor.ofBytes(name, type, shape, raw.toByteArray(), limits);
    }
    return switch (type) {
      case "BYTES" ->
          InputTensor.ofBlobs(
              name,
              type,
              shape,
              contents.getBytesContentsList().stream().map(ByteString::toByteArray).toList(),
              limits);
      case "FP32" -> InputTensor.ofFloats(name, type, shape, floats(contents));
      case "FP64" -> InputTensor.ofFloats(name, type, shape, doubles(contents));
      case "FP16" ->
          throw Messages.badRequest(
              Text.of("input '%s': FP16 goes as raw_input_contents only", Messages.quoted(name)));
      default -> InputTensor.ofWholes(name, type, shape, wholes(contents));
    };
  }

  private static float[] floats(InferTensorContents contents) {
    float[] values = new float[contents.getFp32ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = contents.getFp32Contents(i);
    }
    return values;
  }

  private static float[] doubles(InferTensorContents contents) {
    float[] values = new float[contents.getFp64ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) contents.getFp64Contents(i);
    }
    return values;
  }

  /** Of whichever width. */
  private static long[] wholes(InferTensorContents contents) {
    int ints = contents.getIntContentsCount();
    int uints = contents.getUintContentsCount();
    int longs = contents.getInt64ContentsCount();
    int ulongs = contents.getUint64ContentsCount();
    long[] values = new long[ints + uints + longs + ulongs];
    int at = 0;
    for (int i = 0; i < ints; i++) {
      values[at++] = contents.getIntContents(i);
    }
    for (int i = 0; i < uints; i++) {
      values[at++] = Integer.toUnsignedLong(contents.getUintContents(i));
    }
    for (int i = 0; i < longs; i++) {
      values[at++] = contents.getInt64Contents(i);
    }
    for (int i = 0; i < ulongs; i++) {
      values[at++] = contents.getUint64Contents(i);
    }
    return values;
  }

  private static RequestedOutput output(InferRequestedOutputTensor output) {
    int none = -1;
    long classes = whole(output.getParametersMap(), "classification", 0, Integer.MAX_VALUE, none);
    return new RequestedOutput(
        text(output.getName()), true, classes == none ? null : (int) classes);
  }

  private static long whole(
      Map<String, InferParameter> parameters, String key, long least, long most, long otherwise) {
    InferParameter parameter = parameters.get(key);
    if (parameter == null) {
      return otherwise;
    }
    boolean unsigned = parameter.getParameterChoiceCase() == ParameterChoiceCase.UINT64_PARAM;
    long value = unsigned ? parameter.getUint64Param() : parameter.getInt64Param();
    boolean isWhole =
        unsigned || parameter.getParameterChoiceCase() == ParameterChoiceCase.INT64_PARAM;
    if (!isWhole || value < least || value > most) {
      throw Messages.notWhole("parameter '" + key + "'", least, most);
    }
    return value;
  }

  /** A name, which nobody makes so long. */
  private static String text(String name) {
    if (name.length() > InferLimits.TEXT_CHARS) {
      throw Messages.badRequest(
          Text.of("a name is longer than %d characters", InferLimits.TEXT_CHARS));
    }
    return name;
  }
}
