package io.residua.server.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.model.Classifier;
import io.residua.server.ModelServer;
import io.residua.server.Served;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Senders that are slow on purpose. */
@Timeout(120)
class ConnectionsTest {
  @TempDir private Path folder;

  private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stopSending() {
    sender.shutdownNow();
  }

  private static void send(OutputStream out) {
    try {
      out.write('y');
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // which ends it
    }
  }

  /** Keeps the connection from being idle: a byte of a header now and then. */
  @Test
  void whoTakesTooLongOverHeadersIsCutOff() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    try (ModelServer server =
            Served.start(config -> config.model(model.toString()).idleSeconds(1));
        Socket slow = new Socket("127.0.0.1", server.port())) {
      OutputStream out = slow.getOutputStream();
      out.write("GET /health/live HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
      sender.scheduleAtFixedRate(() -> send(out), 0, 100, TimeUnit.MILLISECONDS);
      assertThat(slow.getInputStream().read()).isNegative();
      assertThat(Served.get(server, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  /** A byte of the body now and then, and none at all. */
  @Test
  void whoTakesTooLongOverTheBodyIsToldSo() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    try (ModelServer server =
            Served.start(config -> config.model(model.toString()).idleSeconds(1));
        Socket slow = new Socket("127.0.0.1", server.port());
        Socket silent = new Socket("127.0.0.1", server.port())) {
      byte[] head =
          "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII);
      slow.getOutputStream().write(head);
      silent.getOutputStream().write(head);
      OutputStream out = slow.getOutputStream();
      sender.scheduleAtFixedRate(() -> send(out), 0, 100, TimeUnit.MILLISECONDS);
      for (Socket socket : List.of(silent, slow)) {
        byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 408".length());
        assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
      }
      assertThat(Served.get(server, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aRequestThatWaitsForItsAnswerIsNotIdle() throws Exception {
    Path model = Served.write(folder.resolve("pets.safetensors"), 1);
    Classifier.Options inFours =
        Classifier.Options.on(Served.OPTIONS.compute().withPicturesPerCall(4));
    try (ModelServer server =
        Served.start(
            config ->
                config
                    .model(model.toString())
                    .options(inFours)
                    .batchDelayMillis(1000)
                    .idleSeconds(1))) {
      byte[] picture = Pictures.noise(40, 40, 1).toPng();
      assertThat(Served.post(server, "/predict", picture).statusCode()).isEqualTo(200);
    }
  }
}
