package io.residua.cli;

import io.residua.server.ServerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How much clients of {@code serve} may ask for, and how long things may take. */
final class ServeLimitOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private final List<Consumer<ServerConfig>> settings = new ArrayList<>();
  private int drainSeconds;

  int drainSeconds() {
    return drainSeconds;
  }

  /** Sets what was given. */
  void apply(ServerConfig config) {
    config.drainSeconds(drainSeconds);
    settings.forEach(setting -> setting.accept(config));
  }

  private int number(String option, int value, int least, int most) {
    return WholeNumber.of(command, option, value, least, most);
  }

  @Option(
      names = "--batch-delay-ms",
      paramLabel = "MS",
      order = 10,
      description =
          "A picture waits so long for others to be computed with, 0 to 1000 (default: 0; batches"
              + " form of what waits while others are computed).")
  void setBatchDelay(int value) {
    int millis = number("--batch-delay-ms", value, 0, 1000);
    settings.add(config -> config.batchDelayMillis(millis));
  }

  @Option(
      names = "--queue",
      paramLabel = "N",
      order = 11,
      description =
          "At most N pictures of a model wait; more are answered with status 503 and when to try"
              + " again (default: 256).")
  void setQueue(int value) {
    int pictures = number("--queue", value, 1, 100_000);
    settings.add(config -> config.queue(pictures));
  }

  @Option(
      names = "--decode-threads",
      paramLabel = "N",
      order = 12,
      description = "Read pictures on N threads (default: as many as compute).")
  void setDecodeThreads(int value) {
    int threads = number("--decode-threads", value, 1, 1024);
    settings.add(config -> config.decodeThreads(threads));
  }

  @Option(
      names = "--timeout-seconds",
      paramLabel = "S",
      order = 13,
      description =
          "What is not answered within S seconds is answered with status 504; a request may ask for"
              + " less (default: 60).")
  void setTimeout(int value) {
    int seconds = number("--timeout-seconds", value, 1, 3600);
    settings.add(config -> config.timeoutSeconds(seconds));
  }

  @Option(
      names = "--drain-seconds",
      paramLabel = "S",
      order = 14,
      description =
          "Once it is to stop, say so at /health/ready and answer for S seconds more (default: 0).")
  void setDrain(int value) {
    drainSeconds = number("--drain-seconds", value, 0, 3600);
  }

  @Option(
      names = "--max-body-mb",
      paramLabel = "MB",
      order = 15,
      description = "Refuse larger bodies, packed or unpacked, with status 413 (default: 32).")
  void setMaxBody(int value) {
    int megabytes = number("--max-body-mb", value, 1, 1024);
    settings.add(config -> config.maxBodyMegabytes(megabytes));
  }

  @Option(
      names = "--max-pictures",
      paramLabel = "N",
      order = 16,
      description = "Refuse requests of more pictures with status 413 (default: 64).")
  void setMaxPictures(int value) {
    int pictures = number("--max-pictures", value, 1, 100_000);
    settings.add(config -> config.maxPictures(pictures));
  }

  @Option(
      names = "--max-megapixels",
      paramLabel = "N",
      order = 17,
      description = "Refuse pictures of more than N million pixels (default: 50).")
  void setMaxMegapixels(int value) {
    int millions = number("--max-megapixels", value, 1, 500);
    settings.add(config -> config.maxMegapixels(millions));
  }

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      order = 18,
      description = "Answer more connections than N with status 429 (default: 1024).")
  void setMaxConnections(int value) {
    int count = number("--max-connections", value, 1, 100_000);
    settings.add(config -> config.maxConnections(count));
  }

  @Option(
      names = "--idle-seconds",
      paramLabel = "S",
      order = 19,
      description =
          "End connections on which nothing comes for S seconds, or not the whole of a request's"
              + " headers (default: 30).")
  void setIdle(int value) {
    int seconds = number("--idle-seconds", value, 1, 3600);
    settings.add(config -> config.idleSeconds(seconds));
  }

  @Option(
      names = "--watch-seconds",
      paramLabel = "S",
      order = 20,
      description =
          "Look every S seconds whether files of models have changed, which are then loaded beside"
              + " the old ones and take their place; 0 for never (default: 2).")
  void setWatch(int value) {
    int seconds = number("--watch-seconds", value, 0, 3600);
    settings.add(config -> config.watchSeconds(seconds));
  }
}
