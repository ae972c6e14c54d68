package io.residua.server.grpc;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.residua.ResiduaException;
import io.residua.internal.Text;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.Limits;
import io.residua.server.internal.rpc.RpcDoor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** gRPC, as a way in of a server. */
public final class GrpcDoor implements RpcDoor {
  private static final int THREADS = 16;

  /** Loads and unloads that may wait; each may take seconds. */
  private static final int WAITING_LOADS = 16;

  private static final int MOST_CALLS_A_CONNECTION = 256;
  private static final int LEAST_CALLS_A_CONNECTION = 4;

  /** Until what was answered last is sent. */
  private static final int LAST_ANSWERS_MILLIS = 500;

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Made by {@link java.util.ServiceLoader}. */
  public GrpcDoor() {}

  @Override
  public Open open(Setting setting) {
    Threads threads =
        new Threads(
            pool(THREADS, Integer.MAX_VALUE),
            pool(1, WAITING_LOADS),
            Executors.newSingleThreadScheduledExecutor(GrpcDoor::named));
    Calls calls = new Calls(setting);
    Limits limits = setting.limits();
    long callsAtOnce = Math.max(LEAST_CALLS_A_CONNECTION, limits.heldBytes() / limits.bodyBytes());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(setting.host(), setting.port()))
            .executor(threads.calls())
            .maxInboundMessageSize((int) Math.min(Integer.MAX_VALUE, limits.bodyBytes()))
            .decompressorRegistry(Deflate.withOthers())
            .maxInboundMetadataSize(limits.headerBytes())
            .maxConcurrentCallsPerConnection((int) Math.min(MOST_CALLS_A_CONNECTION, callsAtOnce))
            .addService(
                ServerInterceptors.intercept(
                    new InferenceService(setting, calls, threads),
                    new Keys(setting.keys(), calls),
                    new Caller.Noting()));
    if (setting.tls() != null) {
      ServerTls.use(setting.tls(), builder);
    }
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      threads.shutdown();
      Throwable cause = e.getCause();
      throw ResiduaException.about(
          "grpc_port",
          new ResiduaException(
              Text.of(
                  "cannot listen at %s port %d for gRPC: %s; give another port, or 0 for any that is"
                      + " free",
                  setting.host(),
                  setting.port(),
                  String.valueOf(cause == null ? e.getMessage() : cause.getMessage())),
              e));
    }
    return new Listening(server, server.getPort(), calls, threads);
  }

  /**
   * Threads of a door.
   *
   * @param calls answer
   * @param loads load and unload models, one at a time; refuses more than may wait
   * @param clock ends what takes too long
   */
  record Threads(ExecutorService calls, ExecutorService loads, ScheduledExecutorService clock) {
    void shutdown() {
      calls.shutdown();
      loads.shutdown();
      clock.shutdownNow();
    }
  }

  /** What comes once they have ended is done by whoever brings it. */
  private static ExecutorService pool(int most, int waiting) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(waiting), GrpcDoor::named);
    pool.allowCoreThreadTimeOut(true);
    pool.setRejectedExecutionHandler(
        (work, full) -> {
          if (full.isShutdown()) {
            work.run();
          } else {
            throw new RequestException(Problem.busy("other models are being loaded", 1));
          }
        });
    return pool;
  }

  private static Thread named(Runnable work) {
    Thread thread = new Thread(work, "residua-grpc-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  private record Listening(Server server, int port, Calls calls, Threads threads) implements Open {
    @Override
    public void beginStop() {
      server.shutdown();
    }

    @Override
    public void stop(long deadlineNanos) {
      try {
        // Streams of which no whole request came may stay open as long as their clients wish.
        while (calls.open() > 0 && System.nanoTime() - deadlineNanos < 0) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        if (!server.awaitTermination(LAST_ANSWERS_MILLIS, TimeUnit.MILLISECONDS)) {
          server.shutdownNow();
          server.awaitTermination(1, TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        server.shutdownNow();
        Thread.currentThread().interrupt();
      }
      threads.shutdown();
    }
  }
}
