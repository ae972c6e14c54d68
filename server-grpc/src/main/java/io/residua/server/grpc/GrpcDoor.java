package io.residua.server.grpc;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.server.internal.rpc.RpcDoor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** gRPC, as a way in of a server. */
public final class GrpcDoor implements RpcDoor {
  private static final int THREADS = 16;
  private static final int CALLS_A_CONNECTION = 256;

  /** Made by {@link java.util.ServiceLoader}. */
  public GrpcDoor() {}

  @Override
  public Open open(Setting setting) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, GrpcDoor::named);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(GrpcDoor::named);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(setting.host(), setting.port()))
            .executor(threads)
            .maxInboundMessageSize((int) Math.min(Integer.MAX_VALUE, setting.limits().bodyBytes()))
            .decompressorRegistry(Deflate.withOthers())
            .maxInboundMetadataSize(setting.limits().headerBytes())
            .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
            .addService(
                ServerInterceptors.intercept(
                    new InferenceService(setting, threads, clock),
                    new Keys(setting.keys()),
                    new Caller.Noting()));
    if (setting.tls() != null) {
      ServerTls.use(setting.tls(), builder);
    }
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      threads.shutdownNow();
      clock.shutdownNow();
      Throwable cause = e.getCause();
      throw new UsageException(
          Text.of(
              "cannot listen at %s port %d for gRPC: %s",
              setting.host(),
              setting.port(),
              String.valueOf(cause == null ? e.getMessage() : cause.getMessage())),
          e);
    }
    return new Listening(server, threads, clock);
  }

  private static final AtomicInteger COUNT = new AtomicInteger();

  private static Thread named(Runnable work) {
    Thread thread = new Thread(work, "residua-grpc-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  private record Listening(Server server, ExecutorService threads, ScheduledExecutorService clock)
      implements Open {
    @Override
    public int port() {
      return server.getPort();
    }

    @Override
    public void stop(long mostSeconds) {
      server.shutdown();
      try {
        if (!server.awaitTermination(mostSeconds, TimeUnit.SECONDS)) {
          server.shutdownNow();
        }
      } catch (InterruptedException e) {
        server.shutdownNow();
        Thread.currentThread().interrupt();
      }
      threads.shutdown();
      clock.shutdownNow();
    }
  }
}
