package io.residua.server;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.engine.Compute;
import io.residua.image.ImageDecoder;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.server.internal.http.Tls;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ModelServer} serves and what it lets clients ask for; everything but a model has a
 * default. A value out of its range is a {@link UsageException} with one line.
 */
public final class ServerConfig {
  private static final Consumer<String> NO_LOG = line -> {};

  private final List<String> models = new ArrayList<>();
  private String host = "127.0.0.1";
  private int port = 8080;
  private OptionalInt grpcPort = OptionalInt.empty();
  private Classifier.@Nullable Options options;
  private WeightSource weights = WeightSource.ofEnvironment();
  private int batchDelayMillis;
  private int queue = 256;
  private int decodeThreads;
  private int drainSeconds;
  private int timeoutSeconds = 60;
  private int idleSeconds = 30;
  private int maxBodyMegabytes = 32;
  private int maxPictures = 64;
  private int maxMegapixels = 50;
  private int maxConnections = 1024;
  private int watchSeconds = 2;
  private @Nullable Path apiKeyFile;
  private @Nullable Tls tls;
  private Consumer<String> accessLog = NO_LOG;
  private Progress progress = Progress.NONE;

  ServerConfig() {}

  /**
   * Serves one more model, or all in a folder.
   *
   * @param model a run's folder, a model file, published weights by name, several of these with
   *     commas between them as an ensemble, {@code name=} and one of these, or a folder of models
   *     with version folders ({@code m/1/model.safetensors})
   */
  public ServerConfig model(String model) {
    models.add(model);
    return this;
  }

  /**
   * Listens at that interface; {@code 0.0.0.0} is all of them.
   *
   * @param name a name or an address (default: {@code 127.0.0.1})
   */
  public ServerConfig host(String name) {
    host = name;
    return this;
  }

  /**
   * Listens at that port.
   *
   * @param number 0 for any that is free (default: 8080)
   */
  public ServerConfig port(int number) {
    port = inRange("port", number, 0, 65535);
    return this;
  }

  /**
   * Also speaks the Open Inference Protocol over gRPC, which needs the module {@code
   * residua-server-grpc}; {@link ModelServer#create} fails where that is not there.
   *
   * @param number of the port; 0 for any that is free (default: no gRPC)
   */
  public ServerConfig grpcPort(int number) {
    grpcPort = OptionalInt.of(inRange("gRPC port", number, 0, 65535));
    return this;
  }

  /** Computes so, and prepares pictures so (default: {@link Classifier.Options#usual}). */
  public ServerConfig options(Classifier.Options how) {
    options = how;
    return this;
  }

  /** Finds published weights there (default: the built-in catalogue and the user's cache). */
  public ServerConfig weights(WeightSource source) {
    weights = source;
    return this;
  }

  /**
   * Lets a picture wait for others that are computed with it. Longer answers, and more of them.
   *
   * @param millis 0 to 1000 (default: 0)
   */
  public ServerConfig batchDelayMillis(int millis) {
    batchDelayMillis = inRange("batch delay", millis, 0, 1000);
    return this;
  }

  /**
   * Refuses pictures, with status 503, where so many of a model wait.
   *
   * @param pictures 1 to 100,000 (default: 256)
   */
  public ServerConfig queue(int pictures) {
    queue = inRange("queue", pictures, 1, 100_000);
    return this;
  }

  /**
   * Reads pictures on so many threads.
   *
   * @param threads 1 to 1024, or 0 for as many as compute (default: 0)
   */
  public ServerConfig decodeThreads(int threads) {
    decodeThreads = inRange("decode threads", threads, 0, 1024);
    return this;
  }

  /**
   * Goes on answering for so long once it is to stop, and says that it is not ready.
   *
   * @param seconds 0 to 3600 (default: 0)
   */
  public ServerConfig drainSeconds(int seconds) {
    drainSeconds = inRange("drain seconds", seconds, 0, 3600);
    return this;
  }

  /**
   * Answers within that time, or with status 504.
   *
   * @param seconds 1 to 3600 (default: 60)
   */
  public ServerConfig timeoutSeconds(int seconds) {
    timeoutSeconds = inRange("timeout seconds", seconds, 1, 3600);
    return this;
  }

  /**
   * Ends connections on which nothing comes for so long, or not the whole of a request's headers.
   *
   * @param seconds 1 to 3600 (default: 30)
   */
  public ServerConfig idleSeconds(int seconds) {
    idleSeconds = inRange("idle seconds", seconds, 1, 3600);
    return this;
  }

  /**
   * Refuses larger bodies, with status 413.
   *
   * @param megabytes of 1,048,576 bytes, 1 to 1024 (default: 32)
   */
  public ServerConfig maxBodyMegabytes(int megabytes) {
    maxBodyMegabytes = inRange("largest body", megabytes, 1, 1024);
    return this;
  }

  /**
   * Refuses more pictures in a request, with status 413.
   *
   * @param count 1 to 100,000 (default: 64)
   */
  public ServerConfig maxPictures(int count) {
    maxPictures = inRange("pictures in a request", count, 1, 100_000);
    return this;
  }

  /**
   * Refuses pictures of more pixels.
   *
   * @param millions of pixels, 1 to 500 (default: 50)
   */
  public ServerConfig maxMegapixels(int millions) {
    maxMegapixels = inRange("largest picture in megapixels", millions, 1, 500);
    return this;
  }

  /**
   * Refuses more connections, with status 429.
   *
   * @param count 1 to 100,000 (default: 1024)
   */
  public ServerConfig maxConnections(int count) {
    maxConnections = inRange("connections", count, 1, 100_000);
    return this;
  }

  /** Answers only who knows one of the keys in that file, one a line. */
  public ServerConfig apiKeyFile(Path file) {
    apiKeyFile = file;
    return this;
  }

  /**
   * Speaks TLS.
   *
   * @param certificates in PEM, the server's own first
   * @param key of that, in PEM (PKCS #8), not encrypted
   */
  public ServerConfig tls(Path certificates, Path key) {
    tls = Tls.pem(certificates, key);
    return this;
  }

  /**
   * Speaks TLS with what is in a keystore of PKCS #12 or JKS.
   *
   * @param passwordFile its first line is the password; null for none
   */
  public ServerConfig tlsKeyStore(Path file, @Nullable Path passwordFile) {
    tls = Tls.keyStore(file, passwordFile);
    return this;
  }

  /**
   * Looks so often whether files of models have changed; a new one is opened, warmed up and checked
   * beside the old one, and then takes its place.
   *
   * @param seconds 1 to 3600, or 0 for never (default: 2)
   */
  public ServerConfig watchSeconds(int seconds) {
    watchSeconds = inRange("watch seconds", seconds, 0, 3600);
    return this;
  }

  /** Writes a line of JSON for every request that has ended; called by many threads. */
  public ServerConfig accessLog(Consumer<String> lines) {
    accessLog = lines;
    return this;
  }

  /** Reports to it what is loaded and what goes wrong. */
  public ServerConfig reportingTo(Progress other) {
    progress = other;
    return this;
  }

  private static int inRange(String name, int value, int least, int most) {
    UsageException.check(
        value >= least && value <= most, name, value, Text.of("from %d to %,d", least, most));
    return value;
  }

  List<String> models() {
    return List.copyOf(models);
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  OptionalInt grpcPort() {
    return grpcPort;
  }

  Classifier.Options options() {
    return options == null ? Classifier.Options.on(Compute.auto()) : options;
  }

  WeightSource weights() {
    return weights;
  }

  int batchDelayMillis() {
    return batchDelayMillis;
  }

  int queue() {
    return queue;
  }

  int decodeThreads() {
    return decodeThreads;
  }

  Duration drain() {
    return Duration.ofSeconds(drainSeconds);
  }

  Duration timeout() {
    return Duration.ofSeconds(timeoutSeconds);
  }

  Duration idle() {
    return Duration.ofSeconds(idleSeconds);
  }

  long maxBodyBytes() {
    return (long) maxBodyMegabytes << 20;
  }

  int maxPictures() {
    return Math.min(maxPictures, queue);
  }

  /** What all threads that decode may take at one time is half of Java's memory. */
  long maxPixels(int threads) {
    long bytes = Runtime.getRuntime().maxMemory() / 2 / threads;
    return Math.max(
        1_000_000, Math.min(maxMegapixels * 1_000_000L, bytes / ImageDecoder.BYTES_PER_PIXEL));
  }

  int maxConnections() {
    return maxConnections;
  }

  Optional<Path> apiKeyFile() {
    return Optional.ofNullable(apiKeyFile);
  }

  @Nullable Tls tls() {
    return tls;
  }

  Duration watch() {
    return Duration.ofSeconds(watchSeconds);
  }

  Consumer<String> accessLog() {
    return accessLog;
  }

  Progress progress() {
    return progress;
  }
}
