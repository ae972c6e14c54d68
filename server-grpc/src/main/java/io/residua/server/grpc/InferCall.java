package io.residua.server.grpc;

import io.residua.server.internal.Problem;
import io.residua.server.internal.http.Ended;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Timing;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call under way, for metrics and the access log; holds its model until it ends, once. */
final class InferCall {
  private static final String METHOD = "gRPC";
  private static final int OK = 200;

  private final Caller caller;
  private final long bytesIn;
  private final Consumer<Ended> ended;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean over = new AtomicBoolean();
  private @Nullable ServedModel model;
  private int pictures;
  private @Nullable Timing timing;

  InferCall(Caller caller, long bytesIn, Consumer<Ended> ended) {
    this.caller = caller;
    this.bytesIn = bytesIn;
    this.ended = ended;
  }

  long startNanos() {
    return startNanos;
  }

  /** Takes over a model that is held. */
  void asks(ServedModel held) {
    model = held;
  }

  void computed(int count, Timing stages) {
    pictures = count;
    timing = stages;
  }

  void answered(long bytesOut) {
    end(OK, bytesOut, "");
  }

  void refused(Problem problem) {
    end(problem.status(), 0, problem.detail());
  }

  private void end(int status, long bytesOut, String problem) {
    if (over.getAndSet(true)) {
      return;
    }
    if (model != null) {
      model.release();
    }
    ended.accept(
        new Ended(
            caller.address(),
            METHOD,
            caller.path(),
            caller.path(),
            status,
            bytesIn,
            bytesOut,
            System.nanoTime() - startNanos,
            model,
            pictures,
            timing,
            problem,
            caller.traceParent()));
  }
}
