package io.residua.bench.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A server that takes part.
 *
 * @param name short and unique, for {@code --only}
 * @param title for tables
 * @param precision {@code fp32}, {@code bf16} or {@code int8}
 * @param peer whether it is another project's
 * @param readyPath answers 200 once pictures can be asked
 * @param folder where it is started
 * @param command what starts it at a port of 127.0.0.1
 * @param environment added to the driver's
 */
record Contender(
    String name,
    String title,
    String precision,
    boolean peer,
    Protocol protocol,
    String readyPath,
    Path folder,
    IntFunction<List<String>> command,
    Map<String, String> environment) {
  Contender {
    environment = Map.copyOf(environment);
  }
}
