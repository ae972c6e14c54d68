package io.residua.server.internal.rpc;

import io.residua.UsageException;
import io.residua.server.internal.http.ApiKeys;
import io.residua.server.internal.http.Ended;
import io.residua.server.internal.http.HeldBytes;
import io.residua.server.internal.http.Limits;
import io.residua.server.internal.http.Tls;
import io.residua.server.internal.serving.Dispatcher;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.v2.InferLimits;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Another way in than HTTP, to the same models; found as a service. */
public interface RpcDoor {
  /**
   * What it lets in, and whom it asks.
   *
   * @param host name or address of the interface that is listened at
   * @param port 0 for any that is free
   * @param tls null for none
   * @param ready whether the server takes requests
   * @param ended takes every request that has ended
   * @param faults takes what no client is told of
   */
  record Setting(
      String host,
      int port,
      @Nullable Tls tls,
      ApiKeys keys,
      Limits limits,
      InferLimits inferLimits,
      HeldBytes heldBytes,
      Models models,
      Dispatcher dispatcher,
      BooleanSupplier ready,
      Consumer<Ended> ended,
      Consumer<Throwable> faults) {}

  /** A door that is open. */
  interface Open {
    int port();

    /** Accepts nothing new. */
    void beginStop();

    /**
     * Answers what has been accepted, and ends.
     *
     * @param deadlineNanos of {@link System#nanoTime}, until which requests may still take
     */
    void stop(long deadlineNanos);
  }

  /**
   * Listens.
   *
   * @throws io.residua.ResiduaException with one line, if it can't
   */
  Open open(Setting setting);

  /**
   * The one that is there.
   *
   * @throws UsageException if there is none
   */
  static RpcDoor find() {
    String missing =
        "gRPC needs the module residua-server-grpc with its libraries, which are not on the class"
            + " path; docs/serving.md says how they get there";
    try {
      return ServiceLoader.load(RpcDoor.class)
          .findFirst()
          .orElseThrow(() -> new UsageException(missing));
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new UsageException(missing, e); // it is there, and its libraries are not
    }
  }
}
