package io.residua.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.bench.ContestantProcess.Failed;
import java.io.IOException;
import java.nio.file.Path;

/** What Residua's ResNet-50 computes in a process of its own, where nothing is read or sent. */
public final class BareRate implements AutoCloseable {
  private static final String BATCHES = "resnet50-v1/infer/32";
  private static final int TIMEOUT_SECONDS = 120;

  private final ContestantProcess process;

  private BareRate(ContestantProcess process) {
    this.process = process;
  }

  /**
   * Starts the process and warms it up.
   *
   * @param bench the folder {@code bench}, built
   * @param precision {@code fp32}, {@code bf16} or {@code int8}
   */
  public static BareRate open(Path bench, String precision, int threads, Path log)
      throws IOException {
    Contestant contestant =
        Contestants.all(bench, threads).stream()
            .filter(c -> c.name().equals("residua-" + precision))
            .findFirst()
            .orElseThrow();
    BareRate bare;
    try {
      bare = new BareRate(new ContestantProcess(contestant, bench, log));
    } catch (Failed e) {
      throw new IOException(e);
    }
    try {
      bare.process.ask("open " + BATCHES, TIMEOUT_SECONDS);
      return bare;
    } catch (Failed e) {
      bare.close();
      throw new IOException(e);
    }
  }

  /** Pictures a second, in batches of 32 on all threads. */
  public double measure(double seconds) throws IOException {
    try {
      JsonNode answer = process.ask("go " + BATCHES + " " + seconds, TIMEOUT_SECONDS);
      return answer.path("images").asDouble() / answer.path("seconds").asDouble();
    } catch (Failed e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
