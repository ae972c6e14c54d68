/** Models behind an address: {@code io.residua.server} is the API. */
@SuppressWarnings("module") // that of gRPC is built later
module io.residua.server {
  requires transitive io.residua.core;
  requires io.prometheus.metrics.core;
  requires io.prometheus.writer.text;
  requires java.desktop;
  requires java.management;
  requires io.prometheus.metrics.model;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires static transitive org.jspecify;

  exports io.residua.server;
  exports io.residua.server.internal to
      io.residua.server.grpc;
  exports io.residua.server.internal.http to
      io.residua.server.grpc;
  exports io.residua.server.internal.rpc to
      io.residua.server.grpc;
  exports io.residua.server.internal.serving to
      io.residua.server.grpc;
  exports io.residua.server.internal.v2 to
      io.residua.server.grpc;

  uses io.residua.server.internal.rpc.RpcDoor;
}
