package io.residua.server.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and what the access log is told of it.
 *
 * @param address of the client
 * @param path of the method
 * @param traceParent as W3C Trace Context has it; null for none
 */
record Caller(String address, String path, @Nullable String traceParent) {
  private static final Context.Key<Caller> KEY = Context.key("caller");
  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** Who makes the call that this thread is about. */
  static Caller now() {
    Caller caller = KEY.get();
    return caller == null ? new Caller("", "", null) : caller;
  }

  /** Makes it known to the methods. */
  static final class Noting implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      String address =
          remote instanceof InetSocketAddress inet && inet.getAddress() != null
              ? inet.getAddress().getHostAddress()
              : "";
      Caller caller =
          new Caller(
              address,
              "/" + call.getMethodDescriptor().getFullMethodName(),
              headers.get(TRACE_PARENT));
      return Contexts.interceptCall(Context.current().withValue(KEY, caller), call, headers, next);
    }
  }
}
