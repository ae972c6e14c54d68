package io.residua.server.grpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.residua.ResiduaException;
import io.residua.server.internal.http.Tls;
import javax.net.ssl.SSLException;

/** TLS 1.2 and 1.3 for gRPC. */
final class ServerTls {
  private ServerTls() {}

  static void use(Tls tls, NettyServerBuilder builder) {
    try {
      builder.sslContext(
          GrpcSslContexts.configure(SslContextBuilder.forServer(tls.keys()))
              .protocols("TLSv1.3", "TLSv1.2")
              .build());
    } catch (SSLException e) {
      throw new ResiduaException("TLS for gRPC cannot be set up: " + e.getMessage(), e);
    }
  }
}
