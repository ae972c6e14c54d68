package io.residua.server.grpc;

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
    setting.heldBytes().add(bytes);
    return new InferCall(
        Caller.now(),
        bytes,
        ended -> {
          setting.heldBytes().add(-bytes);
          open.decrementAndGet();
          setting.ended().accept(ended);
        });
  }

  /** How many have begun and not ended. */
  int open() {
    return open.get();
  }
}
