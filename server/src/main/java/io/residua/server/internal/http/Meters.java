package io.residua.server.internal.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Timing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What is counted, as Prometheus reads it. */
public final class Meters {
  private static final double[] SECONDS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60
  };
  private static final double[] PICTURES = {1, 2, 4, 8, 16, 32, 64, 128};
  private static final int KIBIBYTE = 1024;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests;
  private final Counter pictures;
  private final Counter rejected;
  private final Histogram stages;
  private final Histogram batches;

  public Meters() {
    requests =
        Counter.builder()
            .name("residua_requests_total")
            .help("Requests that have ended")
            .labelNames("route", "model", "status")
            .register(registry);
    pictures =
        Counter.builder()
            .name("residua_pictures_total")
            .help("Pictures in requests that were answered")
            .labelNames("model")
            .register(registry);
    rejected =
        Counter.builder()
            .name("residua_rejected_total")
            .help("Requests that were answered with status 429 or 503")
            .labelNames("model", "status")
            .register(registry);
    stages =
        Histogram.builder()
            .name("residua_stage_seconds")
            .help("Time of a request's slowest picture in each stage, and of the whole request")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames("model", "stage")
            .register(registry);
    batches =
        Histogram.builder()
            .name("residua_batch_pictures")
            .help("Pictures computed together")
            .classicOnly()
            .classicUpperBounds(PICTURES)
            .labelNames("model")
            .register(registry);
    process();
  }

  /** Also tells of the models there are. */
  public void watch(Models models) {
    GaugeWithCallback.builder()
        .name("residua_queue_pictures")
        .help("Pictures that wait")
        .labelNames("model", "version")
        .callback(
            gauge ->
                models.served().forEach(m -> gauge.call(models.queued(m), m.name(), version(m))))
        .register(registry);
    GaugeWithCallback.builder()
        .name("residua_model_loaded")
        .help("1 for each model that is served, and what it is")
        .labelNames("model", "version", "architecture", "compute", "sha256")
        .callback(
            gauge ->
                models
                    .served()
                    .forEach(
                        m ->
                            gauge.call(
                                1,
                                m.name(),
                                version(m),
                                m.spec().architecture(),
                                m.classifier().classifier().compute().kind(),
                                m.sha256())))
        .register(registry);
  }

  private static String version(ServedModel model) {
    String version = model.version();
    return version == null ? "" : version;
  }

  private void process() {
    GaugeWithCallback.builder()
        .name("process_resident_memory_bytes")
        .help("Memory of the process that is in RAM; left out where the system does not tell")
        .callback(
            gauge -> {
              long bytes = residentBytes();
              if (bytes > 0) {
                gauge.call(bytes);
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("jvm_memory_used_bytes")
        .help("Java's heap in use")
        .callback(
            gauge -> {
              Runtime runtime = Runtime.getRuntime();
              gauge.call(runtime.totalMemory() - runtime.freeMemory());
            })
        .register(registry);
    CounterWithCallback.builder()
        .name("process_uptime_seconds_total")
        .help("Since the process was started")
        .callback(
            counter ->
                counter.call(
                    Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()).toMillis()
                        / 1e3))
        .register(registry);
  }

  private static long residentBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> KIBIBYTE * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  public void computed(ServedModel model, int count) {
    batches.labelValues(model.name()).observe(count);
  }

  void ended(Ended request) {
    ServedModel model = request.model();
    String name = model == null ? "" : model.name();
    String status = Integer.toString(request.status());
    requests.labelValues(request.route(), name, status).inc();
    if (request.status() == 429 || request.status() == 503) {
      rejected.labelValues(name, status).inc();
    }
    Timing timing = request.timing();
    if (model != null && timing != null && request.status() < 300) {
      pictures.labelValues(name).inc(request.pictures());
      observe(name, "queue", timing.queue());
      observe(name, "decode", timing.decode());
      observe(name, "compute", timing.compute());
      observe(name, "total", request.tookNanos());
    }
  }

  private void observe(String model, String stage, long nanos) {
    stages.labelValues(model, stage).observe(nanos / 1e9);
  }

  public List<Route> routes() {
    return List.of(new Route("GET", "/metrics", false, ErrorStyle.PROBLEM, this::answer));
  }

  private void answer(Exchange exchange) {
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail to be written", e);
    }
    exchange.reply(Reply.of(writer.getContentType(), text.toByteArray()));
  }
}
