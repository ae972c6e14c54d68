package io.residua.server.grpc;

import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.rpc.RpcDoor.Setting;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls that are under way, and what their requests hold. */
final class Calls {
  private final Setting setting;
  private final AtomicInteger open = new AtomicInteger();

  Calls(Setting setting) {
    this.setting = setting;
  }

  /**
   * One more.
   *
   * @param bytes of its request
   */
  InferCall begin(long bytes) {
    open.incrementAndGet();
    setting.heldBytes().addAndGet(bytes);
    return new InferCall(
        Caller.now(),
        bytes,
        ended -> {
          setting.heldBytes().addAndGet(-bytes);
          open.decrementAndGet();
          setting.ended().accept(ended);
        });
  }

  /**
   * Refuses more than there is memory for.
   *
   * @throws RequestException if requests hold too much
   */
  void requireRoom() {
    if (setting.heldBytes().get() > setting.limits().heldBytes()) {
      throw new RequestException(
          Problem.busy("too much is being sent to this server at the moment", 1));
    }
  }

  /** How many have begun and not ended. */
  int open() {
    return open.get();
  }
}
