package io.residua.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.residua.server.grpc.protocol.ModelInferResponse;
import io.residua.server.grpc.protocol.ModelInferResponse.InferOutputTensor;
import io.residua.server.internal.v2.InferResponse;
import io.residua.server.internal.v2.OutputTensor;

/** Writes answers; tensors go as bytes. */
final class Responses {
  private Responses() {}

  static ModelInferResponse write(InferResponse response) {
    ModelInferResponse.Builder all =
        ModelInferResponse.newBuilder().setModelName(response.modelName());
    if (response.modelVersion() != null) {
      all.setModelVersion(response.modelVersion());
    }
    if (response.id() != null) {
      all.setId(response.id());
    }
    for (OutputTensor output : response.outputs()) {
      InferOutputTensor.Builder one =
          all.addOutputsBuilder().setName(output.name()).setDatatype(output.datatype().name());
      for (long length : output.shape()) {
        one.addShape(length);
      }
      ByteString bytes = UnsafeByteOperations.unsafeWrap(output.values().bytes());
      all.addRawOutputContents(bytes);
    }
    return all.build();
  }
}
