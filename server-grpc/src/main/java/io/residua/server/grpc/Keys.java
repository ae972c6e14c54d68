package io.residua.server.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.residua.server.grpc.protocol.GRPCInferenceServiceGrpc;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.ApiKeys;
import java.util.Locale;
import java.util.Set;

/** Lets in only those who have a key, where keys are set; health is told to all. */
final class Keys implements ServerInterceptor {
  private static final Metadata.Key<String> OWN = key(ApiKeys.OWN_HEADER);
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Set<String> OPEN =
      Set.of(
          GRPCInferenceServiceGrpc.getServerLiveMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getServerReadyMethod().getFullMethodName());

  private final ApiKeys keys;
  private final Calls calls;

  /**
   * @param calls is told of those that are refused
   */
  Keys(ApiKeys keys, Calls calls) {
    this.keys = keys;
    this.calls = calls;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!OPEN.contains(call.getMethodDescriptor().getFullMethodName())) {
      try {
        keys.require(headers.get(OWN), headers.get(AUTHORIZATION));
      } catch (RequestException e) {
        calls.begin(0).refused(e.problem());
        call.close(Statuses.of(e.problem()), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    }
    return next.startCall(call, headers);
  }
}
