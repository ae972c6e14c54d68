package io.residua.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.model.Classifier;
import io.residua.testkit.Pictures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is too much, too long or too late, each with its status. */
@Timeout(120)
class LimitsTest {
  private static final byte[] PICTURE = Pictures.noise(40, 40, 1).toPng();

  @TempDir private Path folder;

  private ModelServer start(Consumer<ServerConfig> settings) {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    return Served.start(
        config -> {
          config.model(model.toString());
          settings.accept(config);
        });
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static HttpRequest packed(ModelServer server, String encoding, byte[] body) {
    return Served.request(server, "/predict")
        .header("Content-Encoding", encoding)
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedHoweverItIsSent() throws Exception {
    try (ModelServer server = start(config -> config.maxBodyMegabytes(1))) {
      byte[] large = new byte[(1 << 20) + 1];
      assertThat(
              statusOrClosed(
                  Served.request(server, "/predict")
                      .POST(BodyPublishers.ofByteArray(large))
                      .build()))
          .isEqualTo(413);
      HttpRequest unsized =
          Served.request(server, "/predict")
              .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
              .build();
      assertThat(statusOrClosed(unsized)).isEqualTo(413);
      byte[] bomb = gzip(new byte[64 << 20]);
      assertThat(bomb.length).isLessThan(1 << 20);
      HttpResponse<String> unpacked = Served.send(packed(server, "gzip", bomb));
      assertThat(unpacked.statusCode()).isEqualTo(413);
      assertThat(unpacked.body()).contains("unpacks to more than");
    }
  }

  /** The status; 413 where the connection was closed while the client was still sending. */
  private static int statusOrClosed(HttpRequest request) throws InterruptedException {
    try {
      return Served.send(request).statusCode();
    } catch (IOException closed) {
      return 413;
    }
  }

  @Test
  void packedBodiesAreRead() throws Exception {
    try (ModelServer server = start(config -> {})) {
      String plain = Served.post(server, "/predict", PICTURE).body();
      assertThat(Served.send(packed(server, "gzip", gzip(PICTURE))).body()).isEqualTo(plain);
      assertThat(Served.send(packed(server, "br", PICTURE)).statusCode()).isEqualTo(415);
      assertThat(Served.send(packed(server, "gzip", PICTURE)).statusCode()).isEqualTo(400);
      HttpResponse<byte[]> answer =
          HttpClient.newHttpClient()
              .send(
                  Served.request(server, "/metrics").header("Accept-Encoding", "gzip").build(),
                  BodyHandlers.ofByteArray());
      assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(
              new String(
                  new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes(),
                  StandardCharsets.UTF_8))
          .contains("residua_requests_total");
    }
  }

  @Test
  void headersThatAreTooLongAndRequestsThatAreNoneAreRefusedWithoutATrace() throws Exception {
    try (ModelServer server = start(config -> {})) {
      String close = "Connection: close\r\n";
      String many = "GET /health/live HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n";
      assertThat(Served.raw(server, many)).startsWith("HTTP/1.1 431").doesNotContain("\tat ");
      assertThat(Served.raw(server, "nonsense\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .doesNotContain("\tat ", "Exception");
      assertThat(Served.raw(server, "GET /health/live HTTP/1.1\r\nHost: x\r\n" + close + "\r\n"))
          .startsWith("HTTP/1.1 200")
          .contains("X-Content-Type-Options: nosniff")
          .doesNotContain("Jetty");
      assertThat(
              Served.raw(
                  server,
                  "POST /predict HTTP/1.1\r\nHost: x\r\n"
                      + close
                      + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"))
          .startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aPageOfAnotherSiteMayNotAsk() throws Exception {
    try (ModelServer server = start(config -> {})) {
      HttpRequest other =
          Served.request(server, "/predict")
              .header("Origin", "https://elsewhere.example")
              .POST(BodyPublishers.ofByteArray(PICTURE))
              .build();
      assertThat(Served.send(other).statusCode()).isEqualTo(403);
      HttpRequest own =
          Served.request(server, "/predict")
              .header("Origin", server.address().toString())
              .POST(BodyPublishers.ofByteArray(PICTURE))
              .build();
      assertThat(Served.send(own).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPictureOfTooManyPixelsIsToldFromOthers() throws Exception {
    try (ModelServer server = start(config -> config.maxMegapixels(1))) {
      byte[] large = Pictures.noise(1001, 1000, 1).toPng();
      HttpResponse<String> answer = Served.post(server, "/predict", large);
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body()).contains("pixels");
    }
  }

  @Test
  void connectionsBeyondTheLimitAreToldSo() throws Exception {
    try (ModelServer server = start(config -> config.maxConnections(2))) {
      List<Socket> open = new ArrayList<>();
      String ask = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
      for (int i = 0; i < 2; i++) {
        Socket socket = new Socket("127.0.0.1", server.port());
        open.add(socket);
        socket.getOutputStream().write(ask.getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 200");
      }
      assertThat(Served.raw(server, ask)).startsWith("HTTP/1.1 429").contains("Retry-After: 1");
      for (Socket socket : open) {
        socket.close();
      }
      String last = ask.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
      String answer = Served.raw(server, last);
      while (answer.startsWith("HTTP/1.1 429")) { // until the server has seen them close
        answer = Served.raw(server, last);
      }
      assertThat(answer).startsWith("HTTP/1.1 200");
    }
  }

  /** With a delay pictures wait, so that what happens to those that wait can be seen. */
  private static final int WAITING_MS = 1000;

  private ModelServer waiting(Consumer<ServerConfig> settings) {
    return start(
        config -> {
          config.options(Classifier.Options.on(Served.OPTIONS.compute().withPicturesPerCall(8)));
          config.batchDelayMillis(WAITING_MS);
          settings.accept(config);
        });
  }

  @Test
  void aFullQueueRefusesWithATimeToComeBack() throws Exception {
    try (ModelServer server = waiting(config -> config.queue(1))) {
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest request =
          Served.request(server, "/predict").POST(BodyPublishers.ofByteArray(PICTURE)).build();
      CompletableFuture<HttpResponse<String>> first =
          client.sendAsync(request, BodyHandlers.ofString());
      HttpResponse<String> second = client.send(request, BodyHandlers.ofString());
      for (int i = 0; i < 5 && second.statusCode() == 200; i++) { // it was sooner than the first
        first = client.sendAsync(request, BodyHandlers.ofString());
        second = client.send(request, BodyHandlers.ofString());
      }
      HttpResponse<String> other = first.join();
      List<Integer> statuses = List.of(other.statusCode(), second.statusCode());
      assertThat(statuses).contains(503).isSubsetOf(200, 503);
      HttpResponse<String> refused = second.statusCode() == 503 ? second : other;
      assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
      assertThat(refused.body()).contains("queue of pets is full");
      assertThat(Served.post(server, "/predict", PICTURE).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anAnswerThatIsTooLateIsNotComputed() throws Exception {
    BlockingQueue<String> log = new LinkedBlockingQueue<>();
    try (ModelServer server = waiting(config -> config.accessLog(log::add))) {
      long start = System.nanoTime();
      HttpResponse<String> late = Served.post(server, "/predict?timeout_ms=20", PICTURE);
      assertThat(late.statusCode()).isEqualTo(504);
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(WAITING_MS));
      assertThat(Served.post(server, "/predict", PICTURE).statusCode()).isEqualTo(200);
      assertThat(computed(server)).isEqualTo("1.0");
    }
  }

  @Test
  void workOfAClientThatHasLeftIsDropped() throws Exception {
    BlockingQueue<String> log = new LinkedBlockingQueue<>();
    try (ModelServer server = waiting(config -> config.accessLog(log::add))) {
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        socket
            .getOutputStream()
            .write(
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                    .formatted(PICTURE.length)
                    .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(PICTURE);
        socket.getOutputStream().flush();
        // It has been taken once it is counted as waiting.
        while (!Served.get(server, "/metrics")
            .body()
            .contains("residua_queue_pictures{model=\"pets\",version=\"\"} 1")) {
          Thread.onSpinWait();
        }
      }
      String line = log.poll(30, TimeUnit.SECONDS);
      while (line != null && line.contains("/metrics")) {
        line = log.poll(30, TimeUnit.SECONDS);
      }
      assertThat(line).contains("\"status\":499");
      assertThat(computed(server)).isEmpty();
    }
  }

  /** A client that sends its next request before the answer came gets both answers. */
  @Test
  void requestsMayFollowOneAnother() throws Exception {
    try (ModelServer server = waiting(config -> {})) {
      String head = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + PICTURE.length;
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      sent.writeBytes((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      sent.writeBytes(PICTURE);
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        socket.getOutputStream().write(sent.toByteArray());
        socket.getOutputStream().flush();
        while (!Served.get(server, "/metrics").body().contains("version=\"\"} 1")) {
          Thread.onSpinWait();
        }
        sent.reset();
        sent.writeBytes(
            (head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        sent.writeBytes(PICTURE);
        socket.getOutputStream().write(sent.toByteArray());
        socket.getOutputStream().flush();
        String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
      }
    }
  }

  /** How many batches were computed, as a metric; empty before the first. */
  private static String computed(ModelServer server) throws Exception {
    Map<String, String> metrics =
        Served.get(server, "/metrics")
            .body()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.lastIndexOf(' ')),
                    line -> line.substring(line.lastIndexOf(' ') + 1)));
    String count = metrics.getOrDefault("residua_batch_pictures_count{model=\"pets\"}", "");
    return count.isEmpty() ? "" : Double.toString(Double.parseDouble(count));
  }
}
