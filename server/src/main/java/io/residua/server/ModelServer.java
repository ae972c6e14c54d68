package io.residua.server;

import io.residua.UsageException;
import io.residua.engine.Compute;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.server.internal.Health;
import io.residua.server.internal.OpenApi;
import io.residua.server.internal.http.ApiKeys;
import io.residua.server.internal.http.Front;
import io.residua.server.internal.http.HttpServer;
import io.residua.server.internal.http.Limits;
import io.residua.server.internal.http.Meters;
import io.residua.server.internal.http.Route;
import io.residua.server.internal.http.Router;
import io.residua.server.internal.predict.PredictRoute;
import io.residua.server.internal.rpc.RpcDoor;
import io.residua.server.internal.serving.Dispatcher;
import io.residua.server.internal.serving.ModelOpener;
import io.residua.server.internal.serving.ModelOrigin;
import io.residua.server.internal.serving.ModelWatch;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.v2.InferLimits;
import io.residua.server.internal.v2.ProtocolRoutes;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves models over HTTP: pictures, as people and programs send them, at {@code /predict}.
 *
 * <pre>{@code
 * try (ModelServer server = ModelServer.create(config -> config.model("run")).start()) {
 *   System.out.println("listening at " + server.address());
 *   server.await();
 * }
 * }</pre>
 */
public final class ModelServer implements AutoCloseable {
  private static final int HEADER_BYTES = 8192;
  private static final int STOP_SECONDS = 30;

  /** Bodies may take a part of Java's memory, and some of them in any case. */
  private static final int HELD_SHARE = 8;

  private static final int HELD_BODIES = 4;

  private static final String LOGGER = "io.residua.server";

  private final ServerConfig config;
  private final Meters meters = new Meters();
  private final Dispatcher dispatcher;
  private final Models models;
  private final List<Route> routes = new ArrayList<>();
  private final HttpServer http;
  private final @Nullable RpcDoor rpcDoor;
  private final RpcDoor.Setting rpcSetting;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile RpcDoor.@Nullable Open rpc;
  private @Nullable ModelWatch watch;
  private volatile boolean ready;
  private boolean closing;

  private ModelServer(ServerConfig config) {
    this.config = config;
    if (config.models().isEmpty()) {
      throw new UsageException("a server needs a model");
    }
    rpcDoor = config.grpcPort().isPresent() ? RpcDoor.find() : null;
    List<ModelOrigin> origins = config.models().stream().map(ModelOrigin::parse).toList();
    ApiKeys keys = config.apiKeyFile().map(ApiKeys::read).orElse(ApiKeys.NONE);
    Compute compute = config.options().compute();
    int decodeThreads = config.decodeThreads() == 0 ? compute.threads() : config.decodeThreads();
    dispatcher =
        new Dispatcher(
            new Dispatcher.Settings(
                compute.threads(), decodeThreads, config.batchDelayMillis(), config.queue()),
            watcher());
    models =
        new Models(
            origins,
            new ModelOpener(
                config.weights(),
                config.options(),
                config.maxPixels(decodeThreads),
                config.progress()),
            dispatcher,
            this::note);
    Limits limits =
        new Limits(
            config.maxBodyBytes(),
            Math.max(
                HELD_BODIES * config.maxBodyBytes(), Runtime.getRuntime().maxMemory() / HELD_SHARE),
            HEADER_BYTES,
            config.maxConnections(),
            config.idle(),
            config.timeout());
    meters.watch(models);
    routes.addAll(meters.routes());
    routes.addAll(new Health(() -> ready).routes());
    routes.addAll(new PredictRoute(models, config.maxPictures()).routes());
    InferLimits inferLimits =
        new InferLimits(config.maxPictures(), config.maxPixels(decodeThreads));
    routes.addAll(ProtocolRoutes.of(models, () -> ready, inferLimits));
    routes.addAll(new OpenApi(models, keys.areSet()).routes());
    Front front =
        new Front(
            new Router(routes),
            models,
            dispatcher,
            limits,
            keys,
            meters,
            config.accessLog(),
            this::fault);
    http = new HttpServer(front, limits, config.host(), config.port(), config.tls());
    rpcSetting =
        new RpcDoor.Setting(
            config.host(),
            config.grpcPort().orElse(0),
            config.tls(),
            keys,
            limits,
            inferLimits,
            front.heldBytes(),
            models,
            dispatcher,
            () -> ready,
            front::ended,
            this::fault);
  }

  /**
   * A server that does not listen yet.
   *
   * @param settings is given the configuration to set
   * @throws UsageException with one line, if a setting is not possible
   */
  public static ModelServer create(Consumer<ServerConfig> settings) {
    ServerConfig config = new ServerConfig();
    settings.accept(config);
    return new ModelServer(config);
  }

  /**
   * Listens, loads the models, warms them up and then says that it is ready. It lives before that:
   * {@code /health/live} answers at once, {@code /health/ready} with status 503 until then.
   *
   * @return this
   * @throws io.residua.ResiduaException with one line, if the address is taken or a model does not
   *     load; nothing is left running then
   */
  public ModelServer start() {
    try {
      http.start();
      if (rpcDoor != null) {
        rpc = rpcDoor.open(rpcSetting);
      }
      warnIfOpen();
      models.load();
      if (!config.watch().isZero()) {
        watch = new ModelWatch(models, config.watch(), this::fault);
      }
      ready = true;
      return this;
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  /** What is answered. */
  List<Route> routes() {
    return List.copyOf(routes);
  }

  private void warnIfOpen() {
    boolean own = false;
    try {
      own = InetAddress.getByName(config.host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // it listens there, so somebody knows it
    }
    if (!own && config.apiKeyFile().isEmpty()) {
      Warnings.tell(
          config.progress(),
          Text.of(
              "whoever reaches %s may ask, load and unload models: no keys are set,"
                  + " as a file of API keys does",
              config.host()));
    }
  }

  /** The port that is listened at. */
  public int port() {
    return http.port();
  }

  /** The port that is listened at for gRPC; empty where it is not, or not yet. */
  public OptionalInt grpcPort() {
    RpcDoor.Open open = rpc;
    return open == null ? OptionalInt.empty() : OptionalInt.of(open.port());
  }

  /** Where it is to be found, for instance {@code http://127.0.0.1:8080}. */
  public URI address() {
    String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
    return URI.create(Text.of("%s://%s:%d", config.tls() == null ? "http" : "https", host, port()));
  }

  /**
   * Waits until the server is closed.
   *
   * @throws InterruptedException if the calling thread is interrupted; the server goes on
   */
  public void await() throws InterruptedException {
    closed.await();
  }

  /**
   * Says that it is not ready, answers for {@link ServerConfig#drainSeconds} more, accepts nothing
   * new, answers what it has accepted, and releases all memory. Closing twice is allowed.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    boolean wasReady = ready;
    ready = false;
    if (wasReady) {
      try {
        TimeUnit.NANOSECONDS.sleep(config.drain().toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    stop();
  }

  private void stop() {
    if (watch != null) {
      watch.close();
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    RpcDoor.Open open = rpc;
    if (open != null) {
      open.beginStop();
    }
    http.stop(STOP_SECONDS);
    if (open != null) {
      open.stop(deadline);
    }
    dispatcher.close();
    models.close();
    closed.countDown();
  }

  private Dispatcher.Watcher watcher() {
    return new Dispatcher.Watcher() {
      @Override
      public void computed(ServedModel model, int pictures) {
        meters.computed(model, pictures);
      }

      @Override
      public void failed(ServedModel model, Throwable fault) {
        fault(fault);
      }
    };
  }

  private void fault(Throwable fault) {
    try {
      Warnings.tell(config.progress(), "a request failed: " + fault);
    } catch (RuntimeException e) {
      // whoever is told has other cares, and requests go on
    }
    System.getLogger(LOGGER).log(System.Logger.Level.DEBUG, "a request failed", fault);
  }

  private void note(String line) {
    try {
      config.progress().line(line);
    } catch (RuntimeException e) {
      // as above
    }
  }
}
