package io.residua.engine;

import io.residua.UsageException;
import io.residua.engine.internal.Executor;
import io.residua.engine.internal.Executors;
import io.residua.internal.Text;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What computes, by the name of its {@link Executor}. Every device runs the same graphs and they
 * are tested to agree.
 *
 * @param name in capitals
 */
public record Device(String name) {
  /** oneDNN on this machine's processor. */
  public static final Device CPU = new Device("CPU");

  /** Plain Java loops: slow, needs no natives, obviously right. */
  public static final Device JAVA = new Device("JAVA");

  /** All that there are, the fastest first. */
  public static List<Device> all() {
    return Executors.ALL.stream().map(Executor::device).toList();
  }

  /**
   * The device of that name.
   *
   * @param name in any case
   * @throws UsageException with one line, if there is none
   */
  public static Device of(String name) {
    Device device = new Device(name.toUpperCase(Locale.ROOT));
    device.executor();
    return device;
  }

  /** The name on the command line and in files: {@code cpu} or {@code java}. */
  public String text() {
    return name.toLowerCase(Locale.ROOT);
  }

  public Executor executor() {
    return Executors.ALL.stream()
        .filter(executor -> executor.device().equals(this))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    Text.of(
                        "unknown device '%s': %s",
                        text(),
                        all().stream().map(Device::text).collect(Collectors.joining(" or ")))));
  }

  // Written out: what Java makes for a record takes each start some 20 ms.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Device device && name.equals(device.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
